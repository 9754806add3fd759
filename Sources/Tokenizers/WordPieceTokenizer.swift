internal import VigilCore

/// BERT's WordPiece tokenizer, with the ids of Hugging Face's `BertTokenizer`.
///
/// A value; safe to use from several threads.
package struct WordPieceTokenizer: Sendable {
    /// The longest text: 1 MiB.
    package static let inputLimit = 1 << 20
    /// The largest vocabulary.
    package static let vocabularyLimit = 10_000_000
    /// A longer word, in characters, becomes the unknown token as a whole.
    static let wordLimit = 100

    /// Id of `[CLS]`, the first of every sequence.
    package let startToken: Int32
    /// Id of `[SEP]`, the last of every sequence.
    package let endToken: Int32
    /// Id of `[PAD]`.
    package let paddingToken: Int32
    /// The tokens of the vocabulary: the rows that an embedding table must have at least.
    package let vocabularySize: Int
    private let unknownToken: Int32
    private let ids: [[UInt8]: Int32]
    private let longest: Int
    private let specials: [(name: [Unicode.Scalar], id: Int32)]
    private let isUncased: Bool

    /// Reads `vocab.txt`: a token a line, its id the line's number from 0.
    ///
    /// - Parameters:
    ///   - vocabulary: the file's bytes.
    ///   - isUncased: whether text is lower-cased and its accents removed, as for `uncased` models.
    package init(vocabulary: [UInt8], isUncased: Bool) throws(TokenizersError) {
        var ids: [[UInt8]: Int32] = [:]
        var longest = 0
        var lines = vocabulary.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count <= Self.vocabularyLimit else {
            throw .badFile(file: "vocab.txt", reason: "it has \(lines.count) tokens")
        }
        for (number, line) in lines.enumerated() {
            let token = line.last == 0x0D ? Array(line.dropLast()) : Array(line)
            ids[token] = Int32(number)
            longest = max(longest, token.count)
        }
        func token(_ name: String) throws(TokenizersError) -> Int32 {
            guard let id = ids[Array(name.utf8)] else {
                throw .missingToken(token: SafeText(operatorProvided: name))
            }
            return id
        }
        startToken = try token("[CLS]")
        endToken = try token("[SEP]")
        paddingToken = try token("[PAD]")
        unknownToken = try token("[UNK]")
        specials = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"].compactMap { name in
            ids[Array(name.utf8)].map { (Array(name.unicodeScalars), $0) }
        }
        vocabularySize = lines.count
        self.ids = ids
        self.longest = longest
        self.isUncased = isUncased
    }

    /// The ids of a text: start, at most `contextLength - 2` of the text's own, end. Not padded.
    package func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        let bytes = text.utf8.count
        guard bytes <= Self.inputLimit else {
            throw .inputTooLong(found: bytes, limit: Self.inputLimit)
        }
        let limit = max(2, contextLength)
        let scalars = Array(text.unicodeScalars)
        var found = [startToken]
        var begin = 0
        var position = 0
        while position < scalars.count, found.count < limit {
            guard scalars[position] == "[",
                let special = specials.first(where: { scalars[position...].starts(with: $0.name) })
            else {
                position += 1
                continue
            }
            append(scalars[begin..<position], to: &found, limit: limit)
            found.append(special.id)
            position += special.name.count
            begin = position
        }
        append(scalars[begin...], to: &found, limit: limit)
        return Array(found.prefix(limit - 1)) + [endToken]
    }

    private func append(_ text: ArraySlice<Unicode.Scalar>, to found: inout [Int32], limit: Int) {
        guard !text.isEmpty else { return }
        for word in BertTextCleaning.words(BertTextCleaning.clean(text, isUncased: isUncased)) {
            guard found.count < limit else { return }
            appendPieces(word, to: &found)
        }
    }

    /// Cuts a word into the longest pieces of the vocabulary from the left; all but the first begin
    /// with `##` there. A word that cannot be cut so is unknown as a whole.
    private func appendPieces(_ word: ArraySlice<Unicode.Scalar>, to found: inout [Int32]) {
        guard word.count <= Self.wordLimit else {
            found.append(unknownToken)
            return
        }
        let before = found.count
        var begin = word.startIndex
        while begin < word.endIndex {
            var piece: [UInt8] = begin == word.startIndex ? [] : Array("##".utf8)
            var best: (id: Int32, end: Int)?
            for place in begin..<word.endIndex where piece.count < longest {
                piece.append(
                    contentsOf: UTF8.encode(word[place]) ?? UTF8.encodedReplacementCharacter)
                if let id = ids[piece] { best = (id, place + 1) }
            }
            guard let best else {
                found.removeSubrange(before...)
                found.append(unknownToken)
                return
            }
            found.append(best.id)
            begin = best.end
        }
    }
}
