/// Which groups' counts of one cell are not told, so that none below the bound follows from the
/// others and the sum over all groups, which other tables tell.
enum HiddenCells {
    /// Indices of the groups whose count is not told, by the counts in the order of groups' names.
    ///
    /// Small counts, and then others by their place and not by their size, which would tell of
    /// them, until two or more are hidden whose sum reaches the bound: each of them can then be
    /// anything from 0 to that sum. Where all groups together do not reach it, all are hidden, and
    /// the sum is small itself.
    ///
    /// - Parameter bound: the least count that is told besides 0; 1 hides nothing.
    static func indices(of counts: [Int], bound: Int) -> Set<Int> {
        var hidden = Set(counts.indices.filter { isSmall(counts[$0], bound: bound) })
        guard !hidden.isEmpty else { return [] }
        var sum = hidden.reduce(0) { $0 + counts[$1] }
        for index in counts.indices where hidden.count < 2 || sum < bound {
            if hidden.insert(index).inserted { sum += counts[index] }
        }
        return hidden
    }

    /// Whether a count points at persons.
    static func isSmall(_ count: Int, bound: Int) -> Bool { count > 0 && count < bound }
}
