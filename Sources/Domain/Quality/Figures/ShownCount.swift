/// A count as it may be shown: itself, or between which numbers it lies where it, or one that
/// follows from it, is small enough to point at persons.
package struct ShownCount: Sendable, Hashable {
    package let range: ClosedRange<Int>

    /// The count itself, where it may be told.
    package var exact: Int? { range.lowerBound == range.upperBound ? range.lowerBound : nil }

    init(_ count: Int) { range = count...count }

    private init(_ range: ClosedRange<Int>) { self.range = range }

    /// Counts and their sum. One below the bound, but for 0, is told to be below it. So that it
    /// does not follow from the others and the sum, the largest is told as a range then; where all
    /// are small, the sum is.
    ///
    /// - Parameters:
    ///   - bound: the least count that is told; 1 tells all.
    ///   - kept: the first so many are made ranges only where no other can be.
    static func of(
        _ parts: [Int], bound: Int, kept: Int = 0
    ) -> (parts: [ShownCount], sum: ShownCount) {
        let sum = parts.reduce(0, +)
        let small = 1...max(1, bound - 1)
        guard bound > 1, parts.contains(where: small.contains) else {
            return (parts.map { ShownCount($0) }, ShownCount(sum))
        }
        var shown = parts.map { small.contains($0) ? ShownCount(small) : ShownCount($0) }
        let hidden = parts.count { small.contains($0) }
        let hiddenSum = hidden...(hidden * small.upperBound)
        let large = parts.indices.filter { parts[$0] >= bound }
        let others = large.filter { $0 >= kept }
        guard let largest = (others.isEmpty ? large : others).max(by: { parts[$0] < parts[$1] })
        else { return (shown, ShownCount(hiddenSum)) }
        let rest =
            sum
            - parts.indices.filter { $0 != largest && !small.contains(parts[$0]) }
            .reduce(0) { $0 + parts[$1] }
        shown[largest] = ShownCount(
            max(0, rest - hiddenSum.upperBound)...(rest - hiddenSum.lowerBound))
        return (shown, ShownCount(sum))
    }
}

extension StudyCounts {
    /// How studies stand, each count by its name; between them no sum is told.
    ///
    /// - Parameter bound: the least count that is told; 1 tells all.
    package func shown(bound: Int) -> [(name: String, count: ShownCount)] {
        let standings = StudyStanding.allCases.map { ($0.rawValue, byStanding[$0] ?? 0) }
        let others = [
            ("seen", seen), ("spoken_of_unread", unread),
            ("spoken_of_another_record", ofOtherRecords), ("crowded", crowded),
        ]
        return (standings + others).map { ($0.0, ShownCount.of([$0.1], bound: bound).sum) }
    }
}
