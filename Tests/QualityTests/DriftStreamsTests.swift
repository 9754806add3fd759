import Testing
import VigilCore

@testable import Quality

/// What is watched for a change, and what is not taken for one.
struct DriftStreamsTests {
    /// A stream of studies as a monitor sees it, with one finding.
    private struct Ward {
        var monitor = DriftMonitor()
        private var random: SplitMix64
        private var offset: Int64 = 0
        private let finding: Finding

        init(seed: UInt64) throws {
            random = SplitMix64(seed: seed)
            finding = try MadeStudies.finding([.init()])
        }

        /// A number near the normal distribution: of twelve even ones (Irwin and Hall).
        mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.unit() } }

        mutating func take(score: Double, partition: Int32 = 0) {
            offset += 1
            var study = finding
            study.assessed?.findings = [MadeStudies.result(score: score)]
            monitor.take(
                study, MadeStudies.digest("\(random.next())"),
                at: MadeStudies.position(offset, partition: partition),
                published: Timestamp(milliseconds: offset))
        }

    }

    @Test("at most one in twenty streams without a change ever has an alarm of its own")
    func null() throws {
        var random = SplitMix64(seed: 17)
        // Even numbers, few values, far out on one side, and rare ones.
        let kinds: [(Double) -> Double] = [
            { $0 }, { ($0 * 6).rounded() }, { 1 / ($0 + 0.001) }, { $0 < 0.02 ? 1 : 0 },
        ]
        var alarmed = 0
        let streams = 1000
        for number in 0..<streams {
            var stream = DriftStream()
            var most = 0.0
            for study in 0..<800 {
                stream.take(
                    kinds[number % kinds.count](random.unit()), part: random.unit(),
                    calibration: nil, at: Timestamp(milliseconds: Int64(study)))
                most = max(most, stream.evidence)
            }
            if most >= 1 / DriftMonitor.level { alarmed += 1 }
        }
        // Five in a hundred give more with a probability of 1 in 1,000.
        #expect(alarmed <= 72, "\(alarmed)")
    }

    @Test("a bet wins nothing on the average of even ranks, whatever came before")
    func fair() throws {
        var random = SplitMix64(seed: 9)
        var bets = DriftBets()
        for place in 1...400 {
            if place % 20 == 0 {
                let grid = 4000
                let average = (0..<grid).reduce(0.0) { sum, step in
                    var next = bets
                    let rank = (Double(step) + 0.5) / Double(grid)
                    next.bet(on: rank, place: place, at: Timestamp(milliseconds: 0))
                    return sum + next.value(after: place) / Double(grid)
                }
                let before = bets.value(after: place - 1)
                #expect(average <= before * (1 + 1e-9) && average > before * 0.99, "\(place)")
            }
            bets.bet(on: random.unit(), place: place, at: Timestamp(milliseconds: 0))
        }
        #expect(DriftBets().value(after: 0) == 1)
    }

    @Test("numbers are ranked evenly, and ties by what is drawn")
    func ranks() throws {
        var ranks = RankCounts()
        #expect(ranks.rank(of: 1, part: 0.5) == 0.5)
        #expect(ranks.rank(of: 2, part: 0.5) == 0.75)
        #expect(ranks.rank(of: -3, part: 0) == 0)
        #expect(ranks.rank(of: 2, part: 1) == 1)
        #expect(ranks.total == 4 && ranks.classes.count == 3)
        var grid: [Int16] = []
        for exponent in -40...40 {
            grid += [-1.0, 1].map {
                ValueGrid.cell(of: $0 * Double(sign: .plus, exponent: exponent, significand: 1.3))
            }
        }
        #expect(grid.allSatisfy { (-ValueGrid.classMax...ValueGrid.classMax).contains($0) })
        let rising = stride(from: -600.0, through: 600, by: 0.37).map(ValueGrid.cell(of:))
        #expect(rising == rising.sorted() && Set(rising).count > 100)
    }

    @Test("a change by a standard deviation is found within 500 studies, and when it began")
    func change() throws {
        for seed in 0..<10 {
            var ward = try Ward(seed: UInt64(seed))
            for _ in 0..<2000 { let x = ward.normal(); ward.take(score: x) }
            let now = Timestamp(milliseconds: 2000)
            #expect(ward.monitor.raise(partitions: 1, at: now).isEmpty)
            var raised: [DriftStanding] = []
            for _ in 0..<500 where raised.isEmpty {
                let x = ward.normal() + 1
                ward.take(score: x)
                raised = ward.monitor.raise(partitions: 1, at: now)
            }
            let alarm = try #require(raised.first?.alarm, "\(seed)")
            #expect(raised.map(\.name.quantity) == [.score])
            #expect(abs(alarm.since.milliseconds - 2000) < 100, "\(alarm.since.milliseconds)")
            #expect(alarm.evidence >= alarm.bound)
            #expect(ward.monitor.raise(partitions: 1, at: now).isEmpty, "an alarm is raised once")
        }
    }

    @Test("a state is the same whoever read which partitions how far, and kept to the last bit")
    func states() throws {
        var random = SplitMix64(seed: 3)
        func ward(_ studies: [Int32: Int]) throws -> DriftMonitor {
            var wards: [DriftMonitor] = []
            for (partition, count) in studies {
                var ward = try Ward(seed: UInt64(partition))
                for _ in 0..<count {
                    let score = ward.normal()
                    ward.take(score: score, partition: partition)
                }
                wards.append(ward.monitor)
            }
            return wards.shuffled(using: &random).reduce(into: DriftMonitor()) { $0.formUnion($1) }
        }
        let all = try ward([0: 300, 1: 200, 2: 100])
        for _ in 0..<10 {
            var joined = try ward([0: random.below(300), 1: 200])
            joined.formUnion(try ward([2: 100, 1: random.below(200)]))
            joined.formUnion(try ward([0: 300, 2: random.below(100)]))
            #expect(joined == all)
            joined.formUnion(all)
            #expect(joined == all)
        }
        let kept = JSONWriter.bytes(all.json)
        #expect(DriftMonitor(json: try JSONParser.parse(kept)) == all)
        #expect(all.standings(partitions: 3).first?.studies == 600)
    }

    @Test("what is read twice counts once, and a revision is no new study")
    func once() throws {
        var ward = try Ward(seed: 1)
        for _ in 0..<100 { let x = ward.normal(); ward.take(score: x) }
        let before = ward.monitor
        var finding = try MadeStudies.finding([.init()])
        ward.monitor.take(
            finding, MadeStudies.digest("again"), at: MadeStudies.position(100),
            published: Timestamp(milliseconds: 0))
        #expect(ward.monitor == before)
        finding.revision = MadeStudies.revision(2)
        ward.monitor.take(
            finding, MadeStudies.digest("revised"), at: MadeStudies.position(101),
            published: Timestamp(milliseconds: 0))
        #expect(
            ward.monitor.standings(partitions: 1).map(\.studies)
                == before.standings(partitions: 1).map(\.studies))
    }

    @Test("a state that is not whole is refused, whatever it says")
    func refused() throws {
        var ward = try Ward(seed: 1)
        for _ in 0..<80 { let x = ward.normal(); ward.take(score: x) }
        let text = JSONWriter.text(ward.monitor.json)
        let changes = [
            (#""drift_state":1"#, #""drift_state":2"#), (#""partition":0"#, #""partition":1e30"#),
            (#""offset":80"#, #""offset":-1"#), (#""quantity":"score""#, #""quantity":"s""#),
            (#""classes":["#, #""classes":[999,"#), (#""counts":["#, #""counts":[-1,"#),
            (#""capital":["#, #""capital":[1e301,"#), (#""runs":["#, #""runs":["#),
            (#""since_us":["#, #""since_us":["a","#), (#""streams":["#, #""streams":[null,"#),
        ]
        for (old, new) in changes where old != new {
            let changed = text.replacing(old, with: new, maxReplacements: 1)
            #expect(changed != text, "\(old)")
            #expect(DriftMonitor(json: try JSONParser.parse(Array(changed.utf8))) == nil, "\(new)")
        }
        #expect(DriftMonitor(json: .null) == nil)
    }

    @Test("alarms are raised by e-BH, and a change in one stream raises no other's")
    func discoveries() throws {
        var ward = try Ward(seed: 5)
        for study in 0..<1500 {
            let score = ward.normal() + (study < 1000 ? 0 : 2)
            ward.take(score: score)
        }
        let standings = ward.monitor.standings(partitions: 1)
        let raised = ward.monitor.raise(partitions: 1, at: Timestamp(milliseconds: 1500))
        let bounds = standings.indices.map {
            Double(standings.count) / (Double($0 + 1) * DriftMonitor.level)
        }
        let most = standings.indices.filter { standings[$0].evidence >= bounds[$0] }.max() ?? -1
        #expect(raised.map(\.name) == standings.prefix(most + 1).map(\.name))
        #expect(raised.map(\.name.quantity) == [.score])
        // Over more partitions, of which the others have no study, the same evidence is less.
        #expect(
            standings[0].evidence
                > 3 * (ward.monitor.standings(partitions: 4).first?.evidence ?? .infinity))
    }
}
