/// How one rate of one finding differs between groups of studies, as far as it may be told.
package struct FairnessFigures: Sendable, Hashable {
    /// What is told of one group, or of all of them.
    package enum Told: Sendable, Hashable {
        /// A count is too small to be told, or would tell one that is.
        case hidden
        /// Fewer studies than a rate is told of.
        case thin(of: Int)
        case known(Rate)

        /// The rate, where it is known.
        package var rate: Rate? {
            if case .known(let rate) = self { rate } else { nil }
        }
    }

    /// A rate that was counted.
    package struct Rate: Sendable, Hashable {
        package let hits: Int
        package let count: Int
        fileprivate let confidence: Double

        /// Of the studies, the hits; 0 to 1.
        package var value: Double { counted.share }
        /// Of the share, at the confidence that is told.
        package var interval: ClosedRange<Double> {
            ShareInterval.midP(hits: hits, of: count, confidence: confidence)
        }
        fileprivate var counted: ShareDifference.Counted {
            ShareDifference.Counted(hits: hits, count: count)
        }
    }

    /// A difference of two rates.
    package struct Gap: Sendable, Hashable {
        fileprivate let first: Rate
        fileprivate let second: Rate
        /// Of the interval.
        fileprivate let confidence: Double

        /// -1 to 1.
        package var value: Double { first.value - second.value }
        /// Between which numbers it lies, -1 to 1.
        package var interval: ClosedRange<Double> {
            ShareDifference.interval(
                first.counted, less: second.counted, confidence: confidence)
        }
    }

    /// One group of studies.
    package struct Group: Sendable, Hashable {
        /// Empty: of studies of which nothing tells it.
        package let name: String
        package let told: Told
        /// Its rate less that of all other studies; nil where either is not known.
        package let fromOthers: Gap?
    }

    /// The greatest known rate less the least one.
    package struct Widest: Sendable, Hashable {
        package let greatest: String
        package let least: String
        /// The interval holds for all pairs of groups at once (Bonferroni), since these two were
        /// chosen by what was counted.
        package let gap: Gap
    }

    /// Which rate it is of.
    package let rate: FairnessRate
    /// Sorted by name.
    package let groups: [Group]
    package let all: Told
    /// Nil where fewer than two groups are known.
    package let widest: Widest?

    /// - Parameter counts: of one finding by the groups' names.
    package init(
        _ rate: FairnessRate, _ counts: [String: QualityCounts], _ telling: QualityFigures.Telling
    ) {
        let names = counts.keys.sorted()
        let hits = names.map { counts[$0].map(rate.cells.hits.studies) ?? 0 }
        let others = names.map { counts[$0].map(rate.cells.others.studies) ?? 0 }
        let hidden = HiddenCells.indices(of: hits, bound: telling.smallBelow)
            .union(HiddenCells.indices(of: others, bound: telling.smallBelow))
        let told = names.indices.map { index in
            hidden.contains(index)
                ? Told.hidden : Self.told(hits[index], others[index], telling)
        }
        let sums = (hits: hits.reduce(0, +), others: others.reduce(0, +))
        self.rate = rate
        all = Self.told(sums.hits, sums.others, telling)
        groups = names.indices.map { index in
            let rest = Self.told(sums.hits - hits[index], sums.others - others[index], telling)
            return Group(
                name: names[index], told: told[index],
                fromOthers: Self.gap(told[index], rest, telling.confidence))
        }
        widest = Self.widest(groups, telling.confidence)
    }

    /// All that may be told of so many studies in both cells of a rate.
    private static func told(
        _ hits: Int, _ others: Int, _ telling: QualityFigures.Telling
    ) -> Told {
        let bound = telling.smallBelow
        guard !HiddenCells.isSmall(hits, bound: bound), !HiddenCells.isSmall(others, bound: bound)
        else { return .hidden }
        let count = hits + others
        guard count >= max(1, telling.thinBelow) else { return .thin(of: count) }
        return .known(Rate(hits: hits, count: count, confidence: telling.confidence))
    }

    private static func gap(_ first: Told, _ second: Told, _ confidence: Double) -> Gap? {
        guard let first = first.rate, let second = second.rate else { return nil }
        return Gap(first: first, second: second, confidence: confidence)
    }

    private static func widest(_ groups: [Group], _ confidence: Double) -> Widest? {
        let known = groups.compactMap { group in group.told.rate.map { (group.name, $0.value) } }
        guard let greatest = known.max(by: { $0.1 < $1.1 }),
            let least = known.filter({ $0.0 != greatest.0 }).min(by: { $0.1 < $1.1 })
        else { return nil }
        let pairs = Double(known.count * (known.count - 1) / 2)
        let told = groups.reduce(into: [:]) { $0[$1.name] = $1.told }
        guard let first = told[greatest.0], let second = told[least.0],
            let gap = gap(first, second, 1 - (1 - confidence) / pairs)
        else { return nil }
        return Widest(greatest: greatest.0, least: least.0, gap: gap)
    }
}
