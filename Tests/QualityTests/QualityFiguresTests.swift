import Quality
import Testing
import VigilCore

/// What is said of a finding's quality, and what is not.
struct QualityFiguresTests {
    /// Studies by answer and truth, as they are; some of the truths are told.
    private struct Population {
        var truth = LateTruth()
        private var count = 0
        private let findings: [Finding.Answer: Finding]

        init() throws {
            findings = try [.flagged, .notFlagged, MadeStudies.uncertain].reduce(into: [:]) {
                $0[$1] = try MadeStudies.finding([.init(answer: $1)])
            }
        }

        mutating func add(
            _ answer: Finding.Answer, _ word: FindingVerdict.Word? = nil, studies: Int = 1
        ) throws {
            for _ in 0..<studies {
                count += 1
                let (study, name) = (
                    try MadeStudies.pseudonym(count), MadeStudies.digest("\(count)")
                )
                truth.take(try #require(findings[answer]), of: study, named: name)
                if let word { truth.take(MadeStudies.verdict(word, on: name, of: study)) }
            }
        }
    }

    @Test("intervals are those of the binomial distribution with half of what was counted")
    func reference() throws {
        // By SciPy 1.17's binom.cdf and brentq.
        let cases: [(Int, Int, Double, Double)] = [
            (0, 20, 0, 0.13910834066826516), (20, 20, 0.8608916593317347, 1),
            (16, 20, 0.585142081032462, 0.9330276555620859),
            (8, 10, 0.48049033688276177, 0.9650016992016116),
            (83, 100, 0.7468288258625527, 0.8942920942804398),
            (950, 1000, 0.9351341646513759, 0.9622627707134898),
        ]
        for (hits, count, low, high) in cases {
            var made = try Population()
            try made.add(.flagged, .agree, studies: hits)
            try made.add(.flagged, .notThere, studies: count - hits)
            let share = try #require(try made.truth.figures().predictiveValue)
            #expect(share.value == Double(hits) / Double(count))
            #expect(abs(share.interval.lowerBound - low) < 1e-9, "\(hits) of \(count)")
            #expect(abs(share.interval.upperBound - high) < 1e-9, "\(hits) of \(count)")
        }
    }

    @Test("intervals cover the true share in 93 to 97 of 100 simulations")
    func coverage() throws {
        var random = SplitMix64(seed: 2026)
        var covered = 0
        for _ in 0..<1000 {
            let (count, share) = (40 + random.below(160), 0.2 + 0.75 * random.unit())
            var made = try Population()
            for _ in 0..<count {
                try made.add(.flagged, random.unit() < share ? .agree : .notThere)
            }
            // Those without a truth change nothing, as long as who speaks hangs on no truth.
            try made.add(.flagged, studies: 10)
            let told = try #require(try made.truth.figures().predictiveValue)
            if told.interval.contains(share) { covered += 1 }
        }
        #expect((930...970).contains(covered), "\(covered)")
    }

    @Test("whatever is true of studies without a truth, bounds hold, however counts are hidden")
    func bounds() throws {
        var random = SplitMix64(seed: 7)
        for round in 0..<300 {
            var made = try Population()
            var cells: [Finding.Answer: (present: Double, absent: Double)] = [:]
            for answer in [Finding.Answer.flagged, .notFlagged, MadeStudies.uncertain] {
                let (present, absent) = (random.below(30), random.below(30))
                cells[answer] = (Double(present), Double(absent))
                for isPresent in [true, false] {
                    // Who disagrees speaks more often.
                    let isWrong = isPresent != (answer == .flagged)
                    let rate = isWrong ? random.unit() : random.unit() * 0.5
                    for _ in 0..<(isPresent ? present : absent) {
                        let word: FindingVerdict.Word? =
                            random.unit() > rate
                            ? nil
                            : isWrong ? (answer == .flagged ? .notThere : .missed) : .agree
                        let isUnsayable = answer == MadeStudies.uncertain && !isPresent
                        try made.add(answer, isUnsayable ? nil : word)
                    }
                }
            }
            let (flagged, clear) = (cells[.flagged] ?? (0, 0), cells[.notFlagged] ?? (0, 0))
            let sensitivity = flagged.present / (flagged.present + clear.present)
            let specificity = clear.absent / (clear.absent + flagged.absent)
            let abstained = cells[MadeStudies.uncertain]?.present ?? 0
            let ofAll = flagged.present / (flagged.present + clear.present + abstained)
            for smallBelow in [1, 5, 12] {
                let figures = try made.truth.figures(smallBelow: smallBelow)
                #expect(holds(figures.sensitivity, sensitivity), "\(round) \(smallBelow)")
                #expect(holds(figures.specificity, specificity), "\(round) \(smallBelow)")
                #expect(figures.sensitivityOfAll.map { holds($0, ofAll) } ?? true, "\(round)")
            }
        }
    }

    private func holds(_ range: ClosedRange<Double>, _ value: Double) -> Bool {
        range.lowerBound - 1e-12 <= value && value <= range.upperBound + 1e-12
    }

    private func holds(_ told: QualityFigures.Bounded, _ value: Double) -> Bool {
        switch told {
        case .unknown: true
        case .within(let bounds): holds(bounds, value)
        case .known(let share): holds(share.interval, value)
        }
    }

    @Test("where all have a truth sensitivity is known, where none has it is unknown")
    func complete() throws {
        var made = try Population()
        try made.add(.flagged, studies: 30)
        try made.add(.notFlagged, studies: 70)
        #expect(try made.truth.figures().sensitivity == .unknown)
        #expect(try made.truth.figures().predictiveValue == nil)
        #expect(try made.truth.figures().withoutTruth == 1...1)
        made = try Population()
        try made.add(.flagged, .agree, studies: 30)
        try made.add(.notFlagged, .agree, studies: 60)
        try made.add(.notFlagged, .missed, studies: 10)
        guard case .known(let share) = try made.truth.figures().sensitivity else {
            Issue.record("not known")
            return
        }
        #expect(share.value == 0.75)
        #expect(try made.truth.figures().withoutTruth == 0...0)
        #expect(try made.truth.figures().sensitivityOfAll == 0.75...0.75)
    }

    @Test("of a thin group no share is told")
    func thin() throws {
        var made = try Population()
        try made.add(.flagged, .agree, studies: 19)
        #expect(try made.truth.figures(thinBelow: 20).predictiveValue == nil)
        #expect(try made.truth.figures(thinBelow: 20).sensitivity == .unknown)
        try made.add(.flagged, .notThere)
        #expect(try made.truth.figures(thinBelow: 20).predictiveValue?.value == 0.95)
    }

    @Test("a small count follows from nothing that is told")
    func small() throws {
        var made = try Population()
        try made.add(.flagged, .agree, studies: 40)
        try made.add(.flagged, .notThere, studies: 2)
        try made.add(.notFlagged, studies: 60)
        try made.add(MadeStudies.uncertain, studies: 3)
        let told = try made.truth.figures(smallBelow: 5)
        #expect(told.abstained.range == 1...4 && told.refuted.range == 1...4)
        #expect(told.studies.exact == 105 && told.flagged.exact == 42)
        // 60 and 105 would tell how many are abstained from.
        #expect(told.notFlagged.range == 59...62)
        #expect(told.withTruth.exact == 42 && told.confirmed.range == 38...41)
        #expect(told.predictiveValue != nil && told.predictiveValue?.value == nil)
        // The same is told whatever the small counts are.
        for (refuted, abstained) in [(1, 4), (4, 1), (3, 3)] {
            var other = try Population()
            try other.add(.flagged, .agree, studies: 42 - refuted)
            try other.add(.flagged, .notThere, studies: refuted)
            try other.add(.notFlagged, studies: 63 - abstained)
            try other.add(MadeStudies.uncertain, studies: abstained)
            #expect(try other.truth.figures(smallBelow: 5) == told, "\(refuted) \(abstained)")
        }
        // What PPV hangs on is told as long as another count can be hidden instead.
        try made.add(.notFlagged, .agree, studies: 8)
        try made.add(.flagged, .notThere, studies: 10)
        try made.add(.notFlagged, .missed, studies: 2)
        let more = try made.truth.figures(smallBelow: 5)
        #expect(more.predictiveValue?.value == 40.0 / 52 && more.cleared.range == 6...9)
        made = try Population()
        try made.add(.flagged, studies: 3)
        try made.add(.notFlagged, studies: 4)
        #expect(try made.truth.figures(smallBelow: 5).studies.range == 2...8)
        #expect(try made.truth.figures(smallBelow: 5).abstained.exact == 0)
    }
}
