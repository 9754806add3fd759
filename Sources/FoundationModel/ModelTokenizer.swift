internal import Tokenizers
internal import VigilCore
internal import Weights

/// The tokenizer of a model's folder.
enum ModelTokenizer: Sendable {
    case clip(ClipTokenizer)
    case wordPiece(WordPieceTokenizer)

    /// Tokens of the vocabulary.
    var vocabularySize: Int {
        switch self {
        case .clip(let tokenizer): tokenizer.vocabularySize
        case .wordPiece(let tokenizer): tokenizer.vocabularySize
        }
    }

    /// The ids of a text with start and end token, at most `contextLength`, not padded.
    func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        switch self {
        case .clip(let tokenizer): try tokenizer.encode(text, contextLength: contextLength)
        case .wordPiece(let tokenizer): try tokenizer.encode(text, contextLength: contextLength)
        }
    }

    /// CLIP's: `vocab.json` and `merges.txt`, else `tokenizer.json`; nil without them.
    static func clip(_ directory: ModelDirectory) throws(ModelError) -> ModelTokenizer? {
        let hasPair = directory.has("vocab.json") && directory.has("merges.txt")
        guard hasPair || directory.has("tokenizer.json") else { return nil }
        do {
            let vocabulary =
                hasPair
                ? try ClipVocabulary(
                    vocabularyJSON: directory.contents("vocab.json"),
                    merges: directory.contents("merges.txt"))
                : try ClipVocabulary(tokenizerJSON: directory.contents("tokenizer.json"))
            return .clip(try ClipTokenizer(vocabulary))
        } catch let error as TokenizersError {
            throw .tokenizer(error)
        } catch let error as WeightsError {
            throw .weights(error)
        } catch {
            throw .noText
        }
    }

    /// BERT's: `vocab.txt`, and `do_lower_case` of `tokenizer_config.json`; nil without the former.
    static func wordPiece(_ directory: ModelDirectory) throws(ModelError) -> ModelTokenizer? {
        guard directory.has("vocab.txt") else { return nil }
        let (vocabulary, json) = try ModelError.catching { () throws(WeightsError) in
            (
                try directory.contents("vocab.txt"),
                directory.has("tokenizer_config.json")
                    ? try directory.json("tokenizer_config.json") : [:]
            )
        }
        let reader = ConfigurationReader(json, file: "tokenizer_config.json", path: "")
        let isUncased = try reader.bool("do_lower_case", default: true)
        do throws(TokenizersError) {
            return .wordPiece(
                try WordPieceTokenizer(vocabulary: vocabulary, isUncased: isUncased))
        } catch { throw .tokenizer(error) }
    }

    /// Refuses a tokenizer that does not belong to a text tower.
    func check(_ text: TextConfiguration) throws(ModelError) {
        guard vocabularySize <= text.vocabularySize else {
            throw .wrongTokenizer(
                expected: "at most \(text.vocabularySize) tokens", found: "\(vocabularySize)")
        }
        guard case .clip(let tokenizer) = self, case .end(let end) = text.pooling else { return }
        switch end {
        case .first(let id):
            guard tokenizer.endToken == id else {
                throw .wrongTokenizer(expected: "end token \(id)", found: "\(tokenizer.endToken)")
            }
        case .greatest:
            guard Int(tokenizer.endToken) == tokenizer.vocabularySize - 1 else {
                throw .wrongTokenizer(
                    expected: "an end token with the greatest id", found: "\(tokenizer.endToken)")
            }
        }
    }
}
