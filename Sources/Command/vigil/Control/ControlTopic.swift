import Commands
import Control
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

    private var topic: TopicOfOne
    /// What stands there now.
    private(set) var table: ControlTable
    /// Why records were not believed, by what their keys name.
    private(set) var refused: [(position: RecordPosition, reason: ControlRefusal)] = []

    /// Reads it. Blocks.
    init(_ arguments: ParsedArguments, signer: SigningKey? = nil) throws {
        let settings = try CommonOptions.settings(arguments)
        topic = TopicOfOne(
            settings.controlTopic ?? Self.usualName, try BrokerAccess(settings, arguments))
        let keys =
            [signer?.verifying].compactMap { $0 }
            + (try KeyFile.verifying(arguments.strings("trust") + settings.controlKeys))
        table = ControlTable(keys: keys)
        try readOn()
    }

    /// Reads what came since.
    private mutating func readOn() throws {
        for record in try topic.readOn() {
            if let reason = table.take(key: record.key, value: record.value) {
                refused.append((record.position, reason))
            }
        }
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
        try topic.write(try order.signed(by: key), under: Array(scope.key.utf8))
        try readOn()
        guard table.entries[scope]?.order == order else {
            throw VigilCommandError.controlOvertaken
        }
    }
}
