package import VigilCore

/// Why a tokenizer's files or an input were refused. Texts to be tokenized are the operator's
/// prompts; even so none of them stands in an error.
package enum TokenizersError: VigilError, Hashable {
    /// A file of the tokenizer does not read.
    case badFile(file: SafeText, reason: SafeText)
    /// The files describe another kind of tokenizer.
    case wrongKind(expected: SafeText, found: SafeText)
    /// A token that the method needs is not in the vocabulary.
    case missingToken(token: SafeText)
    /// The text is longer than the bound.
    case inputTooLong(found: Int, limit: Int)

    package var code: SafeText {
        switch self {
        case .badFile: "tokenizer_bad_file"
        case .wrongKind: "tokenizer_wrong_kind"
        case .missingToken: "tokenizer_missing_token"
        case .inputTooLong: "tokenizer_input_too_long"
        }
    }

    package var what: SafeText {
        switch self {
        case .badFile(let file, let reason): "\(file): \(reason)"
        case .wrongKind(let expected, let found):
            "the tokenizer is of another kind: expected \(expected), found \(found)"
        case .missingToken(let token): "the vocabulary has no token \(token)"
        case .inputTooLong(let found, let limit):
            "a text of \(found) bytes is too long to tokenize: the limit is \(limit)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .badFile, .missingToken: "Fetch the tokenizer's files again from the model's source"
        case .wrongKind: "Check that the tokenizer's files belong to the model"
        case .inputTooLong: "Shorten the prompt"
        }
    }

    package var disposition: Disposition { .shutDown(.dataError) }
}
