package import VigilCore

extension ReportTemplates {
    /// Reads a language's file. A member that is not known is refused, as is a field that is not,
    /// and every sentence must be read back as what it was written from.
    /// - Parameter file: its path, for errors.
    package init(_ bytes: [UInt8], file: SafeText) throws(ReportError) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONParser.parse(bytes) } catch {
            throw .templatesUnreadable(file: file, reason: error.what)
        }
        let reader = TemplateFileReader(file: file)
        let root = try reader.object(json, "the file")
        try reader.check(root, "the file", known: Self.members)
        guard json["schema"]?.stringValue == Self.schema else {
            throw reader.bad("schema", "is not vigil.report-templates/1")
        }
        let patterns = try reader.patterns(json["sentences"])
        let used = patterns.values.reduce(into: Set()) { $0.formUnion($1.fields) }
        let phrases = try reader.phrases(json["findings"], forms: used)
        let codes = phrases.keys.sorted()
        let forms = SentencePattern.Field.forms.map { form in
            (
                form,
                codes.compactMap { code in
                    phrases[code]?.forms[form].map { Name(code: code, bytes: $0) }
                }
            )
        }
        self.init(
            language: ReportDraft.Language(
                tag: try reader.tag(json["language"]), version: try reader.version(json["version"]),
                digest: Digest(of: bytes)),
            patterns: patterns,
            words: try reader.words(json["probability"], "probability")
                .mapValues { Array($0.utf8) },
            sides: try reader.words(json["sides"], "sides").mapValues { Array($0.utf8) },
            regions: try reader.words(json["regions"], "regions"), phrases: phrases,
            named: Dictionary(uniqueKeysWithValues: forms), codes: codes)
        try check(reader)
    }

    private static let members: Set<String> = [
        "schema", "language", "version", "probability", "sides", "regions", "sentences",
        "findings",
    ]

    /// No sentence is read as another, and none holds a side that no field has told.
    private func check(_ reader: TemplateFileReader) throws(ReportError) {
        for (form, pattern) in patterns.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for (side, word) in sides
            where pattern.fixed.contains(where: { $0.holds(word) }) {
                throw reader.bad("sentences.\(form.rawValue)", "says the side \(side) by itself")
            }
        }
        for claim in everyClaim {
            guard let text = bytes(of: claim) else {
                throw reader.bad("sentences.\(claim.form.rawValue)", "cannot be written")
            }
            guard reading(of: text) == claim else {
                throw reader.bad(
                    "sentences.\(claim.form.rawValue)",
                    """
                    is read as another sentence, of the finding \
                    \(TemplateFileReader.given(claim.finding?.code ?? "none"))
                    """)
            }
        }
    }
}

extension [UInt8] {
    fileprivate func holds(_ other: [UInt8]) -> Bool {
        guard count >= other.count else { return false }
        return (0...(count - other.count)).contains { self[$0...].starts(with: other) }
    }
}
