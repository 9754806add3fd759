import BrokerTestKit
import FileKit
import Files
import Foundation
import KafkaTransport
import LoopbackKit
import Testing
import VigilCore
import Wire

/// Topics, counterparts and a configuration of one test.
final class GatewayScene {
    /// A message as the interface engine wrote it down.
    struct Message {
        let id: String
        let digest: String
        let answer: String
    }

    let server: FHIRServer
    private let broker: TestBroker
    private let folder: TestFolder
    private let listener: PythonCounterpart
    private let name = "gw-" + String(UInt64.random(in: 0 ... .max), radix: 36)

    /// - Parameter troubles: how probable each kind of failure of a counterpart is.
    init(troubles: Double, studyWait: String = "60") throws {
        broker = try TestBroker.shared(BrokerKind.available.first ?? .demo)
        folder = try TestFolder()
        let often = "\(troubles)"
        server = try FHIRServer(["--fail", often, "--cut", often])
        listener = try PythonCounterpart(
            "mllp_listener",
            [folder.path + "/messages"]
                + ["cut", "lose", "stranger", "twice", "junk", "error"].flatMap {
                    ["--\($0)", often]
                })
        try broker.makeTopics(["finding", "studies", "dead"].map { "\(name).\($0)" })
        try write(studyWait: studyWait)
    }

    private func write(studyWait: String) throws {
        let rest = """
            topics:
              finding: \(name).finding
              studies: [\(name).studies]
              dead-letter: \(name).dead
            studies:
              roots: ['\(folder.path)']
              pseudonym-key-file: '\(folder.gatewayKey)'
              wait: \(studyWait)
            retry: {first: 0.05, longest: 0.5}
            roles:
              - name: \(name)-ehr
                kind: fhir-deliver
                endpoint: '\(server.base)'
                patient-system: urn:oid:1.2.3
              - name: \(name)-engine
                kind: hl7-deliver
                endpoint: mllp://127.0.0.1:\(listener.port)
                timeout: 1
            """
        try folder.writeGateway(name, broker, [rest])
    }

    func start() throws -> ServiceProcess { try folder.startGateway() }

    func sendStudies(_ numbers: ClosedRange<Int>) throws {
        for number in numbers { try sendStudy(number) }
    }

    /// Writes a study's file and the event that names it.
    ///
    /// - Parameter file: the study that the file is of.
    func sendStudy(_ number: Int, file: Int? = nil, patient: String = "PAT-1") throws {
        let path = folder.path + "/\(number).dcm"
        let bytes = MadeStudyFile.bytes(
            study: file ?? number, patient: patient, name: "Canary^Jane")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let data: JSONValue = [
            "study": ["uid": .string(MadeFinding.uid(number).sensitiveValue)],
            "priority": "routine", "instances": [["uri": .string("file://" + path)]],
        ]
        try send([
            OutboundRecord(
                topic: name + ".studies", key: Array("\(number)".utf8),
                value: JSONWriter.bytes(data),
                headers: [
                    RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", "e\(number)"),
                    RecordHeader("ce_source", "urn:hospital:pacs"),
                    RecordHeader("ce_type", WireNames.studyType),
                    RecordHeader("content-type", "application/json"),
                ])
        ])
    }

    func send(_ findings: [Finding]) throws {
        let encoder = FindingEncoder(topic: name + ".finding")
        try send(findings.map { encoder.encode($0, time: MadeFinding.time) })
    }

    private func send(_ records: [OutboundRecord]) throws {
        let producer = try PlainProducer(configuration: broker.configuration(group: "sender"))
        for record in records { try producer.send(record) }
        try producer.flush(within: .seconds(60))
    }

    /// What the interface engine has written down.
    func messages() throws -> [Message] {
        let bytes = TestFiles.read(folder.path + "/messages") ?? []
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let json = try JSONParser.parse(Array(line))
            return Message(
                id: json["id"]?.stringValue ?? "", digest: json["digest"]?.stringValue ?? "",
                answer: json["answer"]?.stringValue ?? "")
        }
    }

    /// Waits until both roles have committed all that was sent, as seen from the topic.
    func await(messages count: Int, within bound: Duration) throws {
        let end = ContinuousClock.now + bound
        while try acknowledged() < count || !isCommitted() {
            try #require(ContinuousClock.now < end, "not all was delivered")
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    private func acknowledged() throws -> Int {
        Set(try messages().filter { $0.answer == "AA" }.map(\.id)).count
    }

    private func isCommitted() throws -> Bool {
        let topic = name + ".finding"
        let ends = try RecordReader.ends(
            of: topic, configuration: broker.configuration(group: "scene"), timeout: .seconds(30))
        for role in ["ehr", "engine"] {
            let group = "vigil-gateway-\(name)-\(role)"
            let reader = try RecordReader(configuration: broker.configuration(group: group))
            let committed = try reader.committed(
                ends.filter { $0.value > 0 }.keys.sorted(), timeout: .seconds(30))
            guard committed.allSatisfy({ ($0.nextOffset ?? 0) >= ends[$0.partition] ?? 0 }) else {
                return false
            }
        }
        return true
    }

    /// The dead letters' values.
    func deadLetters() throws -> [JSONValue] {
        var reader = try RecordReader(configuration: broker.configuration(group: "reader"))
        try reader.open([name + ".dead"], timeout: .seconds(30))
        return try reader.readToEnd(timeout: .seconds(30)).map {
            try JSONParser.parse($0.value ?? [])
        }
    }

    /// Waits for so many dead letters.
    func await(deadLetters count: Int) throws -> [JSONValue] {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let letters = try deadLetters()
            if letters.count >= count { return letters }
            try #require(ContinuousClock.now < end, "\(letters)")
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    /// Writes what was seen to the file of `VIGIL_GATEWAY_REPORT`, where one is named.
    func report(kills: Int) throws {
        guard let path = ProcessInfo.processInfo.environment["VIGIL_GATEWAY_REPORT"] else { return }
        let messages = try messages()
        let held = try server.held()
        let versions = held.reduce(0) { $0 + $1.versions.count }
        let text = """
            records \(Set(messages.map(\.id)).count), kills \(kills)
            HL7: \(messages.count) messages, \(messages.count { $0.answer == "AA" }) AA, \
            \(messages.count { $0.answer == "stranger" }) answered for another alone
            FHIR: \(held.count) resources in \(versions) versions

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}
