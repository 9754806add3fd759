internal import VigilCore

/// A `tokenizer.json` of the library `tokenizers`: what every kind of model has in it.
struct TokenizerFile {
    static let name: SafeText = "tokenizer.json"
    /// The most added tokens.
    private static let addedLimit = 1_000_000

    let root: JSONValue
    let model: JSONValue
    /// The kind of model, such as `BPE`.
    let kind: String
    let addedTokens: [AddedToken]

    init(_ bytes: [UInt8]) throws(TokenizersError) {
        root = try BytePairVocabulary.json(bytes, file: Self.name)
        guard let model = root["model"], model.objectValue != nil else {
            throw Self.bad("it has no model")
        }
        self.model = model
        // Old files of BPE and WordPiece do not say so.
        kind =
            model["type"]?.stringValue
            ?? (model["merges"] != nil
                ? "BPE"
                : model["vocab"]?.arrayValue != nil
                    ? "Unigram" : "WordPiece")
        let added = root["added_tokens"]?.arrayValue ?? []
        guard added.count <= Self.addedLimit else {
            throw Self.bad("it has \(added.count) added tokens")
        }
        addedTokens = try added.map { (one) throws(TokenizersError) in
            guard let name = one["content"]?.stringValue,
                let id = BytePairVocabulary.id(one["id"])
            else { throw Self.bad("an added token has no content or id") }
            guard one["single_word"]?.boolValue != true else {
                throw Self.bad("an added token asks for single_word, which is not supported")
            }
            var token = AddedToken(name.unicodeScalars, id: id)
            token.takesSpaceBefore = one["lstrip"]?.boolValue ?? false
            token.takesSpaceAfter = one["rstrip"]?.boolValue ?? false
            token.isNormalized = one["normalized"]?.boolValue ?? false
            return token
        }
    }

    static func bad(_ reason: SafeText) -> TokenizersError {
        .badFile(file: name, reason: reason)
    }

    /// Refuses another kind of model.
    func require(_ expected: String) throws(TokenizersError) {
        guard kind == expected else {
            throw .wrongKind(
                expected: SafeText(operatorProvided: expected),
                found: SafeText(operatorProvided: kind))
        }
    }

    /// Refuses a field that is on or has a text where the method here knows of none.
    func requireAbsent(_ fields: [String]) throws(TokenizersError) {
        for field in fields {
            switch model[field] {
            case nil, .null?, .bool(false)?, .string("")?: continue
            default:
                throw Self.bad("model.\(SafeText(operatorProvided: field)) is not supported")
            }
        }
    }

    /// The ids of the added tokens by name.
    func id(of name: String) -> Int32? {
        addedTokens.first { $0.name.elementsEqual(name.unicodeScalars) }?.id
    }

    /// The special tokens that stand before and behind a single text.
    func frame() throws(TokenizersError) -> SequenceFrame {
        try SequenceFrame.read(root["post_processor"])
    }
}

/// The special tokens that stand before and behind a text.
struct SequenceFrame: Sendable, Hashable {
    var before: [Int32] = []
    var behind: [Int32] = []

    /// The most tokens on a side.
    private static let limit = 16

    /// A text's ids between them, at most `length` in all, or both sides alone.
    func around(_ ids: some Collection<Int32>, length: Int) -> [Int32] {
        before + ids.prefix(max(0, length - before.count - behind.count)) + behind
    }

    /// Reads the field `post_processor`.
    static func read(_ json: JSONValue?) throws(TokenizersError) -> SequenceFrame {
        guard let json, !json.isNull else { return SequenceFrame() }
        let type = json["type"]?.stringValue ?? ""
        switch type {
        case "ByteLevel": return SequenceFrame()
        case "Sequence":
            var frame = SequenceFrame()
            for part in (json["processors"]?.arrayValue ?? []).prefix(limit) {
                let inner = try read(part)
                frame.before = inner.before + frame.before
                frame.behind += inner.behind
            }
            return try frame.checked()
        case "BertProcessing", "RobertaProcessing":
            guard let start = BytePairVocabulary.id(json["cls"]?.arrayValue?.last),
                let end = BytePairVocabulary.id(json["sep"]?.arrayValue?.last)
            else { throw TokenizerFile.bad("post_processor: cls or sep has no id") }
            return SequenceFrame(before: [start], behind: [end])
        case "TemplateProcessing": return try template(json).checked()
        default:
            throw TokenizerFile.bad(
                "post_processor: \(SafeText(operatorProvided: type)) is not supported")
        }
    }

    private static func template(_ json: JSONValue) throws(TokenizersError) -> SequenceFrame {
        var frame = SequenceFrame()
        var isBehind = false
        for item in (json["single"]?.arrayValue ?? []).prefix(2 * limit + 1) {
            if item["Sequence"] != nil {
                guard !isBehind else { throw TokenizerFile.bad("post_processor: the text twice") }
                isBehind = true
                continue
            }
            let name = item["SpecialToken"]?["id"]?.stringValue ?? ""
            let known = json["special_tokens"]?[name]?["ids"]?.arrayValue ?? []
            let ids = known.prefix(limit).compactMap { BytePairVocabulary.id($0) }
            guard !ids.isEmpty, ids.count == known.count else {
                throw TokenizerFile.bad("post_processor: a special token has no ids")
            }
            if isBehind { frame.behind += ids } else { frame.before += ids }
        }
        guard isBehind else { throw TokenizerFile.bad("post_processor: the text is not in it") }
        return frame
    }

    private func checked() throws(TokenizersError) -> SequenceFrame {
        guard before.count <= Self.limit, behind.count <= Self.limit else {
            throw TokenizerFile.bad("post_processor: more than \(Self.limit) special tokens")
        }
        return self
    }
}
