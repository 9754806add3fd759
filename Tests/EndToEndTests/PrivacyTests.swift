import BrokerTestKit
import Testing
import VigilCore

extension EndToEndAnswers {
    @Suite(
        "Privacy", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct PrivacyTests {
        private static let canary = "CANARY"
        private static let uid = "1.2.826.0.1.3680043.8.498.4711.31337"

        /// An image whose every text about a person or a study is a canary.
        private var image: MadeDicom {
            var image = MadeDicom(
                study: Self.uid, series: Self.uid + ".1", instance: Self.uid + ".2")
            image.set(0x0008, 0x0050, "SH", "CANARYACCESSION")
            image.set(0x0008, 0x0080, "LO", "CANARYHOSPITAL")
            image.set(0x0008, 0x0090, "PN", "CANARY^REFERRER")
            image.set(0x0008, 0x1030, "LO", "CANARY DESCRIPTION")
            image.set(0x0010, 0x0010, "PN", "CANARY^PATIENT")
            image.set(0x0010, 0x0020, "LO", "CANARYID")
            image.set(0x0010, 0x4000, "LT", "CANARY COMMENT")
            return image
        }

        @Test("nothing of a patient or a study's UID leaves but where it belongs")
        func canaries() throws {
            let scene = try Scene(anyBroker)
            let messages = try messages(scene)
            let worker = try scene.startWorker(
                settings: [
                    "log.level=debug", "energy.interval-s=1", "retry.attempts-max=1",
                    "retry.topic-pause-ms=100",
                ])
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(messages.count, within: .seconds(30), worker: worker)
            try audit.await(within: .seconds(30)) { !$0.intervals.isEmpty }
            let metrics = HTTPExchange(port: try worker.port(), path: "/metrics").body
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            #expect(audit.findings.count == 1)
            #expect(metrics.contains("vigil_findings_produced_total"))

            Self.expectClean("the log", worker.log.joined(separator: "\n"))
            Self.expectClean("standard output", worker.output.joined(separator: "\n"))
            Self.expectClean("the metrics", metrics)
            for record in audit.findings.values.joined() {
                Self.expectClean("a finding's headers", Self.headers(record))
                Self.expectClean("a finding's key", Self.text(record.key))
                let body = Self.text(record.value).replacing(
                    "\"uid\":\"\(Self.uid)\"", with: "\"uid\":\"\"")
                Self.expectClean("a finding's body besides study.uid", body)
            }
            for record in Array(audit.energy.values.joined()) + audit.intervals {
                Self.expectClean("an energy record's headers", Self.headers(record))
                Self.expectClean("an energy record's key", Self.text(record.key))
                Self.expectClean("an energy record's body", Self.text(record.value))
            }
            for message in messages {
                let added = audit.deadLetters[message.id]?.first.map { letter in
                    Self.headers(letter, from: message.headers.count)
                }
                Self.expectClean("what a dead letter adds", added ?? "")
            }
        }

        /// One good event, and bad ones that fail at every stage with canaries in them.
        private func messages(_ scene: Scene) throws -> [StudyMessage] {
            let file = image.file
            let good = try scene.write(file, to: "CANARY-good.dcm")
            let cut = try scene.write(Array(file.dropLast(2000)), to: "CANARY-cut.dcm")
            var strange = image
            strange.set(0x0028, 0x0100, "US", number: 3)
            let bits = try scene.write(strange.file, to: "CANARY-bits.dcm")
            func message(_ id: String, _ path: String) -> StudyMessage {
                StudyMessage(id, files: [path], priority: "stat", study: Self.uid)
            }
            let body = String(decoding: message("", good).value ?? [], as: UTF8.self)
            return [
                message("good", good), message("cut", cut), message("bits", bits),
                message("gone", scene.folder + "/CANARY-gone.dcm"),
                message("outside", "/srv/CANARY/\(Self.uid).dcm"),
                StudyMessage("broken", body: "{\"CANARY\":\"\(Self.uid)"),
                StudyMessage("priority", body: body.replacing("\"stat\"", with: "\"CANARY\"")),
                StudyMessage("uid", body: body.replacing(Self.uid, with: "CANARY")),
                StudyMessage("scheme", body: body.replacing("file:", with: "CANARY:")),
                message("source", good).with("ce_specversion", "CANARY"),
            ]
        }

        private static func expectClean(_ place: String, _ text: String) {
            for secret in [canary, uid] where text.contains(secret) {
                let line = text.split(separator: "\n").first { $0.contains(secret) } ?? ""
                Issue.record("\(secret) stands in \(place): \(line.prefix(300))")
            }
        }

        private static func headers(_ record: InboundRecord, from start: Int = 0) -> String {
            record.headers.dropFirst(start).map { "\($0.name): \(text($0.value))" }
                .joined(separator: "\n")
        }

        private static func text(_ bytes: [UInt8]?) -> String {
            String(decoding: bytes ?? [], as: UTF8.self)
        }
    }
}
