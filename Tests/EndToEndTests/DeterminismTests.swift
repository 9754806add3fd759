import BrokerTestKit
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite(
        "Determinism", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct DeterminismTests {
        @Test("lossless copies of one image give the same finding bits")
        func encodings() throws {
            let groups = [
                ["RG1_UNCR", "RG1_J2KR"], ["RG1_UNCI", "RG1_J2KI"],
                ["OBXXXX1A", "OBXXXX1A_expb", "OBXXXX1A_rle"],
                ["emri_small", "emri_small_big_endian", "emri_small_RLE"]
                    + ["emri_small_jpeg_ls_lossless", "emri_small_jpeg_2k_lossless"],
            ]
            let messages = groups.flatMap { $0 }.map {
                StudyMessage($0, files: [Images.path($0 + ".dcm")])
            }
            let audit = try run(messages, on: try Scene(anyBroker))
            var outputs: Set<Digest?> = []
            for group in groups {
                let findings = try group.map { try audit.finding($0) }
                for other in findings.dropFirst() {
                    #expect(other.assessed?.output == findings[0].assessed?.output, "\(group)")
                    #expect(other.findings == findings[0].findings, "\(group)")
                    #expect(other.urgency == findings[0].urgency, "\(group)")
                    #expect(
                        other.instances.map(\.pixels) == findings[0].instances.map(\.pixels),
                        "\(group)")
                }
                outputs.insert(findings[0].assessed?.output)
            }
            #expect(outputs.count == groups.count, "different images, different bits")
        }

        @Test("a replay gives the same bytes whatever the batch, the threads and the worker")
        func replay() throws {
            let messages = Load.make(60, badEvery: 15)
            let first = try run(messages, on: try Scene(anyBroker))
            let second = try run(
                messages, on: try Scene(anyBroker),
                settings: ["batch.size-max=1", "engine.threads=1", "decode.processes=1"])
            #expect(Set(first.deadLetters.keys) == Set(second.deadLetters.keys))
            #expect(first.findings.count == 56)
            for id in first.findings.keys {
                let (one, other) = (try first.finding(id), try second.finding(id))
                #expect(one.deterministicDigest == other.deterministicDigest, "\(id)")
                #expect(one.findingID == other.findingID)
                let records = [first, second].compactMap { $0.findings[id]?.first }
                #expect(records.count == 2)
                #expect(Set(records.map { $0.header("ce_id") }).count == 1)
                // The digest in the record is over the bytes that a reader sees.
                for record in records {
                    #expect(try Self.claimed(record) == one.deterministicDigest.hex)
                }
            }
        }

        private static func claimed(_ record: InboundRecord) throws -> String? {
            try JSONParser.parse(record.value ?? [])["record_digest"]?.stringValue
        }

        private func run(
            _ messages: [StudyMessage], on scene: Scene, settings: [String] = []
        ) throws -> OutcomeAudit {
            let audit = try scene.audit()
            try scene.send(messages)
            let worker = try scene.startWorker(settings: settings)
            try audit.await(messages.count, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            return audit
        }
    }
}
