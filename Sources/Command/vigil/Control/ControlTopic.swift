import Commands
import Control
import KafkaTransport
import Processes
import Settings
import Signing
import VigilCore

/// The control topic as a command finds it, and a way to write to it.
struct ControlTopic {
    /// Where settings name none.
    static let usualName = "vigil.control.v1"

    static let keyOption = OptionSpecification(
        "key", value: "FILE",
        "The private key that signs; workers trust its public half by "
            + "control.keys.", isRequired: true, completion: .file)
    static let trustOption = OptionSpecification(
        "trust", value: "FILE", "A public key whose orders are believed, besides control.keys.",
        isRepeated: true, completion: .file)
    static let reasonOption = OptionSpecification(
        "reason", value: "TEXT",
        "Why, in at most \(ControlOrder.reasonBytesMax) bytes; it is signed and shown, so name no "
            + "patient.", isRequired: true)
    static let common = [
        CommonOptions.bootstrap, BrokerAccess.timeoutOption, CommonOptions.configuration,
        CommonOptions.set, CommonOptions.json,
    ]

    private let name: String
    private let access: BrokerAccess
    /// What stands there now.
    private(set) var table: ControlTable
    /// Why records were not believed, by what their keys name.
    private(set) var refused: [(position: RecordPosition, reason: ControlRefusal)] = []
    private var next: Int64 = 0

    /// Reads it. Blocks.
    init(_ arguments: ParsedArguments, signer: SigningKey? = nil) throws {
        let settings = try CommonOptions.settings(arguments)
        name = settings.controlTopic ?? Self.usualName
        access = try BrokerAccess(settings, arguments)
        var keys = [signer?.verifying].compactMap { $0 }
        for path in arguments.strings("trust") + settings.controlKeys {
            keys.append(try KeyFile.verifying(path))
        }
        table = ControlTable(keys: keys)
        try readOn()
    }

    /// Reads what came since.
    private mutating func readOn() throws {
        var reader = try RecordReader(configuration: access.configuration)
        let ends = try ends()
        guard ends.count == 1, let place = ends.keys.first else {
            throw VigilCommandError.controlTopicParted(partitions: ends.count)
        }
        try reader.open(at: [place: next])
        for record in try reader.readToEnd(timeout: access.timeout) {
            next = record.position.offset + 1
            if let reason = table.take(key: record.key, value: record.value) {
                refused.append((record.position, reason))
            }
        }
    }

    /// How often a topic is asked for again that is not there: one that was made a moment ago may
    /// not be known to the broker that is asked.
    private static let lateTries = 25

    private func ends() throws -> [TopicPartition: Int64] {
        for _ in 0..<Self.lateTries {
            do throws(KafkaError) {
                return try endsNow()
            } catch {
                guard error.isUnknownTopic else { throw error }
            }
            _ = try WakeUp.wait(on: [], timeout: .milliseconds(200))
        }
        return try endsNow()
    }

    private func endsNow() throws(KafkaError) -> [TopicPartition: Int64] {
        try RecordReader.ends(
            of: name, configuration: access.configuration, timeout: access.timeout)
    }

    /// Signs an order, writes it and reads it back.
    ///
    /// - Throws: also when what stands there afterwards is something else.
    mutating func order(
        _ action: ControlOrder.Action, _ scope: ControlScope, by key: SigningKey, reason: String
    ) throws {
        let now = SystemClock().wall()
        // By the clock, so that a topic that was made anew goes on with greater numbers.
        let order = ControlOrder(
            action, scope, sequence: max(table.newest + 1, now.microseconds), issued: now,
            reason: reason)
        let producer = try PlainProducer(configuration: access.configuration)
        try producer.send(
            OutboundRecord(
                topic: name, partition: 0, key: Array(scope.key.utf8),
                value: try order.signed(by: key), headers: []))
        try producer.flush(within: access.timeout)
        try readOn()
        guard table.entries[scope]?.order == order else {
            throw VigilCommandError.controlOvertaken
        }
    }
}
