import BrokerTestKit
import FileKit
import Files
import Foundation
import KafkaTransport
import LoopbackKit
import Testing
import VigilCore
import Wire

/// A gateway that listens for DICOM and does nothing else, with DCMTK's programs before it.
final class ListeningScene {
    /// What a program of DCMTK came to.
    struct Ended {
        let code: Int32
        let said: String
    }

    static let patient = "PAT-CANARY"
    static let programs = ["storescu", "echoscu"].map { "/usr/bin/\($0)" }

    let port: UInt16
    let folder: TestFolder
    private let broker: TestBroker
    private let name = "gl-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    private let security: [String]

    /// - Parameters:
    ///   - quiet: seconds.
    ///   - security: lines of the role that have all go over TLS.
    init(quiet: Double, security: [String] = []) throws {
        broker = try TestBroker.shared(BrokerKind.available.first ?? .demo)
        folder = try TestFolder()
        port = try FreePort.find()
        self.security = security
        try broker.makeTopics(["finding", "studies", "dead"].map { "\(name).\($0)" })
        try write(quiet: quiet)
    }

    private func write(quiet: Double) throws {
        let scheme = security.isEmpty ? "dicom" : "dicoms"
        let lines =
            [
                "topics:", "  studies: [\(name).studies]", "  dead-letter: \(name).dead",
                "studies:", "  roots: ['\(objects)']",
                "  pseudonym-key-file: '\(folder.gatewayKey)'", "roles:", "  - name: modalities",
                "    kind: dicom-listen", "    endpoint: \(scheme)://127.0.0.1:\(port)/VIGIL",
                "    calling-titles: [MODALITY]", "    folder: '\(objects)'",
                "    quiet-seconds: \(quiet)", "    priority: asap", "    timeout: 2",
                "    patient-issuer: HOSPITAL",
                "    associations-max: 4", "    object-mb-max: 1",
            ] + security.map { "    " + $0 }
        try folder.writeGateway(name, broker, lines)
    }

    /// The folder that it writes to.
    var objects: String { folder.path + "/objects" }

    func start() throws -> ServiceProcess { try folder.startGateway() }

    /// Writes a study's files, to be sent.
    ///
    /// - Parameter patient: the number that they are of.
    func files(
        study: Int, instances: ClosedRange<Int>, patient: String = ListeningScene.patient
    ) throws -> [String] {
        try instances.map { instance in
            try folder.write(
                "sent/\(study).\(instance).dcm",
                MadeStudyFile.bytes(
                    study: study, patient: patient, issuer: "HOSPITAL", name: "Canary^Jane",
                    instance: instance))
        }
    }

    func store(
        _ files: [String], calling: String = "MODALITY", called: String = "VIGIL",
        options: [String] = []
    ) throws -> Ended {
        try run("storescu", ["-aet", calling, "-aec", called] + options, files)
    }

    func echo(options: [String] = []) throws -> Ended {
        try run("echoscu", ["-aet", "MODALITY", "-aec", "VIGIL"] + options, [])
    }

    private func run(_ program: String, _ options: [String], _ files: [String]) throws -> Ended {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/\(program)")
        process.arguments = ["-v"] + options + ["127.0.0.1", "\(port)"] + files
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Ended(
            code: process.terminationStatus, said: String(decoding: said, as: UTF8.self))
    }

    /// The names of the files that it keeps.
    func kept() throws -> [String] {
        let found = FileManager.default.enumerator(atPath: objects)?.compactMap { $0 as? String }
        return (found ?? []).filter { $0.hasSuffix(".dcm") }
    }

    /// What is written and not kept.
    func drafts() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: objects + "/incoming")
    }

    /// The study events that the topic holds.
    func events() throws -> [InboundRecord] {
        var reader = try RecordReader(configuration: broker.configuration(group: "reader"))
        try reader.open([name + ".studies"], timeout: .seconds(30))
        return try reader.readToEnd(timeout: .seconds(30))
    }

    /// Waits until the topic holds events of so many different ids, and gives all there are.
    func await(ids count: Int) throws -> [InboundRecord] {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let events = try events()
            if Set(events.compactMap(\.eventID)).count >= count { return events }
            try #require(ContinuousClock.now < end, "\(events.count) events")
            Thread.sleep(forTimeInterval: 0.1)
        }
    }
}

extension InboundRecord {
    /// The CloudEvents id.
    var eventID: String? {
        headers.first { $0.name == "ce_id" }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}
