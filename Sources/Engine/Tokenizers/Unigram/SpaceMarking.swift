internal import VigilCore

/// How a `tokenizer.json` of a unigram model cuts a text: its spaces become marks that the words
/// behind them keep (`Metaspace`), with or without a cut at white space before.
struct SpaceMarking: Sendable {
    private enum Prepending: String {
        case always, first, never
    }

    private var mark: Unicode.Scalar = "\u{2581}"
    private var prepending = Prepending.never
    private var isSplit = false
    private var cutsAtSpace = false
    private var marksSpaces = false

    /// Reads the field `pre_tokenizer`; null leaves the text whole.
    static func read(_ json: JSONValue?) throws(TokenizersError) -> SpaceMarking {
        var marking = SpaceMarking()
        try marking.add(json, isInner: false)
        return marking
    }

    private mutating func add(_ json: JSONValue?, isInner: Bool) throws(TokenizersError) {
        guard let json, !json.isNull else { return }
        let type = json["type"]?.stringValue ?? ""
        switch type {
        case "Sequence" where !isInner:
            for part in (json["pretokenizers"]?.arrayValue ?? []).prefix(8) {
                try add(part, isInner: true)
            }
        case "WhitespaceSplit" where !marksSpaces: cutsAtSpace = true
        case "Metaspace" where !marksSpaces:
            let text = json["replacement"]?.stringValue ?? "\u{2581}"
            guard text.unicodeScalars.count == 1, let mark = text.unicodeScalars.first,
                let prepending = Prepending(
                    rawValue: json["prepend_scheme"]?.stringValue ?? "always")
            else { throw TokenizerFile.bad("pre_tokenizer: Metaspace is not of a known form") }
            self.mark = mark
            self.prepending = json["add_prefix_space"]?.boolValue == false ? .never : prepending
            isSplit = json["split"]?.boolValue ?? true
            marksSpaces = true
        default:
            throw TokenizerFile.bad(
                "pre_tokenizer: \(SafeText(operatorProvided: type)) is not supported here")
        }
    }

    /// The words of a part of a text.
    /// - Parameter isFirst: whether the text begins with it.
    func words(_ text: ArraySlice<Unicode.Scalar>, isFirst: Bool) -> [[Unicode.Scalar]] {
        guard cutsAtSpace else { return marked(Array(text), isFirst: isFirst) }
        let isFirst = isFirst && text.first?.properties.isWhitespace == false
        let words = text.split(whereSeparator: \.properties.isWhitespace)
        return words.enumerated().flatMap { index, word in
            marked(Array(word), isFirst: isFirst && index == 0)
        }
    }

    private func marked(_ text: [Unicode.Scalar], isFirst: Bool) -> [[Unicode.Scalar]] {
        guard !text.isEmpty else { return [] }
        guard marksSpaces else { return [text] }
        var marked = text.map { $0 == " " ? mark : $0 }
        let isPrepended = prepending == .always || (prepending == .first && isFirst)
        if isPrepended, marked.first != mark { marked.insert(mark, at: 0) }
        guard isSplit else { return [marked] }
        // A mark goes with what is behind it.
        var words: [[Unicode.Scalar]] = []
        for scalar in marked {
            if scalar == mark || words.isEmpty { words.append([]) }
            words[words.count - 1].append(scalar)
        }
        return words
    }
}
