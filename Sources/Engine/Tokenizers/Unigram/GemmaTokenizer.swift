internal import VigilCore

/// Gemma's tokenizer, which SigLIP 2 has: BPE over characters with bytes for those that have no
/// token, from a `tokenizer.json`, with the ids of the library `tokenizers`.
///
/// A value; safe to use from several threads.
package struct GemmaTokenizer: TextTokenizer {
    package let vocabularySize: Int
    /// The last special token behind a text, if there is one.
    package let endToken: Int32?
    /// Id of `<pad>`, which texts are filled up with.
    package let paddingToken: Int32
    private let merging: BytePairMerging
    /// Tokens of single characters by their scalar.
    private let characters: [UInt32: Int32]
    /// The token of each byte.
    private let bytes: [Int32]
    private let normalizer: TextNormalizer
    private let written: AddedTokens
    private let normalized: AddedTokens
    private let frame: SequenceFrame

    /// Reads `tokenizer.json`. Refuses another kind than BPE with byte fallback.
    /// - Parameter isUncased: whether texts become lower case first, as SigLIP 2 was trained.
    package init(tokenizerJSON: [UInt8], isUncased: Bool = false) throws(TokenizersError) {
        let file = try TokenizerFile(tokenizerJSON)
        guard file.kind == "BPE", file.model["byte_fallback"]?.boolValue == true else {
            throw .wrongKind(
                expected: "BPE with byte_fallback", found: SafeText(operatorProvided: file.kind))
        }
        try file.requireAbsent([
            "dropout", "continuing_subword_prefix", "end_of_word_suffix", "ignore_merges",
        ])
        try Self.checkCut(file.root["pre_tokenizer"])
        let vocabulary = try BytePairVocabulary(file)
        bytes = try (UInt8.min...UInt8.max).map { (byte) throws(TokenizersError) in
            let name = String(decoding: SentencePieceModel.byteName(byte), as: UTF8.self)
            return try vocabulary.token(name)
        }
        let tokens = try BytePairVocabulary.ids(
            file.model["vocab"] ?? .null, file: TokenizerFile.name)
        var characters: [UInt32: Int32] = [:]
        for (token, id) in tokens {
            let scalars = String(decoding: token, as: UTF8.self).unicodeScalars
            if scalars.count == 1, let only = scalars.first { characters[only.value] = id }
        }
        self.characters = characters
        merging = try vocabulary.merging()
        paddingToken = try vocabulary.token("<pad>")
        let rest = try TextNormalizer.read(file.root["normalizer"], file: TokenizerFile.name)
        normalizer = isUncased ? .sequence([.lowercase, rest]) : rest
        written = AddedTokens(file.addedTokens.filter { !$0.isNormalized })
        normalized = try AddedTokens(file.addedTokens.filter(\.isNormalized), in: normalizer)
        frame = try file.frame()
        endToken = frame.behind.last
        vocabularySize = vocabulary.size
    }

    /// Spaces are marks by then, so a cut at spaces cuts nothing; another one is refused.
    private static func checkCut(_ json: JSONValue?) throws(TokenizersError) {
        guard let json, !json.isNull else { return }
        guard json["type"] == "Split", json["pattern"]?["String"] == " " else {
            throw TokenizerFile.bad("pre_tokenizer: expected none, or Split at a space")
        }
    }

    package func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        try TextLimit.check(text)
        var ids: [Int32] = []
        for part in written.split(Array(text.unicodeScalars)[...]) {
            switch part {
            case .token(let token): ids.append(token)
            case .text(let text):
                let normal = try normalizer.normalize(TextNormalizer.Text(scalars: Array(text)))
                for part in normalized.split(normal.scalars[...]) {
                    switch part {
                    case .token(let token): ids.append(token)
                    case .text(let text): ids += merging.merge(symbols(text))
                    }
                }
            }
        }
        return frame.around(ids, length: contextLength)
    }

    private func symbols(_ text: ArraySlice<Unicode.Scalar>) -> [Int32] {
        var symbols: [Int32] = []
        for scalar in text {
            if let token = characters[scalar.value] {
                symbols.append(token)
            } else {
                symbols += String(scalar).utf8.map { bytes[Int($0)] }
            }
        }
        return symbols
    }
}
