import Testing
import VigilCore
import Wire

/// What persons say at the worklist.
struct FindingFeedbackTests {
    private func said(_ word: FindingVerdict.Word, of study: Pseudonym) -> FindingVerdict {
        FindingVerdict(
            study: study, finding: .vigil, revision: 2, record: Digest(of: [1]), word: word,
            code: word == .seen ? nil : "pneumothorax", at: Samples.time(0))
    }

    @Test("feedback is what its schema says, keyed by the study")
    func schema() throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding-feedback"))
        let study = try Samples.pseudonym("1.2.3")
        for verdict in FindingVerdict.Word.allCases {
            let record = FindingFeedback(said(verdict, of: study), click: "a")
                .outbound(topic: WireNames.feedbackTopic)
            let value = try JSONParser.parse(try #require(record.value))
            #expect(try validator.accepts(value, at: "#"), "\(verdict)")
            #expect(record.key == Array(study.safeText.utf8))
        }
        #expect(
            try SchemaFiles.schema("finding-feedback")["$id"]?.stringValue
                == WireNames.feedbackSchema)
    }

    private func record(_ value: [UInt8]?, key: [UInt8]?, type: String? = nil) -> InboundRecord {
        Samples.inbound(
            value: value, headers: type.map { [RecordHeader("ce_type", $0)] } ?? [], key: key,
            topic: WireNames.feedbackTopic)
    }

    @Test("feedback that the page publishes is read back as it was said")
    func readBack() throws {
        let study = try Samples.pseudonym("1.2.3")
        for word in FindingVerdict.Word.allCases {
            let sent = FindingFeedback(said(word, of: study), click: "a")
                .outbound(topic: WireNames.feedbackTopic)
            #expect(try FeedbackDecoder.decode(Samples.inbound(sent)) == said(word, of: study))
        }
    }

    @Test("feedback that anybody may have written is refused unless it follows its schema")
    func malformed() throws {
        let study = try Samples.pseudonym("1.2.3")
        let sent = FindingFeedback(said(.missed, of: study), click: "a")
            .outbound(topic: WireNames.feedbackTopic)
        let value = try #require(sent.value)
        let whole = try #require(try JSONParser.parse(value).objectValue)
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding-feedback"))
        let long = String(repeating: "a", count: 257)
        let changes: [(String, JSONValue?)] = [
            ("study", nil), ("study", "1.2.3"), ("finding_id", "1"), ("revision", 0),
            ("revision", -1), ("revision", .integer(.max)), ("revision", 1.5),
            ("revision", "1"), ("record_digest", "00"), ("record_digest", nil),
            ("verdict", "lower"), ("verdict", nil), ("verdict", "seen"), ("finding", nil),
            ("finding", ""), ("finding", .string(long)), ("at", "yesterday"), ("at", .null),
        ]
        for (name, value) in changes {
            var object = whole
            object[name] = value
            let bytes = JSONWriter.bytes(.object(object))
            let error = Samples.error { () throws(WireError) in
                try FeedbackDecoder.decode(record(bytes, key: sent.key))
            }
            #expect(error?.code == "bad_record", "\(name) \(String(describing: value))")
            let isBound = value == .string(long)
            #expect(try validator.accepts(.object(object), at: "#") == isBound, "\(name)")
        }
        for value in [nil, [], Array("{".utf8), Array("[]".utf8), [0xff], Array("null".utf8)] {
            let error = Samples.error { () throws(WireError) in
                try FeedbackDecoder.decode(record(value, key: sent.key))
            }
            #expect(error != nil)
        }
        for key in [nil, [], Array("0".utf8)] {
            let error = Samples.error { () throws(WireError) in
                try FeedbackDecoder.decode(record(sent.value, key: key))
            }
            #expect(error?.code == "bad_record")
        }
        let later = Samples.error { () throws(WireError) in
            try FeedbackDecoder.decode(
                record(sent.value, key: sent.key, type: "org.vigil.finding.feedback.v2"))
        }
        #expect(later == .unknownVersion(supported: 1))
    }
}
