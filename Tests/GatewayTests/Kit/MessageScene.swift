import BrokerTestKit
import FileKit
import Files
import Foundation
import HL7
import KafkaTransport
import LoopbackKit
import Testing
import VigilCore
import Wire

/// A gateway that listens for HL7 and does nothing else, before a real broker.
final class MessageScene {
    let port: UInt16
    let folder: TestFolder
    private let metricsPort: UInt16
    private let broker: TestBroker
    private let name = "gm-" + String(UInt64.random(in: 0 ... .max), radix: 36)

    /// - Parameter lines: of the role, beside what it has to have.
    init(_ lines: [String] = [], scheme: String = "mllp") throws {
        broker = try TestBroker.shared(BrokerKind.available.first ?? .demo)
        folder = try TestFolder()
        port = try FreePort.find()
        metricsPort = try FreePort.find()
        try broker.makeTopics(["finding", "studies", "context", "dead"].map { "\(name).\($0)" })
        let rest =
            [
                "topics:", "  studies: [\(name).studies]", "  context: \(name).context",
                "  dead-letter: \(name).dead", "studies:", "  roots: ['\(folder.path)']",
                "  pseudonym-key-file: '\(folder.gatewayKey)'",
                "http: {port: \(metricsPort)}", "roles:", "  - name: laboratory",
                "    kind: hl7-listen", "    endpoint: \(scheme)://127.0.0.1:\(port)",
                "    patient-authority: HOSPITAL", "    time-zone: '+01:00'", "    timeout: 2",
                "    connections-max: 4", "    message-kb-max: 64",
            ] + lines.map { "    " + $0 }
        try folder.writeGateway(name, broker, rest)
    }

    func start() throws -> ServiceProcess { try folder.startGateway() }

    /// A sender's connection.
    func connect() throws -> MessageSender {
        try MessageSender(try #require(RawConnection(port: port, patience: 30)))
    }

    /// What the gateway tells Prometheus.
    func metrics() -> String {
        RawConnection.exchange(metricsPort, "GET /metrics HTTP/1.0\r\n\r\n")
    }

    /// Records of the topic of context, or of study events.
    func records(_ topic: String) throws -> [InboundRecord] {
        var reader = try RecordReader(configuration: broker.configuration(group: "reader"))
        try reader.open(["\(name).\(topic)"], timeout: .seconds(30))
        return try reader.readToEnd(timeout: .seconds(30))
    }

    /// What a worker's decoder makes of the topic of context.
    func statements() throws -> [(record: ContextRecord, said: ContextStatement)] {
        try records("context").map { record in
            guard case .record(let read) = ContextRecordDecoder().decode(record),
                case .statements(let said, let refused) = read.content
            else { throw UnreadRecord() }
            #expect(refused.isEmpty)
            return (read, try #require(said.first))
        }
    }
}

/// Sends messages over MLLP and reads what is answered.
final class MessageSender {
    private let line: RawConnection
    private var frames = MLLPFrames()
    private var waiting: [[UInt8]] = []

    init(_ line: RawConnection) throws {
        self.line = line
    }

    /// Sends bytes as they are.
    func send(raw bytes: [UInt8]) { line.send(bytes) }

    /// The next answer; nil when the other side has closed, or says nothing.
    func answer() throws -> HL7Message? {
        while waiting.isEmpty {
            let piece = line.receive(max: 65_536)
            if piece.isEmpty { return nil }
            let taken = frames.take(piece)
            waiting += try #require(taken)
        }
        return HL7Message(waiting.removeFirst())
    }

    /// Sends a message, and gives its first answer.
    func exchange(_ message: String) throws -> HL7Message? {
        send(raw: MLLPFrames.framed(Array(message.utf8)))
        return try answer()
    }
}

extension HL7Message {
    /// MSA-1 and MSA-2.
    var verdict: String {
        let segment = first("MSA")
        return "\(segment?[1] ?? "") \(segment?[2] ?? "")"
    }
}

/// Messages as laboratories and interface engines send them, of a patient who does not exist.
enum MadeMessage {
    static let patient = "PAT-CANARY"

    static func header(
        _ id: String, type: String = "ORU^R01^ORU_R01", time: String = "20261129120000+0100",
        rest: String = ""
    ) -> String {
        "MSH|^~\\&|LAB-CANARY|WARD-CANARY|VIGIL|RAD|\(time)||\(type)|\(id)|P|2.5.1\(rest)"
    }

    static let person =
        "PID|1||4711^^^OTHER^PI~\(patient)^^^HOSPITAL&1.2.3&ISO^MR||Canary^Jane||19700101|F"

    /// A result of a laboratory; lactate unless another is asked for.
    static func result(
        _ id: String, value: String = "4.1", status: String = "F", type: String = "NM",
        code: String = "2524-7^Lactate^LN", unit: String = "mmol/L^^UCUM",
        time: String = "20261129120000+0100"
    ) -> String {
        [
            header(id, time: time), person, "ORC|RE|PLACER-CANARY|FILLER-CANARY",
            "OBR|1|PLACER-CANARY|FILLER-CANARY^LIS|LAC^Lactate^L|||20261129113000",
            "OBX|1|\(type)|\(code)||\(value)|\(unit)|0.5-2.2|H|||\(status)|||20261129113000",
        ].joined(separator: "\r") + "\r"
    }

    /// An order of imaging; without a UID it names no study.
    static func order(
        _ id: String, priority: String = "S", control: String = "NW", study: DicomUID?
    ) -> String {
        [
            header(id, type: "ORM^O01^ORM_O01"), person, "ORC|\(control)|ORDER-CANARY",
            "OBR|1|ORDER-CANARY||CXR^Chest^L|||||||||||||||||||||||^^^^^\(priority)",
            study.map { "ZDS|\($0.sensitiveValue)^VIGIL^Application^DICOM" } ?? "NTE|1||x",
        ].joined(separator: "\r") + "\r"
    }
}

/// A record that no worker reads.
struct UnreadRecord: Error {}
