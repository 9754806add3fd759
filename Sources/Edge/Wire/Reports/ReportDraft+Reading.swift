internal import VigilCore

extension ReportDraft<String> {
    /// The draft of a record's JSON.
    init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "the record")
        let study = try reader.requiredMember("study")
        let templates = try reader.requiredMember("templates")
        let subject = Subject(
            findingID: try reader.required("finding_id", Member.uuid),
            record: try reader.required("record_digest", Member.digest),
            study: try study.required("pseudonym", Member.pseudonym),
            keyID: try study.optional("key_id", Member.string))
        let language = Language(
            tag: try reader.required("language", Member.string),
            version: try templates.required("version", Member.string),
            digest: try templates.required("digest", Member.digest))
        _ = try reader.required("draft_digest", Member.digest)
        let notice = try reader.member("notice", Sentence.init(reader:))
        switch (try reader.required("status", Member.string), notice) {
        case ("draft", nil):
            self.init(
                subject, language, body: try Body(reader: reader),
                generator: try reader.member("generator") { (reader) throws(WireError) in
                    try reader.required("digest", Member.digest)
                }, dropped: try Self.dropped(reader))
        case ("not_drafted", let notice?):
            self.init(subject, language, notice: notice)
        default: throw .badRecord("status is malformed or does not fit notice")
        }
    }

    private static func dropped(
        _ reader: MemberReader
    ) throws(WireError) -> [SentenceRefusal: Int] {
        var counts: [SentenceRefusal: Int] = [:]
        for member in try reader.optional("dropped", \.objectValue)?.members ?? [] {
            guard let reason = SentenceRefusal(rawValue: member.name),
                let count = Member.count(member.value), count > 0
            else { throw .badRecord("dropped is malformed") }
            counts[reason] = count
        }
        return counts
    }
}

extension ReportDraft<String>.Body {
    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init()
        technique = try reader.elements("technique", ReportSentence.init(reader:))
        comparison = try reader.elements("comparison", ReportSentence.init(reader:))
        findings = try reader.elements("findings", ReportDraft.Region.init(reader:))
        impression = try reader.elements("impression", ReportSentence.init(reader:))
        guard !impression.isEmpty else { throw .badRecord("impression is missing") }
    }
}

extension ReportDraft<String>.Region {
    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            region: try reader.required("region") {
                $0.stringValue.flatMap { ReportRegion(rawValue: $0) }
            },
            title: try reader.required("title", Member.string),
            sentences: try reader.elements("sentences", ReportSentence.init(reader:)))
        guard !sentences.isEmpty else { throw .badRecord("sentences is missing") }
    }
}

extension ReportSentence<String> {
    fileprivate init(reader: MemberReader) throws(WireError) {
        let codes = try reader.optional("codes", Member.strings) ?? []
        self.init(
            text: try reader.required("text", Member.string), codes: codes,
            polarity: try reader.optional("polarity") {
                $0.stringValue.flatMap { ReportPolarity(rawValue: $0) }
            },
            word: try reader.optional("probability_word") {
                $0.stringValue.flatMap { ProbabilityWord(rawValue: $0) }
            },
            side: try reader.optional("side") {
                $0.stringValue.flatMap { ReportSide(rawValue: $0) }
            },
            box: try reader.member("box", EvidenceBox.read),
            calibration: try Finding.Calibrated.read(reader),
            sources: try reader.required("sources", Member.strings),
            isOffered: try reader.optional("offered", Member.bool) ?? false)
        try check()
    }

    /// Refuses what no worker writes, so that a reader may go by the members.
    private func check() throws(WireError) {
        guard codes.allSatisfy({ FindingCode.isCode($0) }) else {
            throw .badRecord("codes holds what is no code")
        }
        guard !sources.isEmpty else { throw .badRecord("sources is empty") }
        guard !codes.isEmpty || polarity == nil || polarity == .notAssessed else {
            throw .badRecord("polarity is told of no finding")
        }
        guard codes.isEmpty || polarity != nil else {
            throw .badRecord("polarity is missing")
        }
        guard word == nil && side == nil && box == nil || polarity == .present else {
            throw .badRecord("a word, side or box is told of what is not present")
        }
        let named = calibration?.probability.flatMap { ProbabilityWord(of: $0) }
        guard word == nil || word == named else {
            throw .badRecord("probability_word does not fit calibrated_probability")
        }
    }
}

extension EvidenceBox {
    fileprivate static func read(_ reader: MemberReader) throws(WireError) -> EvidenceBox {
        let matrix = try reader.requiredMember("matrix")
        let box = EvidenceBox(
            image: Finding.Evidence(
                instance: try reader.required("instance", Member.count),
                frame: try reader.required("frame", Member.count),
                isSeries: try reader.optional("series", Member.bool) ?? false),
            matrix: Size(
                columns: try matrix.required("columns", Member.count),
                rows: try matrix.required("rows", Member.count)),
            corner: Size(
                columns: try reader.required("column", Member.count),
                rows: try reader.required("row", Member.count)),
            size: Size(
                columns: try reader.required("columns", Member.count),
                rows: try reader.required("rows", Member.count)),
            share: try reader.required("share", Member.double))
        guard let box else { throw .badRecord("box lies outside of its image") }
        return box
    }
}
