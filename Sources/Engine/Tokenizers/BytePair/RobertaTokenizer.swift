internal import VigilCore

/// RoBERTa's byte-level BPE tokenizer, with the ids of Hugging Face's `RobertaTokenizer`.
///
/// A value; safe to use from several threads.
package struct RobertaTokenizer: TextTokenizer {
    /// Id of `<s>`, the first of every sequence.
    package let startToken: Int32
    /// Id of `</s>`, the last of every sequence.
    package let endToken: Int32
    /// Id of `<pad>`.
    package let paddingToken: Int32
    package let vocabularySize: Int
    private let merging: BytePairMerging
    /// The token of each byte.
    private let bytes: [Int32]
    private let added: AddedTokens
    private let addsSpace: Bool

    /// Builds the tokenizer of `vocab.json` and `merges.txt`. Refuses tables that lack a special
    /// token, a byte's token or a token that a merge names.
    /// - Parameter addsSpace: whether a text's first word is one like the others
    ///   (`add_prefix_space`).
    package init(_ vocabulary: BytePairVocabulary, addsSpace: Bool = false) throws(TokenizersError)
    {
        var added: [AddedToken] = []
        for name in ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] {
            guard let id = vocabulary.ids[Array(name.utf8)] else { continue }
            var token = AddedToken(name.unicodeScalars, id: id)
            token.takesSpaceBefore = name == "<mask>"
            added.append(token)
        }
        try self.init(vocabulary, added: added, addsSpace: addsSpace)
    }

    /// Reads `tokenizer.json`. Refuses another kind than GPT-2's byte-level BPE.
    package init(tokenizerJSON: [UInt8]) throws(TokenizersError) {
        let file = try TokenizerFile(tokenizerJSON)
        let before = file.root["pre_tokenizer"] ?? .null
        let type = before["type"]?.stringValue ?? "none"
        guard file.kind == "BPE", type == "ByteLevel", before["use_regex"]?.boolValue != false
        else {
            throw .wrongKind(
                expected: "BPE after ByteLevel",
                found: SafeText(operatorProvided: "\(file.kind) after \(type)"))
        }
        guard file.root["normalizer"]?.isNull != false else {
            throw TokenizerFile.bad("a normalizer is not supported here")
        }
        try file.requireAbsent([
            "dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback",
            "ignore_merges",
        ])
        try self.init(
            BytePairVocabulary(file), added: file.addedTokens,
            addsSpace: before["add_prefix_space"]?.boolValue ?? true)
        let frame = SequenceFrame(before: [startToken], behind: [endToken])
        guard try file.frame() == frame else {
            throw TokenizerFile.bad("post_processor: expected <s> before and </s> behind a text")
        }
    }

    private init(
        _ vocabulary: BytePairVocabulary, added: [AddedToken], addsSpace: Bool
    ) throws(TokenizersError) {
        startToken = try vocabulary.token("<s>")
        endToken = try vocabulary.token("</s>")
        paddingToken = try vocabulary.token("<pad>")
        bytes = try ByteAlphabet.characters.map { (letter) throws(TokenizersError) in
            try vocabulary.token(String(Character(letter)))
        }
        merging = try vocabulary.merging()
        vocabularySize = vocabulary.size
        self.added = AddedTokens(added)
        self.addsSpace = addsSpace
    }

    package func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        try TextLimit.check(text)
        let limit = max(2, contextLength)
        var ids = [startToken]
        for part in added.split(Array(text.unicodeScalars)[...]) {
            guard ids.count < limit else { break }
            switch part {
            case .token(let token): ids.append(token)
            case .text(let text): append(text, to: &ids, limit: limit)
            }
        }
        return Array(ids.prefix(limit - 1)) + [endToken]
    }

    private func append(_ text: ArraySlice<Unicode.Scalar>, to ids: inout [Int32], limit: Int) {
        let isShort = addsSpace && text.first != " "
        let whole = isShort ? ([" "] + text)[...] : text
        var words = Gpt2PreTokenizer(text: whole)
        while ids.count < limit, let word = words.next() {
            let symbols = String(String.UnicodeScalarView(word)).utf8.map { bytes[Int($0)] }
            ids.append(contentsOf: merging.merge(symbols))
        }
    }
}
