internal import VigilCore

/// Reads the members of a language's file.
struct TemplateFileReader {
    /// The longest phrase or sentence, in bytes, and the most findings.
    private static let textMax = 300
    private static let findingsMax = 1000
    let file: SafeText

    func bad(_ member: String, _ reason: SafeText) -> ReportError {
        .badTemplates(file: file, member: Self.given(member), reason: reason)
    }

    /// What an operator wrote, on one line and not too long.
    static func given(_ text: String) -> SafeText {
        let short = text.count > 80 ? String(text.prefix(79)) + "…" : text
        return SafeText(operatorProvided: VisibleText.escaped(short))
    }

    func object(_ json: JSONValue?, _ member: String) throws(ReportError) -> JSONObject {
        guard let object = json?.objectValue else { throw bad(member, "is missing or no object") }
        return object
    }

    func check(
        _ object: JSONObject, _ member: String, known: Set<String>
    ) throws(ReportError) {
        for found in object.members where !known.contains(found.name) {
            throw bad(
                member,
                """
                has a member \(Self.given(found.name)), which is none of: \
                \(Self.given(known.sorted().joined(separator: ", ")))
                """)
        }
    }

    /// A text that fits a line and has no space at its ends, where two words would run together.
    func text(_ json: JSONValue?, _ member: String) throws(ReportError) -> String {
        guard let text = json?.stringValue, (1...Self.textMax).contains(text.utf8.count),
            text.first != " ", text.last != " ", VisibleText.escaped(text) == text
        else {
            throw bad(
                member,
                "is no text of 1 to \(Self.textMax) bytes on one line without spaces at its ends")
        }
        return text
    }

    func tag(_ json: JSONValue?) throws(ReportError) -> String {
        let tag = try text(json, "language")
        let isTag = tag.utf8.allSatisfy { byte in
            UnicodeScalar(byte).properties.isAlphabetic || byte == UInt8(ascii: "-")
        }
        guard isTag, tag.utf8.count <= 35 else {
            throw bad("language", "is no tag of a language, such as en")
        }
        return tag
    }

    func version(_ json: JSONValue?) throws(ReportError) -> String { try text(json, "version") }

    /// A phrase: a text in which no number stands and no brace.
    private func phrase(_ json: JSONValue?, _ member: String) throws(ReportError) -> String {
        let text = try text(json, member)
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.numericType == nil && $0 != "{" && $0 != "}"
        }
        guard isPlain else { throw bad(member, "has a number or a brace") }
        return text
    }

    /// The words of a closed list, all of them.
    func words<Key: RawRepresentable<String> & CaseIterable & Hashable>(
        _ json: JSONValue?, _ member: String, of type: Key.Type = Key.self
    ) throws(ReportError) -> [Key: String] {
        let object = try object(json, member)
        try check(object, member, known: Set(Key.allCases.map(\.rawValue)))
        var words: [Key: String] = [:]
        for key in Key.allCases {
            words[key] = try phrase(object[key.rawValue], "\(member).\(key.rawValue)")
        }
        return words
    }

    func patterns(_ json: JSONValue?) throws(ReportError) -> [SentenceForm: SentencePattern] {
        let object = try object(json, "sentences")
        try check(object, "sentences", known: Set(SentenceForm.allCases.map(\.rawValue)))
        var patterns: [SentenceForm: SentencePattern] = [:]
        for form in SentenceForm.allCases {
            let member = "sentences.\(form.rawValue)"
            let text = try text(object[form.rawValue], member)
            let pattern: SentencePattern
            do throws(SentencePattern.Fault) { pattern = try SentencePattern(text) } catch {
                throw bad(member, error.reason)
            }
            let named = pattern.fields.intersection(SentencePattern.Field.forms)
            guard named.count == (form.isOfFinding ? 1 : 0) else {
                throw bad(member, form.isOfFinding ? "must name its finding once" : "has a finding")
            }
            guard pattern.fields.subtracting(named) == form.fields else {
                let needed = Self.given(
                    form.fields.map(\.rawValue).sorted().joined(separator: ", "))
                throw bad(member, "must have, besides the finding, these fields: \(needed)")
            }
            patterns[form] = pattern
        }
        return patterns
    }

    /// - Parameter forms: the fields that sentences have.
    func phrases(
        _ json: JSONValue?, forms: Set<SentencePattern.Field>
    ) throws(ReportError) -> [String: ReportTemplates.Phrase] {
        let object = try object(json, "findings")
        guard (1...Self.findingsMax).contains(object.count) else {
            throw bad("findings", "has no member, or more than \(Self.findingsMax)")
        }
        let known = SentencePattern.Field.forms
        var phrases: [String: ReportTemplates.Phrase] = [:]
        for (code, value) in object.members.map({ ($0.name, $0.value) }) {
            let member = "findings.\(code)"
            guard FindingCode.isCode(code) else { throw bad(member, "is no code of a finding") }
            let names = try self.object(value, member)
            try check(names, member, known: Set(known.map(\.rawValue)))
            var texts: [SentencePattern.Field: [UInt8]] = [:]
            for form in known.intersection(forms).sorted(by: { $0.rawValue < $1.rawValue }) {
                texts[form] = Array(
                    try phrase(names[form.rawValue], "\(member).\(form.rawValue)").utf8)
            }
            phrases[code] = ReportTemplates.Phrase(forms: texts)
        }
        return phrases
    }
}

extension SentencePattern.Fault {
    fileprivate var reason: SafeText {
        switch self {
        case .openBrace: "has a brace without its other"
        case .unknownField(let name):
            """
            has a field \(TemplateFileReader.given(name)), which is none of: \
            \(TemplateFileReader.given(Self.fields))
            """
        case .twice(let field): "has the field \(TemplateFileReader.given(field.rawValue)) twice"
        case .sideWithoutSpace: "has no space before {side}"
        case .bareNumber: "has a number that no field tells"
        }
    }

    private static let fields = SentencePattern.Field.allCases.map(\.rawValue)
        .joined(separator: ", ")
}
