internal import VigilCore

/// CLIP's byte-level BPE tokenizer, with the ids of Hugging Face's `CLIPTokenizer`.
///
/// A value; safe to use from several threads.
package struct ClipTokenizer: Sendable {
    /// The longest text: 1 MiB.
    package static let inputLimit = 1 << 20
    static let startText = "<|startoftext|>"
    static let endText = "<|endoftext|>"

    /// Id of `<|startoftext|>`, the first of every sequence.
    package let startToken: Int32
    /// Id of `<|endoftext|>`, the last of every sequence.
    package let endToken: Int32
    /// The greatest id plus one: the rows that an embedding table must have at least.
    package let vocabularySize: Int
    private let encoder: BytePairEncoder
    /// The token of each byte inside a word.
    private let inner: [Int32]
    /// The token of each byte at the end of a word.
    private let final: [Int32]

    /// Builds the tokenizer of some tables. Refuses tables in which a merge names a token that the
    /// vocabulary lacks, or that have no special tokens.
    package init(_ vocabulary: ClipVocabulary) throws(TokenizersError) {
        func token(_ text: String) throws(TokenizersError) -> Int32 {
            guard let id = vocabulary.ids[Array(text.utf8)] else {
                throw .missingToken(token: SafeText(operatorProvided: text))
            }
            return id
        }
        startToken = try token(Self.startText)
        endToken = try token(Self.endText)
        // A byte without a token becomes the unknown token, which for CLIP is the end token.
        let unknown = endToken
        let letters = ByteAlphabet.characters.map { String(Character($0)) }
        inner = letters.map { vocabulary.ids[Array($0.utf8)] ?? unknown }
        final = letters.map { vocabulary.ids[Array("\($0)</w>".utf8)] ?? unknown }
        var encoder = BytePairEncoder()
        for (rank, pair) in vocabulary.merges.enumerated() {
            let left = try token(pair.left)
            let right = try token(pair.right)
            let merge = BytePairEncoder.Merge(
                rank: Int32(rank), result: try token(pair.left + pair.right))
            encoder.add(left: left, right: right, merge: merge)
        }
        self.encoder = encoder
        vocabularySize = Int(vocabulary.ids.values.max() ?? -1) + 1
    }

    /// The ids of a text: start, at most `contextLength - 2` of the text's own, end. Not padded.
    package func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        let bytes = text.utf8.count
        guard bytes <= Self.inputLimit else {
            throw .inputTooLong(found: bytes, limit: Self.inputLimit)
        }
        let limit = max(2, contextLength)
        var ids = [startToken]
        for part in splitSpecials(Array(text.unicodeScalars)) {
            switch part {
            case .special(let token): ids.append(token)
            case .text(let text): append(text, to: &ids, limit: limit)
            }
            guard ids.count < limit else { break }
        }
        return Array(ids.prefix(limit - 1)) + [endToken]
    }

    /// Ids padded at the end to a length, with the end token as Hugging Face does.
    package func pad(_ ids: [Int32], to length: Int) -> [Int32] {
        ids + [Int32](repeating: endToken, count: max(0, length - ids.count))
    }

    private func append(_ text: ArraySlice<Unicode.Scalar>, to ids: inout [Int32], limit: Int) {
        var words = ClipPreTokenizer(text: ClipTextCleaning.clean(text))
        while ids.count < limit, let word = words.next() {
            var bytes: [UInt8] = []
            for scalar in word {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
            var symbols = bytes.map { inner[Int($0)] }
            if let last = bytes.last { symbols[symbols.count - 1] = final[Int(last)] }
            ids.append(contentsOf: encoder.merge(symbols))
        }
    }

    private enum Part {
        case special(Int32)
        case text(ArraySlice<Unicode.Scalar>)
    }

    /// Cuts at the special tokens' names, which stand for themselves where they are written so.
    private func splitSpecials(_ text: [Unicode.Scalar]) -> [Part] {
        let specials = [
            (Array(Self.startText.unicodeScalars), startToken),
            (Array(Self.endText.unicodeScalars), endToken),
        ]
        var parts: [Part] = []
        var begin = 0
        var position = 0
        while position < text.count {
            let special = specials.first { text[position...].starts(with: $0.0) }
            guard text[position] == "<", let (name, token) = special else {
                position += 1
                continue
            }
            if begin < position { parts.append(.text(text[begin..<position])) }
            parts.append(.special(token))
            position += name.count
            begin = position
        }
        if begin < text.count { parts.append(.text(text[begin...])) }
        return parts
    }
}
