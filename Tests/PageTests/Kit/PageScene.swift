import BrokerTestKit
import Control
import FileKit
import KafkaTransport
import LoopbackKit
import Signing
import Testing
import VigilCore
import Wire

/// Topics, a page and one reader of it.
final class PageScene {
    private let broker: TestBroker
    private let folder: TestFolder
    private let name: String
    private let page: ServiceProcess
    let port: UInt16
    /// Whose decisions the page believes.
    private let key: SigningKey

    init() throws {
        let name = "page-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        self.name = name
        broker = try TestBroker.shared(BrokerKind.available.first ?? .demo)
        folder = try TestFolder()
        try broker.makeTopics(["finding", "worklist", "alarms"].map { "\(name).\($0)" })
        key = try SigningKey.make()
        try KeyFile.write(
            key, privatePath: folder.path + "/quality.key",
            publicPath: folder.path + "/quality.pub")
        let security = broker.security.map { "  \($0.key): '\($0.value)'\n" }.joined()
        let text = """
            kafka:
              bootstrap.servers: \(broker.bootstrap)
            \(security)topics:
              finding: \(name).finding
              worklist: \(name).worklist
              energy: none
              feedback: \(name).feedback
              alarms: \(name).alarms
            alarm-keys: [\(folder.path)/quality.pub]
            studies: {keep: 31536000}
            http: {port: 0}
            feedback: true

            """
        page = try ServiceProcess(
            "vigil-page", configuration: try folder.write("page.yaml", Array(text.utf8)))
        let ready = try page.line(with: "page_ready")
        port = try #require(ready.firstMatch(of: /"port":(\d+)/).flatMap { UInt16($0.1) })
    }

    func stop() { #expect(page.stop() == 0, "\(page.log.suffix(4))") }

    func send(_ findings: [Finding]) throws {
        let encoder = FindingEncoder(topic: name + ".finding")
        try send(findings.map { encoder.encode($0, time: MadeRecord.time) })
    }

    func sendOrder(_ order: Priority, of study: Pseudonym) throws {
        let value: JSONValue = ["highest_order": .string(order.rawValue)]
        try send([
            OutboundRecord(
                topic: name + ".worklist", key: Array(study.safeText.utf8),
                value: JSONWriter.bytes(value), headers: [])
        ])
    }

    /// Takes a study's record off the topic.
    func remove(_ study: Pseudonym) throws {
        try send([
            OutboundRecord(
                topic: name + ".finding", key: Array(study.safeText.utf8), value: nil, headers: [])
        ])
    }

    /// Raises an alarm.
    func raise() throws { try send([alarm]) }

    /// Clears it, as a person does.
    func clear() throws {
        let clearance = MadeAlarm.clearance(of: alarm, at: 0)
        try send([
            OutboundRecord(
                topic: name + ".alarms", key: clearance.key,
                value: try clearance.signed(by: key), headers: [])
        ])
    }

    private var alarm: OutboundRecord { MadeAlarm.alarm.outbound(topic: name + ".alarms") }

    private func send(_ records: [OutboundRecord]) throws {
        let producer = try PlainProducer(configuration: broker.configuration(group: "sender"))
        for record in records { try producer.send(record) }
        try producer.flush(within: .seconds(60))
    }

    /// Reads the stream after an event, until so many bytes came or what is awaited is there.
    func read(
        into reader: inout SeenRows, after lastID: String?, bytesMax: Int,
        until isDone: (SeenRows) -> Bool
    ) throws -> String? {
        let id = lastID.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        let request = "GET /events HTTP/1.1\r\nHost: localhost:\(port)\r\n\(id)\r\n"
        let connection = try #require(PageConnection(port: port, request))
        var parser = EventParser(lastID: lastID)
        var count = 0
        while count < bytesMax {
            let bytes = connection.next(max: min(4096, bytesMax - count))
            try #require(!bytes.isEmpty, "the stream ended: \(connection.status) \(page.log)")
            // The piece that came last may end anywhere.
            let part = bytes.prefix(bytesMax - count)
            count += part.count
            parser.take(Array(part))
            try reader.take(parser.events)
            parser.clear()
            if isDone(reader) { break }
        }
        return parser.lastID
    }

    /// Posts a click and gives the whole answer.
    func post(_ body: JSONValue, word: String?) -> String {
        let text = JSONWriter.text(body)
        let guarded = word.map { "X-Vigil-Click: \($0)\r\n" } ?? ""
        return RawConnection.exchange(
            port,
            "POST /feedback HTTP/1.1\r\nHost: localhost:\(port)\r\n\(guarded)"
                + "Content-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
                + text)
    }

    /// The ids and values of the feedback that was published.
    func feedback() throws -> [(id: String, value: JSONValue)] {
        var reader = try RecordReader(configuration: broker.configuration(group: "reader"))
        try reader.open([name + ".feedback"], timeout: .seconds(30))
        return try reader.readToEnd(timeout: .seconds(30)).map { record in
            let id = record.headers.first { $0.name == "ce_id" }?.value ?? []
            return (String(decoding: id, as: UTF8.self), try JSONParser.parse(record.value ?? []))
        }
    }
}
