import Testing
import VigilCore
import Wire

/// Evidence in finding records, and records of maps.
struct EvidenceRecordTests {
    private static let map = EvidenceMap(
        grid: EvidenceGrid(rows: 2, columns: 3), step: 0.5,
        values: [1, -2, 32_767, -32_768, 0, 5])

    private func box(instance: Int = 0, column: Int = 10) throws -> EvidenceBox {
        try #require(
            EvidenceBox(
                image: Finding.Evidence(instance: instance, frame: 0),
                matrix: EvidenceBox.Size(columns: 512, rows: 256),
                corner: EvidenceBox.Size(columns: column, rows: 0),
                size: EvidenceBox.Size(columns: 12, rows: 256), share: 1.5))
    }

    /// A finding with one result that is explained by this.
    private func finding(_ explained: Finding.Explained, logit: Float = 2.25) throws -> Finding {
        var record = try Samples.finding()
        record.assessed?.findings = [
            Finding.Result(
                code: "x", label: "X", probability: 0.9, logitDifference: logit, threshold: 0.5,
                answer: .flagged, evidence: Finding.Evidence(instance: 0, frame: 0),
                explained: explained)
        ]
        record.assessed?.maps = [
            Finding.ResultMap(
                code: "x", head: nil, image: Finding.Evidence(instance: 0, frame: 0),
                map: Self.map)
        ]
        return record
    }

    private func told(_ boxes: [EvidenceBox]) -> Finding.Explained {
        .told(
            Finding.Attribution(
                boxes: boxes, patches: 1.75,
                terms: EvidenceTerm.allCases.map { .init(kind: $0, share: 0.0625) }, layers: 4,
                grid: Self.map.grid, map: Self.map.digest))
    }

    private func read(_ finding: Finding) throws -> Finding {
        try FindingDecoder.decode(value: JSONWriter.bytes(finding.json))
    }

    @Test("evidence is read back as it was written, and stands in no record of version 1")
    func roundTrip() throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding"))
        let all =
            [told([try box(), try box(column: 500)]), told([])]
            + Finding.NoEvidence.allCases.map { .untold($0) }
        for explained in all {
            let finding = try finding(explained)
            #expect(try validator.accepts(finding.json))
            #expect(try read(finding).findings[0].explained == explained)
            let v1 = JSONWriter.text(try #require(FindingV1.json(of: finding)))
            #expect(!v1.contains("map_digest") && !v1.contains("untold"))
            // Without evidence it is the record that it would be if nobody had asked.
            var plain = finding
            plain.assessed?.findings = finding.findings.map {
                Finding.Result(
                    code: $0.code, label: $0.label, probability: $0.probability,
                    logitDifference: $0.logitDifference, threshold: $0.threshold,
                    answer: $0.answer, evidence: $0.evidence)
            }
            #expect(Finding.digest(ofUnexplained: finding.json) == plain.deterministicDigest)
        }
    }

    @Test("a box outside of the image or of the study, or a sum that is none, is refused by name")
    func refused() throws {
        func refusal(_ finding: Finding, _ change: (inout String) -> Void = { _ in }) throws
            -> String
        {
            var text = JSONWriter.text(finding.json)
            change(&text)
            let bytes = Array(text.utf8)
            let error = Samples.error { () throws(WireError) in
                _ = try FindingDecoder.decode(value: bytes)
            }
            return error.map { "\($0.what)" } ?? "taken"
        }
        let good = try finding(told([try box()]))
        #expect(try refusal(good) == "taken")
        let wide = try refusal(good) { text in
            text = text.replacing("\"column\":10,", with: "\"column\":501,")
        }
        #expect(wide.contains("box lies outside of its image"), "\(wide)")
        let strange = try refusal(try finding(told([try box(instance: 7)])))
        #expect(strange.contains("instance that the record does not have"), "\(strange)")
        let sum = try refusal(try finding(told([try box()]), logit: 2.26))
        #expect(sum.contains("do not add up"), "\(sum)")
        let many = try refusal(try finding(told(Array(repeating: try box(), count: 9))))
        #expect(many.contains("boxes are more"), "\(many)")
    }

    @Test("maps are read back as they were written, under the study's pseudonym alone")
    func maps() throws {
        var finding = try finding(told([]))
        finding.cause = EventIdentity(id: "ACC-4711", source: "ris/Doe^Jane")
        let encoder = EvidenceEncoder(topic: "e")
        let record = try #require(encoder.encode(finding, time: Samples.time(0)))
        let read = try EvidenceDecoder.decode(Samples.inbound(record))
        #expect(read == EvidenceRecord(of: finding, record: finding.deterministicDigest))
        #expect(read.maps.map(\.map) == [Self.map])
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding-evidence"))
        #expect(try validator.accepts(read.json))
        let all =
            String(decoding: record.value ?? [], as: UTF8.self)
            + record.headers.map { String(decoding: $0.value ?? [], as: UTF8.self) }.joined()
        #expect(record.key == Array(finding.pseudonym.safeText.utf8))
        for secret in ["Doe", "ACC-4711", finding.study.sensitiveValue] {
            #expect(!all.contains(secret), "\(secret)")
        }
        finding.assessed?.maps = []
        #expect(encoder.encode(finding, time: Samples.time(0)) == nil)
    }

    @Test("a map whose values, grid or digest do not fit each other is refused")
    func misfits() throws {
        let finding = try finding(told([]))
        let record = try #require(
            EvidenceEncoder(topic: "e").encode(finding, time: Samples.time(0)))
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        for (from, to, why) in [
            ("\"rows\":2", "\"rows\":3", "values are not as many"),
            ("\"step\":0.5", "\"step\":0.25", "map_digest is not"),
            (
                Base64.encode(Self.map.bytes), Base64.encode([0] + Self.map.bytes.dropFirst()),
                "map_"
            ),
        ] {
            let changed = Array(text.replacing(from, with: to).utf8)
            #expect(changed != Array(text.utf8), "\(from) \(text)")
            let error = Samples.error { () throws(WireError) in
                _ = try EvidenceDecoder.decode(value: changed)
            }
            #expect("\(try #require(error).what)".contains(why))
        }
    }
}
