import Audit
import Commands
import Settings
import Signing
import VigilCore

/// What the `vigil audit` commands have in common.
enum AuditOptions {
    static let bootstrap = OptionSpecification(
        "bootstrap", value: "HOST:PORT[,…]", "Kafka brokers to start from, for the topic.")
    static let topic = OptionSpecification(
        "topic", value: "T", "The topic of the audit log (topics.audit).")
    static let export = OptionSpecification(
        "export", value: "DIR", "A folder of 'vigil audit export', instead of the topic.",
        completion: .directory)
    static let key = OptionSpecification(
        "key", value: "FILE", "The public key (PEM) of audit.key-file.", isRepeated: true,
        isRequired: true, completion: .file)
    static let held = OptionSpecification(
        "held", value: "FILE", "A signed checkpoint that was kept outside of Kafka.",
        isRepeated: true, completion: .file)
    /// Where the log is read from, and by whose key.
    static let source = [
        bootstrap, topic, export, key, BrokerAccess.timeoutOption, CommonOptions.configuration,
        CommonOptions.set, CommonOptions.json,
    ]
    static let common = source + [held]

    /// The largest file of a checkpoint or bundle that is read, in bytes.
    static let fileBytesMax = 32 << 20

    /// The public keys that are believed.
    static func keys(_ arguments: ParsedArguments) throws -> [VerifyingKey] {
        try KeyFile.verifying(arguments.strings("key"))
    }

    /// Who has to have cosigned each checkpoint that is held.
    private static func witnesses(_ arguments: ParsedArguments) throws -> [NoteKey] {
        try arguments.strings("witness").map { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, NoteKey.isName(String(parts[0])) else {
                throw UsageError.valueRefused(
                    command: "audit verify", option: "witness",
                    found: SafeText(operatorProvided: text),
                    expected: "NAME=FILE, the witness's name and its public key")
            }
            return NoteKey(
                name: String(parts[0]), key: try KeyFile.verifying(String(parts[1])),
                kind: .cosignature)
        }
    }

    /// A file that the options name.
    static func contents(_ path: String) throws(CommandError) -> [UInt8] {
        try NamedFile.contents(path, bytesMax: fileBytesMax)
    }

    /// All logs of the topic or the folder, with the checkpoints that are held outside.
    ///
    /// - Parameters:
    ///   - held: files of checkpoints besides those that the options name.
    ///   - take: gets each leaf that is the next of its log.
    static func logs(
        _ arguments: ParsedArguments, held: [String] = [],
        _ take: (AuditLeaf, [UInt8]) throws -> Void = { _, _ in }
    ) throws -> AuditLogs {
        var logs = AuditLogs(keys: try keys(arguments))
        if let folder = arguments.string("export") {
            for log in try AuditFolder.logs(below: folder) { try log.read(into: &logs, take) }
        } else {
            try AuditTopic(arguments).read(into: &logs, take)
        }
        let witnesses = try witnesses(arguments)
        for file in arguments.strings("held") + held {
            let bytes = try contents(file)
            let note = try SignedNote(bytes)
            for witness in witnesses where try note.time(cosignedBy: witness) == nil {
                throw AuditError.notWitnessed(SafeText(operatorProvided: witness.name))
            }
            try logs.take(held: bytes)
        }
        logs.finish()
        guard !logs.all.isEmpty else { throw VigilCommandError.nothing(.leaves) }
        return logs
    }
}
