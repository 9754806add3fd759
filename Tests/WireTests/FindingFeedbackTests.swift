import Testing
import VigilCore
import Wire

/// What persons say at the worklist.
struct FindingFeedbackTests {
    @Test("feedback is what its schema says, keyed by the study")
    func schema() throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding-feedback"))
        let study = try Samples.pseudonym("1.2.3")
        for verdict in FindingFeedback.Verdict.allCases {
            let record = FindingFeedback(
                study: study, finding: .vigil, revision: 2, record: Digest(of: [1]),
                verdict: verdict, code: verdict == .seen ? nil : "pneumothorax",
                at: Samples.time(0), click: "a"
            ).outbound(topic: WireNames.feedbackTopic)
            let value = try JSONParser.parse(try #require(record.value))
            #expect(try validator.accepts(value, at: "#"), "\(verdict)")
            #expect(record.key == Array(study.safeText.utf8))
        }
        #expect(
            try SchemaFiles.schema("finding-feedback")["$id"]?.stringValue
                == WireNames.feedbackSchema)
    }
}
