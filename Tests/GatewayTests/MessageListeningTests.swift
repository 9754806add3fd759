import BrokerTestKit
import FileKit
import Foundation
import HL7
import HTTPClient
import LoopbackKit
import Processes
import Testing
import VigilCore
import Wire

/// The role that takes HL7 in, before a real broker.
@Suite(
    "Listening for HL7", .serialized,
    .enabled(if: BuiltPrograms.path("vigil-gateway") != nil, "\(BuiltPrograms.howToBuild)"),
    .enabled(if: !BrokerKind.available.isEmpty, "\(BrokerKind.demo.howToGet)"),
    .timeLimit(.minutes(10)))
struct MessageListeningTests {
    static let patient = Pseudonym(ofPatient: MadeMessage.patient, key: MadeFinding.key)
    private static let canaries = ["CANARY", "Canary", "1.2.826.0.1.3680043.8.498.77"]

    /// Waits until something holds.
    private func eventually(_ holds: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(60)
        while try !holds() {
            try #require(ContinuousClock.now < end)
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    @Test("a result stands on the topic of context, as workers read it, before it is acknowledged")
    func result() throws {
        let scene = try MessageScene()
        let gateway = try scene.start()
        let sender = try scene.connect()
        let answer = try #require(try sender.exchange(MadeMessage.result("M-1")))
        #expect(answer.verdict == "AA M-1")
        #expect(answer.first("MSH")?[9] == "ACK^R01^ACK" && answer.first("ERR") == nil)
        #expect(answer.first("MSH")?[3] == "VIGIL" && answer.first("MSH")?[5] == "LAB-CANARY")
        let (record, said) = try #require(try scene.statements().first)
        #expect(record.patient == Self.patient)
        #expect(said.codings == [.init(system: "http://loinc.org", code: "2524-7")])
        #expect(said.quantity == .init(value: 4.1, unit: "mmol/L") && said.status == .final)
        // The zone of MSH-7 is that of the times beside it.
        #expect(said.effective == Timestamp(rfc3339: "2026-11-29T10:30:00Z"))
        #expect(said.issued == Timestamp(rfc3339: "2026-11-29T11:00:00Z"))
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("a correction and a deletion go out under the key of what they correct")
    func corrected() throws {
        let scene = try MessageScene()
        let gateway = try scene.start()
        let sender = try scene.connect()
        for (id, value, status) in [("1", "4.1", "F"), ("2", "1.4", "C"), ("3", "1.4", "D")] {
            // Without a zone in the message the site's is meant.
            let text = MadeMessage.result(
                id, value: value, status: status, time: "2026112912000\(id)")
            #expect(try sender.exchange(text)?.verdict == "AA \(id)")
        }
        let all = try scene.statements()
        #expect(all.map(\.said.status) == [.final, .corrected, .enteredInError])
        #expect(all.map(\.said.quantity?.value) == [4.1, 1.4, nil])
        #expect(Set(all.map(\.said.id)).count == 1 && Set(all.map(\.record.patient)).count == 1)
        #expect(all.allSatisfy { $0.said.effective == all[0].said.effective })
        #expect(all[0].said.issued == Timestamp(rfc3339: "2026-11-29T11:00:01Z"))
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("an order raises the study that it names, and one that names none is only acknowledged")
    func order() throws {
        let scene = try MessageScene()
        let gateway = try scene.start()
        let sender = try scene.connect()
        let study = MadeFinding.uid(5)
        #expect(try sender.exchange(MadeMessage.order("O-1", study: study))?.verdict == "AA O-1")
        #expect(try sender.exchange(MadeMessage.order("O-2", study: nil))?.verdict == "AA O-2")
        let admission = MadeMessage.header("A-1", type: "ADT^A08^ADT_A01") + "\rEVN|A08\r"
        #expect(try sender.exchange(admission)?.verdict == "AA A-1")
        let events = try scene.records("studies")
        let event = try StudyEventDecoder().decode(try #require(events.first))
        #expect(events.count == 1 && event.study == study && event.priority == .stat)
        #expect(event.orderChange?.direction == .raise && event.instances.isEmpty)
        #expect(events[0].key == Array(study.sensitiveValue.utf8))
        let told = scene.metrics()
        for part in ["raised", "no_study"] {
            #expect(
                told.contains(
                    #"vigil_gateway_message_parts_total{role="laboratory",outcome="\#(part)"} 1"#))
        }
        #expect(
            told.contains(#"vigil_gateway_messages_total{role="laboratory",outcome="ignored"} 1"#))
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("what dies between commit and acknowledgement is sent again under the same ids")
    func killed() throws {
        let scene = try MessageScene()
        var gateway = try scene.start()
        let text = MadeMessage.result("M-1")
        let sender = try scene.connect()
        sender.send(raw: MLLPFrames.framed(Array(text.utf8)))
        try eventually { try !scene.records("context").isEmpty }
        gateway.kill()
        gateway = try scene.start()
        #expect(try scene.connect().exchange(text)?.verdict == "AA M-1")
        let records = try scene.records("context")
        #expect(records.count == 2)
        #expect(Set(records.compactMap(\.eventID)).count == 1)
        #expect(Set(records.map(\.key)).count == 1 && Set(records.map(\.value)).count == 1)
        #expect(Set(records.map(\.position.partition)).count == 1)
        // The same MSH-10 with another result is no repeat.
        let other = MadeMessage.result("M-1", value: "9.9")
        #expect(try scene.connect().exchange(other)?.verdict == "AA M-1")
        #expect(Set(try scene.records("context").compactMap(\.eventID)).count == 2)
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("messages of a connection are taken in their order, whatever others send meanwhile")
    func ordered() throws {
        let scene = try MessageScene()
        let gateway = try scene.start()
        let senders = try (0..<4).map { _ in try scene.connect() }
        let count = 25
        for (place, sender) in senders.enumerated() {
            // All at once, before any is answered; each corrects the one before.
            let stream = (0..<count).flatMap { number in
                let text = MadeMessage.result(
                    "\(place)-\(number)", value: "\(number + 1)", status: "C"
                ).replacing("FILLER-CANARY", with: "F-\(place)")
                return MLLPFrames.framed(Array(text.utf8))
            }
            sender.send(raw: stream)
        }
        for (place, sender) in senders.enumerated() {
            for number in 0..<count {
                #expect(try sender.answer()?.verdict == "AA \(place)-\(number)")
            }
        }
        let values = Dictionary(grouping: try scene.statements(), by: \.said.id)
            .mapValues { $0.compactMap(\.said.quantity?.value) }
        #expect(values.count == 4)
        for said in values.values { #expect(said == (1...count).map { Double($0) }) }
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("a refused message is told why, and the connection takes the next")
    func refused() throws {
        let scene = try MessageScene()
        let gateway = try scene.start()
        let sender = try scene.connect()
        let other = MadeMessage.header("X-1", type: "SIU^S12^SIU_S12") + "\r"
        let answer = try #require(try sender.exchange(other))
        #expect(answer.verdict == "AR X-1")
        #expect(answer.first("ERR")?[3] == "200^Unsupported message type^HL70357")
        let enhanced = MadeMessage.result("M-2").replacing("|P|2.5.1", with: "|P|2.5.1|||AL|AL")
        #expect(try sender.exchange(enhanced)?.verdict == "CA M-2")
        #expect(try sender.answer()?.verdict == "AA M-2")
        #expect(try scene.statements().count == 1)
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("over TLS whoever sends has to show a certificate that is known")
    func security() throws {
        let folder = try TestFolder()
        let (vigil, engine, stranger) = (
            try TestCertificates.selfSigned(address: "127.0.0.1", days: 2, in: folder.path),
            try TestCertificates.selfSigned(address: "127.0.0.2", days: 2, in: folder.path),
            try TestCertificates.selfSigned(address: "127.0.0.3", days: 2, in: folder.path)
        )
        let scene = try MessageScene(
            [
                "ca-file: '\(engine.certificate)'", "certificate-file: '\(vigil.certificate)'",
                "key-file: '\(vigil.key)'",
            ], scheme: "mllps")
        let gateway = try scene.start()
        func verdict(_ own: TestCertificates.Pair?, _ id: String) throws -> String? {
            let trust = PeerTrust(
                authorities: vigil.certificate, certificate: own?.certificate, key: own?.key)
            let end = Deadline(after: .seconds(30))
            do {
                let line = try BareConnection(
                    host: "127.0.0.1", port: Int(scene.port), usesTLS: true, trust: trust,
                    timeout: .seconds(30))
                let text = MadeMessage.result(id)
                try line.send(MLLPFrames.framed(Array(text.utf8)), until: end)
                var frames = MLLPFrames()
                while true {
                    let piece = try line.receive(until: end)
                    let whole = frames.take(piece)
                    if let first = whole?.first { return HL7Message(first)?.verdict }
                }
            } catch { return nil }
        }
        #expect(try verdict(engine, "T-1") == "AA T-1")
        #expect(try verdict(stranger, "T-2") == nil)
        #expect(try verdict(nil, "T-3") == nil)
        #expect(try scene.connect().exchange(MadeMessage.result("T-4")) == nil)
        #expect(try scene.records("context").count == 1)
        try eventually { gateway.log.contains { $0.contains("insecure") } }
        #expect(try verdict(engine, "T-5") == "AA T-5")
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("whatever is sent in place of HL7, it closes or answers, keeps its memory and serves on")
    func malformed() throws {
        let scene = try MessageScene(["idle-seconds: 1"])
        let gateway = try scene.start()
        #expect(try scene.connect().exchange(MadeMessage.result("M-1"))?.verdict == "AA M-1")
        let before = gateway.residentBytes
        let shapes = MalformedMessages.all
        #expect(shapes.count >= 40)
        // As many at a time as are served.
        for start in stride(from: 0, to: shapes.count, by: 4) {
            let senders = try shapes[start..<min(start + 4, shapes.count)].map { name, bytes in
                let sender = try scene.connect()
                sender.send(raw: bytes)
                return (name, sender)
            }
            for (name, sender) in senders {
                // Whatever is answered to it, it is no acceptance.
                while let answer = try sender.answer() {
                    #expect(!answer.verdict.hasPrefix("AA"), "\(name)")
                }
                #expect(gateway.isRunning, "\(name)")
            }
        }
        #expect(gateway.residentBytes - before < 48 << 20)
        #expect(try scene.connect().exchange(MadeMessage.result("M-2"))?.verdict == "AA M-2")
        #expect(try scene.records("context").count == 2)
        try eventually { gateway.log.contains { $0.contains("timed_out") } }
        for line in gateway.log { #expect(!Self.canaries.contains { line.contains($0) }) }
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("nothing of a patient, an order or a sender stands in logs, metrics and names of records")
    func canaries() throws {
        let scene = try MessageScene()
        let gateway = try scene.start()
        let sender = try scene.connect()
        // Every field of every segment holds one.
        var numbered = 0
        let filled = MadeMessage.result("CANARY-1").split(separator: "\r").map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).map { field in
                numbered += 1
                return field.isEmpty && numbered > 30 ? "Canary\(numbered)" : String(field)
            }.joined(separator: "|")
        }.joined(separator: "\r")
        let messages = [
            MadeMessage.result("CANARY-1"), filled, MadeMessage.order("CANARY-2", study: nil),
            MadeMessage.result("CANARY-3", value: "CANARY", type: "ST"),
            MadeMessage.header("CANARY-4", type: "CANARY^CANARY"),
            MadeMessage.order("CANARY-5", study: MadeFinding.uid(1)),
        ]
        for message in messages { #expect(try sender.exchange(message) != nil) }
        for record in try scene.records("context") {
            let said =
                String(decoding: record.key ?? [], as: UTF8.self)
                + String(decoding: record.value ?? [], as: UTF8.self)
                + record.headers.map { String(decoding: $0.value ?? [], as: UTF8.self) }.joined()
            #expect(!Self.canaries.contains { said.contains($0) })
        }
        let told = scene.metrics()
        #expect(told.contains("vigil_gateway_messages_total"))
        #expect(!Self.canaries.contains { told.contains($0) })
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
        for line in gateway.log { #expect(!Self.canaries.contains { line.contains($0) }) }
    }
}
