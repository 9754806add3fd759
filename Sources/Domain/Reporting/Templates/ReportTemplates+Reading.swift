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
        let sides = try reader.words(json["sides"], "sides", of: ReportSide.self)
        let words = try reader.words(json["probability"], "probability", of: ProbabilityWord.self)
        let regions = try reader.words(json["regions"], "regions", of: ReportRegion.self)
        try SideWords(sides).check(
            reader, patterns: patterns, words: words, regions: regions, phrases: phrases)
        self.init(
            ReportDraft.Language(
                tag: try reader.tag(json["language"]), version: try reader.version(json["version"]),
                digest: Digest(of: bytes)),
            patterns: patterns, words: words, sides: sides, regions: regions, phrases: phrases)
        try check(reader)
    }

    private static let members: Set<String> = [
        "schema", "language", "version", "probability", "sides", "regions", "sentences",
        "findings",
    ]

    /// No sentence is read as another.
    private func check(_ reader: TemplateFileReader) throws(ReportError) {
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
