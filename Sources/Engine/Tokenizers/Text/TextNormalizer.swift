internal import VigilCore

/// A step that a `tokenizer.json` takes before it cuts a text, as the library `tokenizers` does.
indirect enum TextNormalizer: Sendable {
    case sequence([TextNormalizer])
    case lowercase
    case composed
    case decomposed
    case stripAccents
    case strip(left: Bool, right: Bool)
    case prepend([Unicode.Scalar])
    case replace(ScalarPattern, with: [Unicode.Scalar])
    case precompiled(CharacterMap)

    /// The most steps.
    private static let stepLimit = 64
    /// A text may grow to so many times the longest text.
    private static let growthLimit = 16

    /// Reads the field `normalizer`; null is an empty sequence. Refuses a kind that is not known.
    static func read(_ json: JSONValue?, file: SafeText) throws(TokenizersError) -> TextNormalizer {
        var steps: [TextNormalizer] = []
        if let json, !json.isNull { try add(json, to: &steps, file: file) }
        return .sequence(steps)
    }

    private static func add(
        _ json: JSONValue, to steps: inout [TextNormalizer], file: SafeText
    ) throws(TokenizersError) {
        if json["type"]?.stringValue == "Sequence" {
            for part in json["normalizers"]?.arrayValue ?? [] {
                try add(part, to: &steps, file: file)
            }
            return
        }
        guard steps.count < stepLimit else {
            throw .badFile(file: file, reason: "normalizer: it has more than \(stepLimit) steps")
        }
        steps.append(try step(json, file: file))
    }

    private static func step(
        _ json: JSONValue, file: SafeText
    ) throws(TokenizersError) -> TextNormalizer {
        func bad(_ reason: SafeText) -> TokenizersError {
            .badFile(file: file, reason: "normalizer: \(reason)")
        }
        let type = json["type"]?.stringValue ?? ""
        switch type {
        case "Lowercase": return .lowercase
        case "NFC": return .composed
        case "NFD": return .decomposed
        case "StripAccents": return .stripAccents
        case "Strip":
            return .strip(
                left: json["strip_left"]?.boolValue ?? true,
                right: json["strip_right"]?.boolValue ?? true)
        case "Prepend":
            guard let text = json["prepend"]?.stringValue else { throw bad("Prepend has no text") }
            return .prepend(Array(text.unicodeScalars))
        case "Replace":
            guard let new = json["content"]?.stringValue, let pattern = pattern(json["pattern"])
            else { throw bad("the pattern of Replace is not supported") }
            return .replace(pattern, with: Array(new.unicodeScalars))
        case "Precompiled":
            guard let text = json["precompiled_charsmap"]?.stringValue,
                let bytes = Base64.decode(text)
            else { throw bad("precompiled_charsmap is no base64") }
            return .precompiled(try CharacterMap(bytes, file: file))
        default: throw bad("\(SafeText(operatorProvided: type)) is not supported")
        }
    }

    private static func pattern(_ json: JSONValue?) -> ScalarPattern? {
        if let text = json?["String"]?.stringValue { return ScalarPattern(text: text) }
        return json?["Regex"]?.stringValue.flatMap { ScalarPattern(regularExpression: $0) }
    }

    /// A text on its way through the steps.
    struct Text {
        var scalars: [Unicode.Scalar]
        /// Whether its first scalars went: then the library holds it for no beginning any more.
        var lostBeginning = false
    }

    /// The text after the step. Refuses to let it grow without bound.
    func normalize(_ text: Text) throws(TokenizersError) -> Text {
        let (old, first) = (text.scalars, text.scalars.first)
        var text = text
        switch self {
        case .sequence(let steps):
            for step in steps { text = try step.normalize(text) }
        case .lowercase:
            text.scalars = old.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
        case .composed: text.scalars = NormalForm.composed(old)
        case .decomposed: text.scalars = NormalForm.decomposed(old)
        case .stripAccents:
            text.scalars = old.filter { !Self.isMark($0) }
            text.lostBeginning = text.lostBeginning || first.map(Self.isMark) == true
        case .strip(let left, let right):
            let rest = left ? old.drop(while: \.properties.isWhitespace) : old[...]
            let end = right ? rest.lastIndex { !$0.properties.isWhitespace } : rest.indices.last
            text.scalars = end.map { Array(rest[...$0]) } ?? []
            text.lostBeginning = text.lostBeginning || rest.startIndex > 0
        case .prepend(let new): text.scalars = old.isEmpty ? [] : new + old
        case .replace(let pattern, let new):
            text.scalars = pattern.replace(old, with: new)
            let isCut = new.isEmpty && pattern.matchesBeginning(of: old)
            text.lostBeginning = text.lostBeginning || isCut
        case .precompiled(let map): text.scalars = Self.apply(map, old)
        }
        guard text.scalars.count <= Self.growthLimit * TextLimit.bytes else {
            throw .inputTooLong(
                found: text.scalars.count, limit: Self.growthLimit * TextLimit.bytes)
        }
        return text
    }

    private static func string(_ text: [Unicode.Scalar]) -> String {
        String(String.UnicodeScalarView(text))
    }

    /// Whether a scalar was a mark in Unicode 9; two have become letters since.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\u{1CF2}" || scalar == "\u{1CF3}" { return true }
        guard NormalForm.isKnown(scalar) else { return false }
        return switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    /// The library takes a whole short grapheme for what the shortest rule makes of its beginning,
    /// and where none fits goes scalar by scalar.
    private static func apply(_ map: CharacterMap, _ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var out = String.UnicodeScalarView()
        for grapheme in string(text) {
            let bytes = Array(grapheme.utf8)
            if bytes.count < 6, let new = map.shortest(bytes[...]) {
                out.append(contentsOf: String(decoding: new, as: UTF8.self).unicodeScalars)
                continue
            }
            for scalar in grapheme.unicodeScalars {
                if let new = map.shortest(Array(String(scalar).utf8)[...]) {
                    out.append(contentsOf: String(decoding: new, as: UTF8.self).unicodeScalars)
                } else {
                    out.append(scalar)
                }
            }
        }
        return Array(out)
    }
}
