/// The pieces of a unigram model with their scores, and the best way to make up a text of them.
struct UnigramModel: Sendable {
    /// A piece of the best path.
    struct Step {
        let id: Int32
        let range: Range<Int>
    }

    /// The pieces that may be part of a path, each with its id.
    private let trie: PieceTrie
    /// The score of each id.
    private let scores: [Double]
    let unknown: Int32
    private let unknownScore: Double
    /// Whether sums are rounded to 32 bits, as in SentencePiece, or kept in 64, as in tokenizers.
    private let isSingle: Bool

    /// What the unknown piece costs beyond the worst piece.
    static let unknownPenalty = 10.0

    init(trie: PieceTrie, scores: [Double], unknown: Int32, unknownScore: Double, isSingle: Bool) {
        self.trie = trie
        self.scores = scores
        self.unknown = unknown
        self.unknownScore = unknownScore
        self.isSingle = isSingle
    }

    /// The id of a piece.
    func id(of piece: some Sequence<UInt8>) -> Int32? {
        trie.value(of: piece)
    }

    private struct Node {
        var id: Int32 = 0
        var start = -1
        var score = 0.0
    }

    /// The path of the greatest sum of scores: Viterbi's. A character that no piece is made of is
    /// the unknown piece. Bytes that are no UTF-8 give some path, never a trap.
    func path(_ text: ArraySlice<UInt8>) -> [Step] {
        let base = text.startIndex
        var nodes = [Node](repeating: Node(), count: text.count + 1)
        func improve(_ end: Int, id: Int32, start: Int, score: Double) {
            let place = end - base
            // Of paths that come to the same the first holds, so rounding decides between them.
            let score = isSingle ? Double(Float(score)) : score
            guard nodes[place].start < 0 || score > nodes[place].score else { return }
            nodes[place] = Node(id: id, start: start, score: score)
        }
        var start = base
        while start < text.endIndex {
            let before = nodes[start - base].score
            let next = min(start + Self.length(text[start]), text.endIndex)
            var isCovered = false
            var node = PieceTrie.root
            var end = start
            while end < text.endIndex, let child = trie.child(of: node, UInt32(text[end])) {
                node = child
                end += 1
                guard let id = trie.value(at: node) else { continue }
                improve(end, id: id, start: start, score: scores[Int(id)] + before)
                if end == next { isCovered = true }
            }
            if !isCovered {
                improve(next, id: unknown, start: start, score: unknownScore + before)
            }
            start = next
        }
        return steps(nodes, base: base, end: text.endIndex)
    }

    private func steps(_ nodes: [Node], base: Int, end: Int) -> [Step] {
        var steps: [Step] = []
        var end = end
        while end > base {
            let node = nodes[end - base]
            steps.append(Step(id: node.id, range: node.start..<end))
            end = node.start
        }
        return steps.reversed()
    }

    /// Bytes of a character by its first one, as the library counts them.
    static func length(_ first: UInt8) -> Int {
        switch first >> 4 {
        case 0xC, 0xD: 2
        case 0xE: 3
        case 0xF: 4
        default: 1
        }
    }
}
