import BrokerTestKit
import Foundation
import KafkaTransport
import LoopbackKit
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// A device that stores images and a laboratory before the real gateway, a worker behind it.
    @Suite(
        "A hospital's own messages", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"),
        .enabled(if: BuiltPrograms.path("vigil-gateway") != nil, "\(BuiltPrograms.howToBuild)"),
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: Hospital.storescu),
            "needs storescu: apt-get install dcmtk"))
    struct HospitalTests {
        @Test("a result by HL7 raises what a device has stored of the same patient, and no other's")
        func raised() throws {
            let scene = try Scene(anyBroker)
            let settings = try scene.contextSettings(plain: Scene(anyBroker))
            let hospital = try Hospital(scene)
            let worker = try scene.startWorker(settings: settings + hospital.workerSettings)
            let audit = try scene.audit()
            try hospital.store()
            try audit.await(1, within: .seconds(120), worker: worker)
            let id = try #require(audit.findings.keys.first)
            let stored = try FindingDecoder.decode(try #require(audit.findings[id]?.first))
            #expect(stored.decision.context?.state == .nothingKnown)
            #expect(stored.findings.first?.answer != .flagged)

            try hospital.sendLactate(of: "ID2", message: "M1")
            try hospital.sendLactate(of: "ID1", message: "M2")
            try audit.await(within: .seconds(120)) { $0.findings[id]?.count == 2 }
            let raised = try FindingDecoder.decode(try #require(audit.findings[id]?.last))
            #expect(raised.findings.first?.answer == .flagged)
            #expect(raised.revision?.closing == .context)
            #expect(raised.revision?.previous == stored.deterministicDigest)
            #expect(raised.decision.context?.state == .used)
            try worker.stop()
            try audit.settle()
            #expect(audit.findings.count == 1 && audit.findings[id]?.count == 2)
            #expect(hospital.stop() == 0)
        }
    }
}

/// The gateway of one scene, which takes in what a hospital sends.
private struct Hospital {
    static let storescu = "/usr/bin/storescu"

    private let gateway: ServiceProcess
    private let key: String
    private let dicomPort: UInt16
    private let messagePort: UInt16

    init(_ scene: Scene) throws {
        dicomPort = try FreePort.find()
        messagePort = try FreePort.find()
        key = try scene.write((0..<32).map { _ in .random(in: 0...255) }, to: "pseudonyms.key")
        chmod(key, 0o600)
        let lines =
            [
                "instance: \(scene.group)", "kafka:",
                "  bootstrap.servers: \(scene.broker.bootstrap)",
            ] + scene.broker.security.map { "  \($0.key): '\($0.value)'" } + [
                "topics:", "  studies: [\(scene.topics.input)]",
                "  context: \(scene.contextTopic)", "  dead-letter: \(scene.topics.deadLetter)",
                "studies:", "  roots: ['\(scene.folder)']", "  pseudonym-key-file: '\(key)'",
                "roles:", "  - name: modalities", "    kind: dicom-listen",
                "    endpoint: dicom://127.0.0.1:\(dicomPort)/VIGIL",
                "    calling-titles: ['*']", "    folder: '\(scene.folder)/objects'",
                "    patient-issuer: '*'", "    quiet-seconds: 0.2", "    priority: routine",
                "  - name: laboratory", "    kind: hl7-listen",
                "    endpoint: mllp://127.0.0.1:\(messagePort)",
                "    patient-authority: HOSPITAL",
            ]
        let configuration = try scene.write(
            Array((lines.joined(separator: "\n") + "\n").utf8), to: "gateway.yaml")
        gateway = try ServiceProcess("vigil-gateway", configuration: configuration)
        try gateway.line(with: "gateway_ready")
    }

    /// A worker must name patients by the same key.
    var workerSettings: [String] { ["privacy.pseudonym-key-file=\(key)"] }

    /// Stores an image of the patient ID1.
    func store() throws {
        let process = Process()
        process.executableURL = URL(filePath: Self.storescu)
        process.arguments = [
            "-aec", "VIGIL", "127.0.0.1", "\(dicomPort)", Images.original + "/SC_rgb.dcm",
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    /// Sends a lactate of 4.1 mmol/L, a minute ago, and waits for its acknowledgement.
    func sendLactate(of patient: String, message: String) throws {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "yyyyMMddHHmmss'+0000'"
        let (now, then) = (
            format.string(from: Date()), format.string(from: Date(timeIntervalSinceNow: -60))
        )
        let segments = [
            "MSH|^~\\&|LAB|HOSPITAL|VIGIL|HOSPITAL|\(now)||ORU^R01^ORU_R01|\(message)|P|2.5.1",
            "PID|1||\(patient)^^^HOSPITAL",
            "OBR|1||ORDER-\(message)|2524-7^Lactate^LN|||\(then)",
            "OBX|1|NM|2524-7^Lactate^LN||4.1|mmol/L|||||F|||\(then)",
        ]
        let line = try #require(RawConnection(port: messagePort, patience: 60))
        line.send("\u{0B}" + segments.map { $0 + "\r" }.joined() + "\u{1C}\r")
        let answer = String(decoding: line.receive(max: 65_536), as: UTF8.self)
        try #require(answer.contains("MSA|AA|\(message)"), "\(answer)")
    }

    func stop() -> Int32 { gateway.stop() }
}
