/// Cuts cleaned text into CLIP's words by a hand-written scanner for the pattern
/// `<|startoftext|>|<|endoftext|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`.
///
/// The published tokenizer then cuts each word again by GPT-2's pattern. That changes one thing
/// alone: a special token's name that only came about by lower-casing falls into its mark, its
/// letters and its mark again.
struct ClipPreTokenizer {
    private static let specials = ["startoftext", "endoftext"].map { Array($0.unicodeScalars) }

    private let text: [Unicode.Scalar]
    private var position = 0
    private var pending: [ArraySlice<Unicode.Scalar>] = []

    init(text: [Unicode.Scalar]) {
        self.text = text
    }

    /// The next word, nil at the end.
    mutating func next() -> ArraySlice<Unicode.Scalar>? {
        if !pending.isEmpty { return pending.removeFirst() }
        while position < text.count, ScalarKind(text[position]) == .space { position += 1 }
        guard position < text.count else { return nil }
        let start = position
        let first = text[start]
        if first == "<", let name = specialName(at: start) {
            pending = [name, text[name.endIndex..<name.endIndex + 2]]
            position = name.endIndex + 2
            return text[start..<name.startIndex]
        }
        if let end = ScalarKind.contractionEnd(text[...], at: start) {
            position = end
            return text[start..<end]
        }
        let kind = ScalarKind(first)
        position += 1
        if kind != .number {
            while position < text.count, ScalarKind(text[position]) == kind { position += 1 }
        }
        return text[start..<position]
    }

    /// The letters of `<|startoftext|>` or `<|endoftext|>` when one stands here.
    private func specialName(at start: Int) -> ArraySlice<Unicode.Scalar>? {
        for name in Self.specials {
            let end = start + 2 + name.count
            guard end + 2 <= text.count, text[start + 1] == "|", text[end] == "|",
                text[end + 1] == ">", text[start + 2..<end].elementsEqual(name)
            else { continue }
            return text[start + 2..<end]
        }
        return nil
    }
}
