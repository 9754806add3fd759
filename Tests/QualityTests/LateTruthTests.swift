import Quality
import Testing
import VigilCore

/// Findings joined with what persons said of them.
struct LateTruthTests {
    private typealias Input = MadeStudies.Input

    /// Studies with revisions, withdrawals, recalls and tombstones in several partitions, and
    /// verdicts on their records, on earlier ones, on none that there is, some of them twice.
    private func inputs(_ random: inout SplitMix64) throws -> [Input] {
        let answers: [Finding.Answer] = [.flagged, .notFlagged, MadeStudies.uncertain]
        var inputs: [Input] = []
        for number in 0..<40 {
            let study = try MadeStudies.pseudonym(number)
            for revision in 1...(1 + random.below(3)) {
                let name = MadeStudies.digest("\(number)/\(revision)")
                var content = LateTruth.Content.finding(
                    try MadeStudies.finding([
                        .init(
                            answer: answers[random.below(3)],
                            stratum: ["site=north", "site=south,view=PA", "pooled"][
                                random.below(3)]),
                        .init(code: "effusion", answer: answers[random.below(3)]),
                        .init(code: "effusion", answer: answers[random.below(3)], head: "a"),
                    ]), name)
                switch random.below(12) {
                case 0: content = .gone
                case 1: content = .unreadable
                case 2: content = .finding(try MadeStudies.notAssessed(.withdrawn), name)
                case 3: content = .finding(try MadeStudies.notAssessed(.recalled), name)
                case 4: content = .finding(try MadeStudies.notAssessed(.stopped), name)
                case 5: content = .lowered(try MadeStudies.finding([.init()]))
                default: break
                }
                if random.below(4) > 0 {
                    inputs.append(
                        .record(
                            content, of: study,
                            at: MadeStudies.position(
                                Int64(10 * number + revision),
                                partition: Int32(random.below(8) == 0 ? 1 : 0)),
                            published: Timestamp(milliseconds: Int64(random.below(5)))))
                }
                for _ in 0..<random.below(5) {
                    inputs.append(
                        .verdict(
                            MadeStudies.verdict(
                                FindingVerdict.Word.allCases[random.below(4)], on: name, of: study,
                                code: ["pneumothorax", "effusion", "none"][random.below(3)],
                                revision: revision + random.below(2))))
                }
            }
        }
        return inputs
    }

    @Test("labels in 1,000 orders, with duplicates and revisions, give one result")
    func orders() throws {
        var random = SplitMix64(seed: 23)
        let inputs = try inputs(&random)
        var tables: [[QualityTable]] = []
        for _ in 0..<1000 {
            var truth = LateTruth()
            let again = inputs.indices.filter { _ in random.below(4) == 0 }.map { inputs[$0] }
            for input in (inputs + again).shuffled(using: &random) { truth.take(input) }
            let table = ([nil] + QualityTrait.allCases.map(StudyGrouping.trait)).map {
                truth.table(by: $0)
            }
            if tables.first != table { tables.append(table) }
        }
        #expect(tables.count == 1)
        let studies = try #require(tables.first?.first).studies.shown(bound: 1)
        #expect(studies.allSatisfy { $0.name == "crowded" || $0.count.exact != 0 }, "\(studies)")
        #expect(tables.first?[1].groups.keys.sorted() == ["", "north", "south"])
    }

    @Test("a verdict counts against the record that it named, and a revision begins anew")
    func revisions() throws {
        let study = try MadeStudies.pseudonym(1)
        let (first, second) = (MadeStudies.digest("first"), MadeStudies.digest("second"))
        var truth = LateTruth()
        truth.take(MadeStudies.verdict(.agree, on: first, of: study))
        #expect(truth.table(by: nil).groups.isEmpty)
        truth.take(try MadeStudies.finding([.init()]), of: study, named: first)
        #expect(try truth.figures().confirmed.exact == 1)
        // Agreed was with what was said before.
        truth.take(
            .finding(try MadeStudies.finding([.init(answer: .notFlagged)]), second), of: study,
            at: MadeStudies.position(1), published: Timestamp(milliseconds: 0))
        #expect(try truth.figures().withTruth.exact == 0)
        #expect(try truth.figures().notFlagged.exact == 1)
        truth.take(MadeStudies.verdict(.missed, on: second, of: study, revision: 2))
        #expect(try truth.figures().missed.exact == 1)
        for why in [Finding.NotAssessed.withdrawn, .recalled] {
            var without = truth
            without.take(
                .finding(try MadeStudies.notAssessed(why), first), of: study,
                at: MadeStudies.position(2), published: Timestamp(milliseconds: 0))
            #expect(without.table(by: nil).groups.isEmpty)
        }
    }

    @Test("what cannot be said of an answer tells nothing, and what is said both ways is disputed")
    func words() throws {
        let cases: [([MadeStudies.Said], [FindingVerdict.Word], [Int])] = [
            // Confirmed, refuted, cleared, missed, missed after abstaining, disputed.
            ([.init()], [.agree, .seen], [1, 0, 0, 0, 0, 0]),
            ([.init()], [.notThere], [0, 1, 0, 0, 0, 0]),
            ([.init()], [.missed], [0, 0, 0, 0, 0, 0]),
            ([.init()], [.agree, .notThere], [0, 0, 0, 0, 0, 1]),
            ([.init(answer: .notFlagged)], [.agree], [0, 0, 1, 0, 0, 0]),
            ([.init(answer: .notFlagged)], [.missed], [0, 0, 0, 1, 0, 0]),
            ([.init(answer: .notFlagged)], [.notThere], [0, 0, 0, 0, 0, 0]),
            ([.init(answer: .notFlagged)], [.agree, .missed], [0, 0, 0, 0, 0, 1]),
            ([.init(answer: MadeStudies.uncertain)], [.agree], [0, 0, 0, 0, 0, 0]),
            ([.init(answer: MadeStudies.uncertain)], [.missed], [0, 0, 0, 0, 1, 0]),
            // A head speaks for the model, and a person sees both.
            ([.init(), .init(answer: .notFlagged, head: "a")], [.agree], [0, 0, 0, 0, 0, 0]),
            ([.init(), .init(answer: .notFlagged, head: "a")], [.missed], [0, 0, 0, 1, 0, 0]),
            ([.init(answer: .notFlagged), .init(head: "a")], [.notThere], [0, 1, 0, 0, 0, 0]),
        ]
        for (index, (answers, words, counts)) in cases.enumerated() {
            let study = try MadeStudies.pseudonym(index)
            let name = MadeStudies.digest("\(index)")
            var truth = LateTruth()
            truth.take(try MadeStudies.finding(answers), of: study, named: name)
            for word in words { truth.take(MadeStudies.verdict(word, on: name, of: study)) }
            let figures = try truth.figures()
            let found = [
                figures.confirmed, figures.refuted, figures.cleared, figures.missed,
                figures.missedAbstained, figures.disputed,
            ].map(\.exact)
            #expect(found == counts, "case \(index)")
        }
    }

    @Test("of a study so much is kept as is said, and more is told, in any order")
    func bounds() throws {
        let study = try MadeStudies.pseudonym(1)
        let names = (0..<40).map { MadeStudies.digest("\($0)") }
        var verdicts = names.indices.map { index in
            MadeStudies.verdict(.agree, on: names[index], of: study, revision: index + 1)
        }
        verdicts += (0..<200).map {
            MadeStudies.verdict(.agree, on: names[39], of: study, code: "z\($0)", revision: 40)
        }
        var random = SplitMix64(seed: 1)
        var tables: Set<QualityTable> = []
        for _ in 0..<100 {
            var truth = LateTruth()
            truth.take(try MadeStudies.finding([.init()]), of: study, named: names[39])
            for verdict in verdicts.shuffled(using: &random) { truth.take(verdict) }
            tables.insert(truth.table(by: nil))
            #expect(try truth.figures().confirmed.exact == 1)
        }
        #expect(tables.count == 1)
        let crowded = tables.first?.studies.shown(bound: 1).first { $0.name == "crowded" }
        #expect(crowded?.count.exact == 1)
    }
}
