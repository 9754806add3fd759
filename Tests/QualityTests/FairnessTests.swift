import Foundation
import Testing
import VigilCore

@testable import Quality

/// How groups of studies differ, and what is not told of them.
struct FairnessTests {
    private typealias Figures = [FairnessRate: FairnessFigures]

    private func numbers(_ value: JSONValue?) -> [Double] {
        (value?.arrayValue ?? []).compactMap(\.doubleValue)
    }

    private func isNear(_ gap: FairnessFigures.Gap?, _ told: JSONValue?) -> Bool {
        let numbers = numbers(told)
        guard let gap, numbers.count == 3 else { return false }
        return abs(gap.value - numbers[0]) <= 1e-12
            && abs(gap.interval.lowerBound - numbers[1]) < 1e-9
            && abs(gap.interval.upperBound - numbers[2]) < 1e-9
    }

    @Test("rates and gaps are Fairlearn's to 1e-12, intervals those of their definition")
    func fairlearn() throws {
        let path = "\(#filePath)".replacing("FairnessTests.swift", with: "Vectors/fairness.json")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let cases = try JSONParser.parse(bytes).arrayValue ?? []
        #expect(cases.count == 5)
        for one in cases {
            var made = MadeGroups()
            for group in one["groups"]?.objectValue?.members ?? [] {
                for cell in MadeGroups.Cell.allCases {
                    let studies = try #require(group.value[cell.rawValue]?.intValue)
                    try made.add(cell, of: group.name, studies: studies)
                }
            }
            for (rate, figures) in made.truth().fairness() {
                let expected = one["rates"]?[rate.rawValue]
                for group in figures.groups {
                    let point = try #require(expected?["by_group"]?[group.name]?.doubleValue)
                    #expect(abs(try #require(group.told.rate).value - point) <= 1e-12)
                    #expect(isNear(group.fromOthers, expected?["from_others"]?[group.name]))
                }
                let overall = try #require(expected?["overall"]?.doubleValue)
                #expect(abs(try #require(figures.all.rate).value - overall) <= 1e-12)
                let difference = try #require(expected?["difference"]?.doubleValue)
                #expect(abs(try #require(figures.widest).gap.value - difference) <= 1e-12)
                #expect(isNear(figures.widest?.gap, expected?["widest"]), "\(rate)")
            }
        }
    }

    @Test("a gap's interval covers the true gap in 93 to 97 of 100 simulations")
    func coverage() throws {
        var random = SplitMix64(seed: 29)
        for (one, other) in [(0.9, 0.75), (0.1, 0.1), (0.5, 0.97)] {
            var covered = 0
            for _ in 0..<1000 {
                var counts: [String: QualityCounts] = [:]
                for (name, share) in [("north", one), ("south", other)] {
                    let count = 40 + random.below(80)
                    let hits = (0..<count).count { _ in random.unit() < share }
                    counts[name] = QualityCounts([.confirmed: hits, .missed: count - hits])
                }
                let figures = try #require(counts.fairness()[.truePositive])
                let gap = try #require(figures.groups.first?.fromOthers)
                if gap.interval.contains(one - other) { covered += 1 }
            }
            #expect((930...970).contains(covered), "\(one) \(other): \(covered)")
        }
    }

    @Test("labels in 1,000 orders give one table of gaps")
    func orders() throws {
        var random = SplitMix64(seed: 31)
        var made = MadeGroups()
        for name in ["north", "south", "west"] {
            for cell in MadeGroups.Cell.allCases {
                try made.add(cell, of: name, studies: random.below(12))
            }
        }
        var tables: Set<Figures> = []
        for _ in 0..<1000 {
            var truth = LateTruth()
            for input in made.inputs.shuffled(using: &random) { truth.take(input) }
            tables.insert(truth.fairness(smallBelow: 3))
        }
        #expect(tables.count == 1)
    }

    @Test("of thin groups nothing is said, and no gap to or from them")
    func thin() throws {
        var made = MadeGroups()
        try made.add(.confirmed, of: "north", studies: 30)
        try made.add(.missed, of: "north", studies: 10)
        try made.add(.confirmed, of: "south", studies: 12)
        try made.add(.missed, of: "south", studies: 7)
        let figures = try #require(made.truth().fairness(thinBelow: 20)[.truePositive])
        #expect(figures.groups.map(\.told.rate?.value) == [0.75, nil])
        #expect(figures.groups[1].told == .thin(of: 19))
        #expect(figures.groups.allSatisfy { $0.fromOthers == nil } && figures.widest == nil)
        #expect(figures.all.rate?.value == 42.0 / 59)
    }

    @Test("a small count follows from no other count and no sum that is told")
    func small() throws {
        var random = SplitMix64(seed: 37)
        let cells = MadeGroups.Cell.allCases.filter { $0 != .unspoken }
        var (tried, free) = (0, 0)
        for _ in 0..<200 {
            let counts = ["a", "b", "c", "d"].reduce(into: [String: [MadeGroups.Cell: Int]]()) {
                $0[$1] = cells.reduce(into: [.unspoken: 50]) {
                    $0[$1] = random.below(3) > 0 ? 5 + random.below(20) : random.below(5)
                }
            }
            for (name, cell) in counts.keys.flatMap({ name in cells.map { (name, $0) } }) {
                let sum = counts.values.reduce(0) { $0 + ($1[cell] ?? 0) }
                guard let small = counts[name]?[cell], (1...4).contains(small), sum >= 5 else {
                    continue
                }
                tried += 1
                let told = told(counts)
                let others = (0...4).filter { other in
                    counts.keys.contains { partner in
                        guard partner != name else { return false }
                        var changed = counts
                        move(small - other, of: cell, from: name, to: partner, in: &changed)
                        return self.told(changed) == told
                    }
                }
                // Another number could stand there, of the same sums, whoever knows the rule.
                #expect(!others.isEmpty, "\(counts) \(name) \(cell)")
                if others.count >= 3 { free += 1 }
            }
        }
        #expect(tried > 300 && free * 10 > tried * 9, "\(free) of \(tried)")
    }

    @Test("what is hidden of a cell is of two groups at least, and adds up to the bound")
    func hidden() {
        var random = SplitMix64(seed: 41)
        for _ in 0..<2000 {
            let counts = (0..<(1 + random.below(6))).map { _ in random.below(12) }
            let hidden = HiddenCells.indices(of: counts, bound: 5)
            let small = counts.indices.filter { (1...4).contains(counts[$0]) }
            #expect(hidden.isSuperset(of: small))
            let sum = hidden.reduce(0) { $0 + counts[$1] }
            let isEnough = hidden.count > 1 && sum >= 5 || hidden.count == counts.count
            #expect(small.isEmpty ? hidden.isEmpty : isEnough, "\(counts) \(hidden)")
        }
        #expect(HiddenCells.indices(of: [30, 2, 0, 40], bound: 1).isEmpty)
    }

    private func told(_ counts: [String: [MadeGroups.Cell: Int]]) -> Figures {
        counts.mapValues { QualityCounts($0) }.fairness(smallBelow: 5)
    }

    /// Moves studies to another group and as many without a truth back, where there are so many.
    private func move(
        _ studies: Int, of cell: MadeGroups.Cell, from name: String, to other: String,
        in counts: inout [String: [MadeGroups.Cell: Int]]
    ) {
        counts[name]?[cell, default: 0] -= studies
        counts[other]?[cell, default: 0] += studies
        guard cell != .abstained else { return }
        counts[name]?[.unspoken, default: 0] += studies
        counts[other]?[.unspoken, default: 0] -= studies
    }

    @Test("studies are told apart by what a site says of them, and what it does not say is told")
    func fields() throws {
        var made = MadeGroups()
        try made.add(.confirmed, of: "north", studies: 9)
        try made.add(.missed, of: "north", studies: 6)
        var fields = StudyFields()
        for number in 1...12 {
            let isSaid = fields.set(
                ["sex": number % 2 == 0 ? "F" : "M"], of: try MadeStudies.pseudonym(number))
            #expect(isSaid)
        }
        #expect(!fields.set(["sex": ""], of: try MadeStudies.pseudonym(1)))
        let figures = try #require(
            made.truth(fields: fields).fairness(by: .field("sex"))[.truePositive])
        #expect(figures.groups.map(\.name) == ["", "F", "M"])
        #expect(figures.groups.map(\.told.rate?.hits) == [0, 4, 5])
        #expect(figures.groups.map(\.told.rate?.count) == [3, 6, 6])
    }

    @Test("a priority below what was ordered is a fault of its group, and counts in no figure")
    func lowered() throws {
        var made = MadeGroups()
        try made.add(.confirmed, of: "north", studies: 9)
        try made.add(.confirmed, of: "south", studies: 9)
        var truth = made.truth()
        #expect(truth.table(by: .trait(.site)).lowered.isEmpty)
        truth.take(
            .lowered(try MadeStudies.finding([.init(stratum: "site=south")])),
            of: try MadeStudies.pseudonym(10), at: MadeStudies.position(100),
            published: Timestamp(milliseconds: 0))
        #expect(truth.table(by: .trait(.site)).lowered == ["south": 1])
        #expect(truth.table(by: nil).lowered == ["": 1])
        #expect(truth.fairness()[.truePositive]?.groups.map(\.told.rate?.count) == [9, 8])
    }
}
