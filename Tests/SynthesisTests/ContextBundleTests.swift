import Context
import Synthesis
import Testing
import VigilCore
import Wire

/// The FHIR context of synthetic studies is what the reader of context takes, value for value.
struct ContextBundleTests {
    @Test("all that was measured of 40 synthetic patients is known by its truth")
    func known() throws {
        let maker = StudyMaker(SynthesisOptions(seed: 3, size: 64))
        var table = ContextTable()
        for number in 0..<40 {
            let study = try maker.make(number)
            let body = JSONWriter.bytes(FhirContext.bundle(study))
            let patient = try #require(
                Pseudonym(
                    hex: String(Digest(of: study.blueprint.patient.id.utf8).hex.prefix(32))))
            let taken = try #require(
                FhirContext.bundle(study)["timestamp"]?.stringValue.flatMap {
                    Timestamp(rfc3339: $0)
                })
            let reading = ContextRecordDecoder().decode(
                InboundRecord(
                    position: RecordPosition(
                        topic: WireNames.contextTopic, partition: 0, offset: 0),
                    key: Array("\(patient.safeText)/bundle".utf8), value: body,
                    headers: Self.headers, timestamp: taken))
            guard case .record(let record) = reading else {
                Issue.record("study \(number) is refused")
                return
            }
            let intake = table.take(record)
            // Patient and images say nothing here, and the reason is in words.
            #expect(intake.refused == [.otherResource: 2, .noCode: 1])
            let measured = study.blueprint.clinic.measurements
            #expect(intake.taken == measured.count)
            let values = table.values(of: patient, at: taken)
            #expect(
                Dictionary(uniqueKeysWithValues: values.map { ($0.item.rawValue, $0.value) })
                    == Dictionary(
                        uniqueKeysWithValues: measured.map { (Self.item($0.kind), $0.value) }))
        }
        #expect(table.patientCount == 40)
    }

    /// Synthetic troponin is troponin T, by its code.
    private static func item(_ kind: Measurement.Kind) -> String {
        kind == .troponin ? ContextItem.troponinT.rawValue : kind.rawValue
    }

    private static let headers = [
        ("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "urn:vigil:synth"),
        ("ce_type", WireNames.contextType),
    ].map { RecordHeader($0.0, $0.1) }
}
