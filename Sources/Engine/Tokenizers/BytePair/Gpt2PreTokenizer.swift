/// Cuts a text into GPT-2's words by a hand-written scanner for the pattern
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
/// Nothing is left out: the words make up the text.
struct Gpt2PreTokenizer {
    private let text: ArraySlice<Unicode.Scalar>
    private var position: Int

    init(text: ArraySlice<Unicode.Scalar>) {
        self.text = text
        position = text.startIndex
    }

    /// The next word, nil at the end.
    mutating func next() -> ArraySlice<Unicode.Scalar>? {
        guard position < text.endIndex else { return nil }
        let start = position
        position = end(from: start)
        return text[start..<position]
    }

    private func end(from start: Int) -> Int {
        if let end = ScalarKind.contractionEnd(text, at: start) { return end }
        // One space goes with the word behind it.
        var begin = start
        if text[start] == " ", start + 1 < text.endIndex,
            ScalarKind(text[start + 1]) != .space
        {
            begin += 1
        }
        let kind = ScalarKind(text[begin])
        var end = begin + 1
        while end < text.endIndex, ScalarKind(text[end]) == kind { end += 1 }
        // Of white space before a word the last one is left to it.
        if kind == .space, end < text.endIndex, end - start > 1 { end -= 1 }
        return end
    }
}
