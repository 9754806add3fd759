import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Bad events", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct BadEventTests {
        @Test(
            "each event that cannot be taken costs one dead letter, and the next has its finding",
            arguments: BrokerKind.available)
        func badEvents(_ kind: BrokerKind) throws {
            let scene = try Scene(kind, partitions: 1)
            let cases = bodies + headers + structured
            let messages = cases.enumerated().flatMap { index, bad in
                [bad.message, StudyMessage("good-\(index)", files: [Images.path("SC_rgb.dcm")])]
            }
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(messages.count, within: .seconds(120), worker: worker)
            #expect(worker.isRunning)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            for (message, code) in cases {
                let letter = try audit.deadLetter(message.id)
                #expect(letter.stage == .parse, "\(message.id)")
                #expect(letter.errorCode == code, "\(message.id)")
                #expect(letter.attempts == 1)
            }
            for index in cases.indices { _ = try audit.finding("good-\(index)") }
        }

        @Test("an event of nearly a megabyte costs one dead letter, and not the worker")
        func largeEvent() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let messages = [
                StudyMessage("large", body: String(repeating: "x", count: 999_000)),
                StudyMessage("good", files: [Images.path("SC_rgb.dcm")]),
            ]
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(2, within: .seconds(30), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }

        @Test(
            "an event that unpacks to more than any letter holds costs one letter that tells of it")
        func packedBomb() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let bomb = StudyMessage("bomb", body: String(repeating: "x", count: 12_000_000))
            let good = StudyMessage("good", files: [Images.path("SC_rgb.dcm")])
            let packing = ["compression.type": "gzip", "message.max.bytes": "20000000"]
            let producer = try PlainProducer(
                configuration: scene.broker.configuration(group: "sender", producer: packing))
            try producer.send(bomb.record(topic: scene.topics.input))
            try producer.flush(within: .seconds(30))
            try scene.send([good])
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            // The letter has no header of the event by which it could be known.
            try audit.await(2, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.findings["good"]?.count == 1)
            let letter = try audit.deadLetter("")
            #expect(audit.deadLetters[""]?.count == 1)
            #expect(letter.errorCode == "too_large" && letter.origin.offset == 0)
            #expect(letter.omitted?.bytes ?? 0 > 12_000_000)
            let replay = try CommandRun(
                [
                    "dlq", "replay", "--bootstrap", scene.broker.bootstrap, "--topic",
                    scene.topics.deadLetter, "--to", scene.topics.input, "0:0",
                ] + ["--group", scene.group])
            #expect(replay.code == 65 && replay.error.contains("does not hold its original"))
        }

        @Test("events in structured mode are taken like those in binary mode")
        func structuredMode() throws {
            let scene = try Scene(anyBroker)
            let file = Images.path("SC_rgb.dcm")
            let messages = [
                StudyMessage(structured: "structured", files: [file], priority: "urgent"),
                StudyMessage(
                    "binary", files: [file], priority: "urgent",
                    study: StudyMessage.study(of: "structured")),
            ]
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(2, within: .seconds(30), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            let (one, other) = (try audit.finding("structured"), try audit.finding("binary"))
            #expect(one.findingID == other.findingID)
            #expect(one.priority.ordered == .urgent)
            #expect(one.cause.source == "urn:test:ris")
        }

        private var bodies: [(message: StudyMessage, code: String)] {
            let uri = "{\"uri\":\"file://\(Images.path("SC_rgb.dcm"))\"}"
            func body(
                _ id: String, study: String? = "{\"uid\":\"1.2.3\"}",
                priority: String? = "\"stat\"", instances: String? = nil, _ code: String
            ) -> (StudyMessage, String) {
                let members = [
                    study.map { "\"study\":" + $0 }, priority.map { "\"priority\":" + $0 },
                    instances.map { "\"instances\":" + $0 },
                ]
                let text = members.compactMap { $0 }.joined(separator: ",")
                return (StudyMessage(id, body: "{\(text)}"), code)
            }
            return [
                (StudyMessage("not JSON", body: "study 1.2.3"), "not_json"),
                (StudyMessage("half of JSON", body: "{\"study\":{\"uid\":\"1."), "not_json"),
                (StudyMessage("no bytes", body: ""), "not_json"),
                (StudyMessage("deep", body: String(repeating: "[", count: 9000)), "not_json"),
                (StudyMessage("an array", body: "[]"), "wrong_type"),
                (StudyMessage("tombstone", body: nil), "tombstone"),
                body("no study", study: nil, instances: "[\(uri)]", "missing_field"),
                body("no uid", study: "{}", instances: "[\(uri)]", "missing_field"),
                body("bad uid", study: "{\"uid\":\"x\"}", instances: "[\(uri)]", "bad_uid"),
                body("no priority", priority: nil, instances: "[\(uri)]", "missing_field"),
                body("bad priority", priority: "\"soon\"", instances: "[\(uri)]", "bad_priority"),
                body("no instances", "missing_field"),
                body("empty instances", instances: "[]", "no_instances"),
                body("no URI", instances: "[{}]", "missing_field"),
                body("one URI of two", instances: "[\(uri),{}]", "missing_field"),
                body(
                    "by HTTP", instances: "[{\"uri\":\"http://pacs/1.dcm\"}]",
                    "unsupported_scheme"),
                body(
                    "by HTTPS as somebody", instances: "[{\"uri\":\"https://a@pacs/1.dcm\"}]",
                    "bad_uri"),
                body("a bare path", instances: "[{\"uri\":\"/etc/passwd\"}]", "bad_uri"),
                body("of a host", instances: "[{\"uri\":\"file://pacs/1.dcm\"}]", "bad_uri"),
            ]
        }

        private var headers: [(message: StudyMessage, code: String)] {
            func good(_ id: String) -> StudyMessage {
                StudyMessage(id, files: [Images.path("SC_rgb.dcm")])
            }
            return [
                (good("no version").without("ce_specversion"), "missing_field"),
                (good("no id").without("ce_id"), "missing_field"),
                (good("no source").without("ce_source"), "missing_field"),
                (good("no type").without("ce_type"), "missing_field"),
                (good("CloudEvents 0.3").with("ce_specversion", "0.3"), "unsupported_spec_version"),
                (
                    good("version 2").with("ce_type", "org.vigil.study.received.v2"),
                    "unknown_version"
                ),
                (
                    good("schema 2").with("ce_dataschema", "urn:vigil:schema:study-event:v2"),
                    "unknown_version"
                ),
                (
                    good("a finding").with("ce_type", "org.vigil.finding.prioritized.v1"),
                    "unexpected_type"
                ),
            ]
        }

        private var structured: [(message: StudyMessage, code: String)] {
            let good = StudyMessage(structured: "x", files: [Images.path("SC_rgb.dcm")])
            func message(_ id: String, _ body: String) -> StudyMessage {
                var message = StudyMessage(structured: id, files: [])
                message.value = Array(body.utf8)
                return message
            }
            let text = String(decoding: good.value ?? [], as: UTF8.self)
            return [
                (message("structured, not JSON", "<event/>"), "not_json"),
                (
                    message("structured, no id", text.replacing("\"id\":\"x\",", with: "")),
                    "missing_field"
                ),
                (
                    message("structured, no data", text.replacing("\"data\":", with: "\"other\":")),
                    "missing_field"
                ),
            ]
        }
    }
}
