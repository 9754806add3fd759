import Testing
import VigilCore
import Wire

/// Records of draft reports.
struct ReportDraftTests {
    private static let digest = Digest(of: [1])
    private static let result = Finding.Calibrated(
        digest: digest, stratum: "pooled", probability: 0.6, guarantee: nil)

    private func sentence(
        _ text: SafeText, codes: [String] = [], polarity: ReportPolarity? = nil,
        word: ProbabilityWord? = nil, box: EvidenceBox? = nil
    ) -> ReportSentence<SafeText> {
        ReportSentence(
            text: text, codes: codes, polarity: polarity, word: word,
            side: word == nil ? nil : .left, box: box,
            calibration: word == nil ? nil : Self.result, sources: ["findings[x].answer"],
            isOffered: box != nil)
    }

    private func draft(of finding: Finding) -> ReportDraft<SafeText> {
        let box = EvidenceBox(
            image: Finding.Evidence(instance: 1, frame: 2, isSeries: true),
            matrix: EvidenceBox.Size(columns: 512, rows: 256),
            corner: EvidenceBox.Size(columns: 500, rows: 0),
            size: EvidenceBox.Size(columns: 12, rows: 256), share: -0.25)
        let present = sentence(
            "Possible x on the left.", codes: ["x"], polarity: .present, word: .possible, box: box)
        var body = ReportDraft<SafeText>.Body()
        body.technique = [sentence("Of one image.")]
        body.comparison = [sentence("Of none.")]
        body.findings = [.init(region: .pleura, title: "Pleura", sentences: [present])]
        body.impression = [present, sentence("Of 1 nothing.", polarity: .notAssessed)]
        return ReportDraft(
            .init(
                findingID: finding.findingID, record: finding.deterministicDigest,
                study: finding.pseudonym, keyID: "2026"),
            .init(tag: "en", version: "1", digest: Self.digest), body: body,
            generator: Digest(of: [2]),
            dropped: [.unreadable: 2, .repeated: 1])
    }

    @Test("a draft is read back as it was written, and its digest is over all but itself")
    func roundTrip() throws {
        let finding = try Samples.finding()
        let draft = draft(of: finding)
        let record = ReportEncoder(topic: "r").encode(draft, of: finding, time: Samples.time(0))
        let read = try ReportDecoder.decode(Samples.inbound(record))
        #expect(read.json == draft.json && read.digest == draft.digest)
        #expect(record.value == JSONWriter.bytes(draft.json))
        #expect(read.subject.study == finding.pseudonym && read.subject.keyID == "2026")
        #expect(read.body?.findings.first?.sentences.first?.box?.size.columns == 12)
        #expect(read.generator == Digest(of: [2]))
        #expect(read.body?.impression.map(\.isOffered) == [true, false])
        var json = try #require(draft.json.objectValue)
        let written = json["draft_digest"]?.stringValue
        json["draft_digest"] = nil
        #expect(written == Digest(of: JSONWriter.bytes(.object(json))).hex)
    }

    @Test("a draft and its headers name the study by its pseudonym, and no event and no sender")
    func privacy() throws {
        var finding = try Samples.finding()
        finding.run.tracestate = "vendor=Doe"
        finding.cause = EventIdentity(id: "ACC-4711", source: "ris/Doe^Jane")
        let record = ReportEncoder(topic: "r").encode(
            draft(of: finding), of: finding, time: Samples.time(0))
        let all =
            String(decoding: record.value ?? [], as: UTF8.self)
            + record.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
            .joined(separator: "\n")
        #expect(record.key == Array(finding.pseudonym.safeText.utf8))
        #expect(all.contains("ce_type=org.vigil.report.drafted.v1"))
        #expect(all.contains("ce_findingid=\(finding.findingID)"))
        for secret in ["Doe", "ACC-4711", finding.study.sensitiveValue] {
            #expect(!all.contains(secret), "\(secret)")
        }
        let again = ReportEncoder(topic: "r").encode(
            draft(of: finding), of: finding, time: Samples.time(0))
        #expect(again.value == record.value && again.headers == record.headers)
    }

    @Test("what is not drafted is read back as the one sentence that it is")
    func notDrafted() throws {
        let finding = try Samples.finding()
        let made = draft(of: finding)
        let none = ReportDraft(
            made.subject, made.language,
            notice: sentence("There is no draft.", polarity: .notAssessed))
        let record = ReportEncoder(topic: "r").encode(none, of: finding, time: Samples.time(0))
        let read = try ReportDecoder.decode(Samples.inbound(record))
        #expect(read.body == nil && read.notice?.text == "There is no draft.")
        #expect(read.json == none.json && read.json["status"] == "not_drafted")
    }
}
