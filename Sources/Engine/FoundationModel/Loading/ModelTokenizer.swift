internal import Tokenizers
internal import VigilCore
internal import Weights

/// The tokenizer of a model's folder.
struct ModelTokenizer: Sendable {
    private let tokenizer: any TextTokenizer
    /// The token that ends a text, if the kind has one.
    private let endToken: Int32?
    /// The token that texts are filled up with, where the tokenizer says so; nil: the
    /// configuration does.
    let paddingToken: Int32?

    private init(
        tokenizer: any TextTokenizer, endToken: Int32?, paddingToken: Int32? = nil
    ) {
        self.tokenizer = tokenizer
        self.endToken = endToken
        self.paddingToken = paddingToken
    }

    /// Tokens of the vocabulary.
    var vocabularySize: Int { tokenizer.vocabularySize }

    /// The ids of a text with start and end token, at most `contextLength`, not padded.
    func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        try tokenizer.encode(text, contextLength: contextLength)
    }

    /// CLIP's: `vocab.json` and `merges.txt`, else `tokenizer.json`; nil without them.
    static func clip(_ directory: ModelDirectory) throws(ModelError) -> ModelTokenizer? {
        if directory.has("vocab.json"), directory.has("merges.txt") {
            let (vocabulary, merges) = (
                try contents("vocab.json", directory), try contents("merges.txt", directory)
            )
            return try make { () throws(TokenizersError) in
                let tokenizer = try ClipTokenizer(
                    BytePairVocabulary(vocabularyJSON: vocabulary, merges: merges))
                return ModelTokenizer(tokenizer: tokenizer, endToken: tokenizer.endToken)
            }
        }
        guard directory.has("tokenizer.json") else { return nil }
        let file = try contents("tokenizer.json", directory)
        return try make { () throws(TokenizersError) in
            let tokenizer = try ClipTokenizer(tokenizerJSON: file)
            return ModelTokenizer(tokenizer: tokenizer, endToken: tokenizer.endToken)
        }
    }

    /// BERT's: `vocab.txt`, and `do_lower_case` of `tokenizer_config.json`; else `tokenizer.json`;
    /// nil without them.
    static func wordPiece(_ directory: ModelDirectory) throws(ModelError) -> ModelTokenizer? {
        if directory.has("vocab.txt") {
            let vocabulary = try contents("vocab.txt", directory)
            let isUncased = try isUncased(directory)
            return try make { () throws(TokenizersError) in
                let tokenizer = try WordPieceTokenizer(
                    vocabulary: vocabulary, isUncased: isUncased)
                return ModelTokenizer(tokenizer: tokenizer, endToken: tokenizer.endToken)
            }
        }
        guard directory.has("tokenizer.json") else { return nil }
        let file = try contents("tokenizer.json", directory)
        return try make { () throws(TokenizersError) in
            let tokenizer = try WordPieceTokenizer(tokenizerJSON: file)
            return ModelTokenizer(tokenizer: tokenizer, endToken: tokenizer.endToken)
        }
    }

    /// SigLIP's: `spiece.model`, and `do_lower_case` of `tokenizer_config.json`; else
    /// `tokenizer.json`, of SigLIP 2 Gemma's; nil without them.
    static func siglip(_ directory: ModelDirectory) throws(ModelError) -> ModelTokenizer? {
        if directory.has("spiece.model") {
            let model = try contents("spiece.model", directory)
            let isUncased = try isUncased(directory)
            return try make { () throws(TokenizersError) in
                let tokenizer = try SiglipTokenizer(model: model, isUncased: isUncased)
                return ModelTokenizer(tokenizer: tokenizer, endToken: tokenizer.endToken)
            }
        }
        guard directory.has("tokenizer.json") else { return nil }
        let file = try contents("tokenizer.json", directory)
        return try make { () throws(TokenizersError) in
            do throws(TokenizersError) {
                let tokenizer = try GemmaTokenizer(tokenizerJSON: file, isUncased: true)
                return ModelTokenizer(
                    tokenizer: tokenizer, endToken: tokenizer.endToken,
                    paddingToken: tokenizer.paddingToken)
            } catch {
                guard case .wrongKind = error else { throw error }
            }
            let tokenizer = try UnigramTokenizer(tokenizerJSON: file)
            return ModelTokenizer(tokenizer: tokenizer, endToken: tokenizer.endToken)
        }
    }

    private static func contents(
        _ name: String, _ directory: ModelDirectory
    ) throws(ModelError) -> [UInt8] {
        try ModelError.catching { () throws(WeightsError) in try directory.contents(name) }
    }

    private static func isUncased(_ directory: ModelDirectory) throws(ModelError) -> Bool {
        let name = "tokenizer_config.json"
        let json = try ModelError.catching { () throws(WeightsError) in
            directory.has(name) ? try directory.json(name) : [:]
        }
        let reader = ConfigurationReader(json, file: "tokenizer_config.json", path: "")
        return try reader.bool("do_lower_case", default: true)
    }

    private static func make(
        _ body: () throws(TokenizersError) -> ModelTokenizer
    ) throws(ModelError) -> ModelTokenizer {
        do throws(TokenizersError) { return try body() } catch { throw .tokenizer(error) }
    }

    /// Refuses a tokenizer that does not belong to a text tower.
    func check(_ text: TextConfiguration) throws(ModelError) {
        guard Self.fits(vocabularySize, rows: text.vocabularySize) else {
            throw .wrongTokenizer(
                expected: "\(text.vocabularySize) tokens, as the embedding has rows",
                found: "\(vocabularySize)")
        }
        let end = endToken.map { Int($0) }
        func require(_ expected: Int, _ what: SafeText) throws(ModelError) {
            guard end != expected else { return }
            throw .wrongTokenizer(
                expected: "\(what) \(expected)", found: end.map { "\($0)" } ?? "none")
        }
        switch text.pooling {
        case .end(.first(let id)): try require(Int(id), "end token")
        case .end(.greatest): try require(vocabularySize - 1, "the greatest id as end token")
        // A text is filled up with what ends it, but where there is a token of its own for that.
        case .last(let padding):
            if paddingToken == nil { try require(Int(padding), "padding and end token") }
        case .first, .mean: break
        }
    }

    /// Whether an embedding of so many rows is one of a vocabulary: as many, or rounded up to a
    /// multiple of 8 to 128 as some are for speed.
    private static func fits(_ size: Int, rows: Int) -> Bool {
        rows == size || [8, 16, 32, 64, 128].contains { (size + $0 - 1) / $0 * $0 == rows }
    }
}
