import BrokerTestKit
import Foundation
import Testing
import VigilCore

/// A scene with an archive that answers by HTTPS, and beside it a port that nobody may ask.
struct ArchiveScene {
    static let token = "T0k3n"

    let scene: Scene
    let port: Int
    let other: Int
    private let folder: String
    private let archive: ChildProcess

    init(_ kind: BrokerKind) throws {
        scene = try Scene(kind, partitions: 1)
        folder = try RunFolder.make()
        let authority = try TestCertificates.authority(in: folder)
        let pair = try TestCertificates.signed("archive", in: folder)
        try Data(Images.bytes(Images.quick[0])).write(
            to: URL(fileURLWithPath: folder + "/a.dcm"))
        let script = Checkout.root + "/Tests/EndToEndTests/pacs.py"
        archive = try ChildProcess(
            try #require(EndToEnd.SandboxTests.python),
            [script, folder, pair.certificate, pair.key, Self.token])
        other = try Self.port("other", of: archive)
        port = try Self.port("archive", of: archive)
        try write(token: Self.token)
        // By its name, the machine's own address is in no list.
        let rows = """
            - origin: https://127.0.0.1:\(port)
              path: /dicom-web/
              networks: [127.0.0.1/32]
              ca-file: \(authority)
              header-file: \(folder)/headers
            - origin: https://localhost:\(port)
              ca-file: \(authority)
            """
        try Data(rows.utf8).write(to: URL(fileURLWithPath: folder + "/origins.yaml"))
    }

    /// A port that the archive tells of.
    private static func port(_ name: String, of archive: ChildProcess) throws -> Int {
        let line = try archive.line(on: .output, within: .seconds(30)) {
            $0.hasPrefix("port \(name) ")
        }
        return try #require(line.split(separator: " ").last.flatMap { Int($0) })
    }

    /// Has the worker ask with this token from now on.
    func write(token: String) throws {
        let path = folder + "/headers"
        try Data("Authorization: Bearer \(token)\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(chmod(path, 0o600) == 0)
    }

    /// The scene's worker with the archive listed.
    func startWorker(settings: [String] = []) throws -> WorkerProcess {
        try scene.startWorker(
            settings: [
                "input.origins-file=\(folder)/origins.yaml", "retry.attempts-max=1",
                "retry.topic-pause-ms=500",
            ] + settings)
    }

    /// An event with one instance of the archive, by what its name says of the answer.
    func message(_ id: String, _ instance: String) -> StudyMessage {
        message(id, uri: "https://127.0.0.1:\(port)/dicom-web/studies/1.2/\(instance)")
    }

    /// An event with one instance of any URI, as it stands in JSON.
    func message(_ id: String, uri: String) -> StudyMessage {
        let study = StudyMessage.study(of: id)
        var message = StudyMessage(
            id,
            body: #"{"study":{"uid":"\#(study)"},"priority":"routine","#
                + #""instances":[{"uri":"\#(uri)"}]}"#)
        message.key = study
        return message
    }

    /// What was asked so far, both ports: name, path and status.
    func asked() -> [String] { archive.text(.output).filter { $0.hasPrefix("asked") } }
}
