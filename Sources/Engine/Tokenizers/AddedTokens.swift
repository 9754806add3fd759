/// A token that stands for itself where its name is written, such as `[SEP]`.
struct AddedToken: Sendable, Hashable {
    let name: [Unicode.Scalar]
    let id: Int32
    /// Whether it takes the white space before and after it.
    var takesSpaceBefore = false
    var takesSpaceAfter = false
    /// Whether it is looked for in the normalized text, and not in the text as it was written.
    var isNormalized = false

    init(_ name: some Sequence<Unicode.Scalar>, id: Int32) {
        self.name = Array(name)
        self.id = id
    }
}

/// Cuts texts at the names of added tokens: from the left, the longest first.
struct AddedTokens: Sendable {
    /// A part of a text.
    enum Part {
        case text(ArraySlice<Unicode.Scalar>)
        case token(Int32)
    }

    private let tokens: [AddedToken]
    private let trie: PieceTrie
    private let isSpace: @Sendable (Unicode.Scalar) -> Bool
    /// Whether a name begins with each ASCII character, and whether one begins with another: most
    /// places of a text need no more than that.
    private var asciiFirsts = [Bool](repeating: false, count: 128)
    private var hasOtherFirsts = false

    /// - Parameter isSpace: what counts as white space beside a token that takes it.
    init(
        _ tokens: [AddedToken],
        isSpace: @escaping @Sendable (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
    ) {
        self.tokens = tokens.filter { !$0.name.isEmpty }
        self.isSpace = isSpace
        var trie = PieceTrie()
        for (index, token) in self.tokens.enumerated() {
            trie.insert(token.name.lazy.map(\.value), value: Int32(index))
            guard let first = token.name.first else { continue }
            if first.isASCII { asciiFirsts[Int(first.value)] = true } else { hasOtherFirsts = true }
        }
        self.trie = trie
    }

    /// The parts of a text; none is empty.
    func split(_ text: ArraySlice<Unicode.Scalar>) -> [Part] {
        guard !trie.isEmpty else { return text.isEmpty ? [] : [.text(text)] }
        var parts: [Part] = []
        var begin = text.startIndex
        var position = begin
        while position < text.endIndex {
            guard let (token, end) = longest(text, at: position) else {
                position += 1
                continue
            }
            var (left, right) = (position, end)
            if token.takesSpaceBefore {
                while left > begin, isSpace(text[left - 1]) { left -= 1 }
            }
            if token.takesSpaceAfter {
                while right < text.endIndex, isSpace(text[right]) { right += 1 }
            }
            if begin < left { parts.append(.text(text[begin..<left])) }
            parts.append(.token(token.id))
            begin = right
            position = right
        }
        if begin < text.endIndex { parts.append(.text(text[begin...])) }
        return parts
    }

    private func longest(
        _ text: ArraySlice<Unicode.Scalar>, at start: Int
    ) -> (token: AddedToken, end: Int)? {
        let first = text[start]
        guard first.isASCII ? asciiFirsts[Int(first.value)] : hasOtherFirsts else { return nil }
        var node = PieceTrie.root
        var found: (token: AddedToken, end: Int)?
        var position = start
        while position < text.endIndex, let child = trie.child(of: node, text[position].value) {
            node = child
            position += 1
            if let index = trie.value(at: node) { found = (tokens[Int(index)], position) }
        }
        return found
    }
}
