internal import VigilCore

/// CLIP's byte-level BPE tokenizer, with the ids of Hugging Face's `CLIPTokenizer`.
///
/// A value; safe to use from several threads.
package struct ClipTokenizer: TextTokenizer {
    static let startText = "<|startoftext|>"
    static let endText = "<|endoftext|>"

    /// Id of `<|startoftext|>`, the first of every sequence.
    package let startToken: Int32
    /// Id of `<|endoftext|>`, the last of every sequence.
    package let endToken: Int32
    package let vocabularySize: Int
    private let merging: BytePairMerging
    /// The token of each byte inside a word.
    private let inner: [Int32]
    /// The token of each byte at the end of a word.
    private let final: [Int32]
    /// The added tokens that are looked for in the text as it is written, and in the cleaned one.
    private let written: AddedTokens
    private let cleaned: AddedTokens

    /// Builds the tokenizer of some tables. Refuses tables in which a merge names a token that the
    /// vocabulary lacks, or that have no special tokens.
    package init(_ vocabulary: BytePairVocabulary) throws(TokenizersError) {
        let added = try [Self.startText, Self.endText].map { (name) throws(TokenizersError) in
            AddedToken(name.unicodeScalars, id: try vocabulary.token(name))
        }
        try self.init(vocabulary, added: added)
    }

    /// Reads `tokenizer.json`. Refuses another kind than BPE with marks at the ends of words.
    package init(tokenizerJSON: [UInt8]) throws(TokenizersError) {
        let file = try TokenizerFile(tokenizerJSON)
        let suffix = file.model["end_of_word_suffix"]?.stringValue ?? ""
        guard file.kind == "BPE", suffix == "</w>" else {
            throw .wrongKind(
                expected: "BPE with end_of_word_suffix </w>",
                found: SafeText(
                    operatorProvided: "\(file.kind) with end_of_word_suffix \(suffix)"))
        }
        try file.requireAbsent([
            "dropout", "continuing_subword_prefix", "byte_fallback", "ignore_merges",
        ])
        try self.init(BytePairVocabulary(file), added: file.addedTokens)
    }

    private init(
        _ vocabulary: BytePairVocabulary, added: [AddedToken]
    ) throws(TokenizersError) {
        startToken = try vocabulary.token(Self.startText)
        endToken = try vocabulary.token(Self.endText)
        // A byte without a token becomes the unknown token, which for CLIP is the end token.
        let unknown = endToken
        let letters = ByteAlphabet.characters.map { String(Character($0)) }
        inner = letters.map { vocabulary.ids[Array($0.utf8)] ?? unknown }
        final = letters.map { vocabulary.ids[Array("\($0)</w>".utf8)] ?? unknown }
        merging = try vocabulary.merging()
        vocabularySize = vocabulary.size
        written = AddedTokens(added.filter { !$0.isNormalized })
        cleaned = AddedTokens(
            added.filter(\.isNormalized).map { token in
                var clean = AddedToken(ClipTextCleaning.clean(token.name), id: token.id)
                clean.takesSpaceBefore = token.takesSpaceBefore
                clean.takesSpaceAfter = token.takesSpaceAfter
                return clean
            })
    }

    package func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        try TextLimit.check(text)
        let limit = max(2, contextLength)
        var ids = [startToken]
        for part in written.split(Array(text.unicodeScalars)[...]) {
            guard ids.count < limit else { break }
            switch part {
            case .token(let token): ids.append(token)
            case .text(let text):
                for part in cleaned.split(ClipTextCleaning.clean(text)[...]) {
                    switch part {
                    case .token(let token): ids.append(token)
                    case .text(let text): append(text, to: &ids, limit: limit)
                    }
                }
            }
        }
        return Array(ids.prefix(limit - 1)) + [endToken]
    }

    private func append(_ text: ArraySlice<Unicode.Scalar>, to ids: inout [Int32], limit: Int) {
        var words = ClipPreTokenizer(text: Array(text))
        while ids.count < limit, let word = words.next() {
            var bytes: [UInt8] = []
            for scalar in word {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
            var symbols = bytes.map { inner[Int($0)] }
            if let last = bytes.last { symbols[symbols.count - 1] = final[Int(last)] }
            ids.append(contentsOf: merging.merge(symbols))
        }
    }
}
