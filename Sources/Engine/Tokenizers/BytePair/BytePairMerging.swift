/// Byte-pair merging of one word: the pair of least rank first, the leftmost of equals.
///
/// A heap holds the pairs, so a word of n symbols takes O(n log n) whatever it spells.
struct BytePairMerging: Sendable {
    /// What a pair of neighbours becomes.
    struct Merge: Sendable, Hashable {
        let rank: Int32
        let result: Int32
    }

    private var merges: [UInt64: Merge] = [:]

    /// Adds a merge; the first of two for the same pair holds.
    mutating func add(left: Int32, right: Int32, merge: Merge) {
        let key = Self.key(left, right)
        if merges[key] == nil { merges[key] = merge }
    }

    /// Merges in place as far as the table goes.
    func merge(_ symbols: [Int32]) -> [Int32] {
        guard symbols.count > 1 else { return symbols }
        var symbols = symbols
        var next = Array(1...symbols.count)
        var previous = Array(-1..<symbols.count - 1)
        var queue = MergeQueue()
        for left in 0..<symbols.count - 1 {
            push(left, left + 1, symbols, into: &queue)
        }
        let removed: Int32 = -1
        while let candidate = queue.popLeast() {
            let left = candidate.position
            let right = next[left]
            // A candidate is out of date when one of its two symbols has merged with another.
            guard symbols[left] != removed, right < symbols.count,
                let merge = merges[Self.key(symbols[left], symbols[right])],
                merge.rank == candidate.rank
            else { continue }
            symbols[left] = merge.result
            symbols[right] = removed
            next[left] = next[right]
            if next[left] < symbols.count {
                previous[next[left]] = left
                push(left, next[left], symbols, into: &queue)
            }
            if previous[left] >= 0 {
                push(previous[left], left, symbols, into: &queue)
            }
        }
        return symbols.filter { $0 != removed }
    }

    private func push(_ left: Int, _ right: Int, _ symbols: [Int32], into queue: inout MergeQueue) {
        guard let merge = merges[Self.key(symbols[left], symbols[right])] else { return }
        queue.push(MergeQueue.Candidate(rank: merge.rank, position: left))
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}

/// A binary heap of merge candidates, least rank and then leftmost first.
private struct MergeQueue {
    struct Candidate {
        let rank: Int32
        let position: Int

        func precedes(_ other: Candidate) -> Bool {
            (rank, position) < (other.rank, other.position)
        }
    }

    private var heap: [Candidate] = []

    mutating func push(_ candidate: Candidate) {
        heap.append(candidate)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popLeast() -> Candidate? {
        guard let least = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return least }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return least }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(heap[parent]) else { return least }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
