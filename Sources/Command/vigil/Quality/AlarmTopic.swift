import Commands
import Control
import Processes
import Settings
import Signing
import VigilCore
import Wire

/// The topic of alarms as a command finds it, and a way to clear one.
struct AlarmTopic {
    static let keyOption = OptionSpecification(
        "key", value: "FILE",
        "The private key that signs; workers trust its public half by quality.alarm-keys.",
        isRequired: true, completion: .file)
    static let reasonOption = OptionSpecification(
        "reason", value: "TEXT",
        "Why, in at most \(AlarmClearance.reasonBytesMax) bytes; it is signed and shown, so name "
            + "no patient.", isRequired: true)
    static let options = [
        OptionSpecification(
            "alarms", value: "TOPIC",
            "Where alarms stand (quality.alarm-topic, else \(WireNames.alarmTopic))."),
        OptionSpecification(
            "trust", value: "FILE",
            "A public key whose decisions are believed, besides quality.alarm-keys.",
            isRepeated: true, completion: .file),
        CommonOptions.bootstrap, BrokerAccess.timeoutOption, CommonOptions.configuration,
        CommonOptions.set, CommonOptions.json,
    ]

    private var topic: TopicOfOne
    /// What stands there now.
    private(set) var table: AlarmTable
    /// What is wrong with records.
    private(set) var refused: [(position: RecordPosition, reason: AlarmRefusal)] = []

    /// Reads the one that options or settings name. Blocks.
    ///
    /// - Parameter signer: is believed as well.
    init(_ arguments: ParsedArguments, signer: SigningKey? = nil) throws {
        let settings = try CommonOptions.settings(arguments)
        let name = arguments.string("alarms") ?? settings.qualityAlarmTopic
        let keys =
            [signer?.verifying].compactMap { $0 }
            + (try KeyFile.verifying(arguments.strings("trust") + settings.qualityAlarmKeys))
        try self.init(
            name ?? WireNames.alarmTopic, try BrokerAccess(settings, arguments), keys: keys)
    }

    /// Reads it. Blocks.
    ///
    /// - Parameter keys: those whose decisions are believed.
    init(_ name: String, _ access: BrokerAccess, keys: [VerifyingKey]) throws {
        topic = TopicOfOne(name, access)
        table = AlarmTable(keys: keys)
        try readOn()
    }

    /// Reads what came since.
    private mutating func readOn() throws {
        for record in try topic.readOn() {
            if let reason = table.take(record, as: try? AlarmDecoder.decode(record)) {
                refused.append((record.position, reason))
            }
        }
    }

    /// Signs that a person clears an alarm as it stands, writes it and reads it back.
    ///
    /// - Throws: also when the alarm stands nevertheless.
    mutating func clear(_ id: UUIDv5, by key: SigningKey, reason: String) throws {
        guard let entry = table.entries[id] else { throw VigilCommandError.noSuchAlarm }
        let clearance = AlarmClearance(
            alarm: id, record: entry.record, offset: entry.offset, issued: SystemClock().wall(),
            reason: reason)
        try topic.write(try clearance.signed(by: key), under: clearance.key)
        try readOn()
        guard let now = table.entries[id], table.cleared(now)?.clearance == clearance else {
            throw VigilCommandError.alarmStands
        }
    }
}
