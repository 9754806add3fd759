/// Finds what a person may have meant.
package enum Spelling {
    /// The candidate nearest to `word`, when it is near enough to be a slip of the finger.
    package static func nearest(
        to word: String, among candidates: some Sequence<String>
    ) -> String? {
        guard word.utf8.count <= 100 else { return nil }
        let limit = max(2, word.utf8.count / 3)
        let ranked = candidates.map { (name: $0, edits: distance(word, $0)) }
        let best = ranked.min { ($0.edits, $0.name) < ($1.edits, $1.name) }
        return best.flatMap { $0.edits <= limit ? $0.name : nil }
    }

    /// The number of bytes to insert, drop, change or swap with a neighbour (optimal string
    /// alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased().utf8), Array(right.lowercased().utf8))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, a) in left.enumerated() {
            var line = [row + 1]
            for (column, b) in right.enumerated() {
                var best = min(
                    last[column] + (a == b ? 0 : 1), last[column + 1] + 1, line[column] + 1)
                if row > 0, column > 0, a == right[column - 1], left[row - 1] == b {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                line.append(best)
            }
            (beforeLast, last) = (last, line)
        }
        return last[right.count]
    }
}
