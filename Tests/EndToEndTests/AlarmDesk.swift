import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

/// A topic of alarms beside a scene's, and whoever may write to it.
struct AlarmDesk {
    let scene: Scene
    let keys: MadeKeys

    var topic: String { scene.topics.input + ".alarms" }
    /// Of a worker that alarms act on.
    var settings: [String] {
        ["quality.alarm-topic=\(topic)", "quality.alarm-keys=\(keys.open)"]
    }

    /// Makes the topic, by the command that users have for it.
    init(_ scene: Scene) throws {
        self.scene = scene
        keys = try MadeKeys()
        let run = try CommandRun(
            ["topics", "create", "--bootstrap", scene.broker.bootstrap, "--json"]
                + settings.flatMap { ["--set", $0] })
        try #require(run.code == 0, "\(run.error)")
        let made = try run.output.map { try JSONParser.parse(Array($0.utf8)) }.first {
            $0["topic"]?.stringValue == topic
        }
        try #require(made?["partitions"]?.intValue == 1)
    }

    /// Writes what no command would.
    func write(_ value: [UInt8]?, under key: String) throws {
        try send(OutboundRecord(topic: topic, key: Array(key.utf8), value: value, headers: []))
    }

    /// Raises an alarm, and gives its id.
    @discardableResult
    func raise(_ code: String?, _ group: String, against calibrations: [Digest]) throws -> UUIDv5 {
        let alarm = QualityAlarm(
            stream: QualityAlarm.Stream(group: group, quantity: "score", code: code),
            evidence: QualityAlarm.Evidence(value: 9000, bound: 4000, level: 0.05, studies: 900),
            since: Timestamp(milliseconds: 1_795_500_000_000),
            at: Timestamp(milliseconds: 1_795_500_100_000), calibrations: calibrations)
        try send(alarm.outbound(topic: topic))
        return QualityAlarm.id(of: alarm.stream)
    }

    private func send(_ record: OutboundRecord) throws {
        let producer = try PlainProducer(
            configuration: scene.broker.configuration(group: "alarms"))
        try producer.send(record)
        try producer.flush(within: .seconds(30))
    }

    /// Clears an alarm, as a person does.
    func clear(_ id: UUIDv5, by key: String? = nil) throws -> CommandRun {
        try CommandRun(
            [
                "quality", "clear", id.safeText, "--key", key ?? keys.secret, "--reason",
                "a test", "--json",
            ] + common)
    }

    /// What stands, as `vigil quality alarms` tells it.
    func shown(_ options: String...) throws -> CommandRun {
        try CommandRun(["quality", "alarms"] + common + options)
    }

    private var common: [String] {
        ["--bootstrap", scene.broker.bootstrap] + settings.flatMap { ["--set", $0] }
    }
}
