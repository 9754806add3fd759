internal import VigilCore

/// BERT's WordPiece tokenizer, with the ids of Hugging Face's `BertTokenizer`.
///
/// A value; safe to use from several threads.
package struct WordPieceTokenizer: TextTokenizer {
    /// A longer word, in characters, becomes the unknown token as a whole.
    static let wordLimit = 100

    /// Id of `[CLS]`, the first of every sequence.
    package let startToken: Int32
    /// Id of `[SEP]`, the last of every sequence.
    package let endToken: Int32
    /// Id of `[PAD]`.
    package let paddingToken: Int32
    package let vocabularySize: Int
    private let unknownToken: Int32
    private let ids: [[UInt8]: Int32]
    private let longest: Int
    private let added: AddedTokens
    private let isUncased: Bool

    /// Reads `vocab.txt`: a token a line, its id the line's number from 0.
    ///
    /// - Parameters:
    ///   - vocabulary: the file's bytes.
    ///   - isUncased: whether text is lower-cased and its accents removed, as for `uncased` models.
    package init(vocabulary: [UInt8], isUncased: Bool) throws(TokenizersError) {
        var ids: [[UInt8]: Int32] = [:]
        var lines = vocabulary.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count <= BytePairVocabulary.idLimit else {
            throw .badFile(file: "vocab.txt", reason: "it has \(lines.count) tokens")
        }
        for (number, line) in lines.enumerated() {
            ids[line.last == 0x0D ? Array(line.dropLast()) : Array(line)] = Int32(number)
        }
        let added = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"].compactMap { name in
            ids[Array(name.utf8)].map { AddedToken(name.unicodeScalars, id: $0) }
        }
        try self.init(ids, added: added, isUncased: isUncased)
    }

    /// Reads `tokenizer.json`. Refuses another kind than BERT's, and steps unlike BERT's own.
    package init(tokenizerJSON: [UInt8]) throws(TokenizersError) {
        let file = try TokenizerFile(tokenizerJSON)
        try file.require("WordPiece")
        let clean = file.root["normalizer"] ?? .null
        let isUncased = clean["lowercase"]?.boolValue ?? true
        guard clean["type"]?.stringValue == "BertNormalizer",
            clean["clean_text"]?.boolValue != false,
            clean["handle_chinese_chars"]?.boolValue != false,
            (clean["strip_accents"]?.boolValue ?? isUncased) == isUncased,
            file.root["pre_tokenizer"]?["type"]?.stringValue == "BertPreTokenizer"
        else { throw TokenizerFile.bad("it does not clean and cut a text as BERT does") }
        let model = file.model
        guard model["continuing_subword_prefix"]?.stringValue ?? "##" == "##",
            model["max_input_chars_per_word"]?.intValue ?? Self.wordLimit == Self.wordLimit,
            model["unk_token"]?.stringValue ?? "[UNK]" == "[UNK]",
            !file.addedTokens.contains(where: \.isNormalized)
        else { throw TokenizerFile.bad("its WordPiece is not of BERT's form") }
        var ids = try BytePairVocabulary.ids(model["vocab"] ?? .null, file: TokenizerFile.name)
        for token in file.addedTokens {
            ids[Array(String(String.UnicodeScalarView(token.name)).utf8)] = token.id
        }
        try self.init(ids, added: file.addedTokens, isUncased: isUncased)
        guard try file.frame() == SequenceFrame(before: [startToken], behind: [endToken]) else {
            throw TokenizerFile.bad("post_processor: expected [CLS] before and [SEP] behind a text")
        }
    }

    private init(
        _ ids: [[UInt8]: Int32], added: [AddedToken], isUncased: Bool
    ) throws(TokenizersError) {
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
        vocabularySize = Int(ids.values.max() ?? -1) + 1
        self.ids = ids
        longest = ids.keys.map(\.count).max() ?? 0
        self.added = AddedTokens(added)
        self.isUncased = isUncased
    }

    package func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        try TextLimit.check(text)
        let limit = max(2, contextLength)
        var found = [startToken]
        for part in added.split(Array(text.unicodeScalars)[...]) {
            guard found.count < limit else { break }
            switch part {
            case .token(let token): found.append(token)
            case .text(let text): append(text, to: &found, limit: limit)
            }
        }
        return Array(found.prefix(limit - 1)) + [endToken]
    }

    private func append(_ text: ArraySlice<Unicode.Scalar>, to found: inout [Int32], limit: Int) {
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
