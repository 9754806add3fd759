import Commands
import Files
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
    static let common = [
        bootstrap, topic, export, key, held, BrokerAccess.timeoutOption,
        CommonOptions.configuration, CommonOptions.set, CommonOptions.json,
    ]

    /// The largest file of a checkpoint or bundle that is read, in bytes.
    static let fileBytesMax = 32 << 20

    /// The public keys that are believed.
    static func keys(_ arguments: ParsedArguments) throws -> [VerifyingKey] {
        var keys: [VerifyingKey] = []
        for file in arguments.strings("key") { keys.append(try KeyFile.verifying(file)) }
        return keys
    }

    /// A file that the options name.
    static func contents(_ path: String) throws(CommandError) -> [UInt8] {
        do throws(FileFailure) {
            return try FileHead.read(path, bytesMax: fileBytesMax)
        } catch {
            throw .fileNotRead(path: SafeText(operatorProvided: path))
        }
    }

    /// All logs of the topic or the folder, with the checkpoints that are held outside.
    ///
    /// - Parameter take: gets each leaf that is the next of its log.
    static func logs(
        _ arguments: ParsedArguments, _ take: (AuditLeaf, [UInt8]) throws -> Void = { _, _ in }
    ) throws -> AuditLogs {
        var logs = AuditLogs(keys: try keys(arguments))
        if let folder = arguments.string("export") {
            for log in try AuditFolder.logs(below: folder) { try log.read(into: &logs, take) }
        } else {
            try AuditTopic(arguments).read(into: &logs, take)
        }
        for file in arguments.strings("held") { try logs.take(held: try contents(file)) }
        logs.finish()
        guard !logs.all.isEmpty else { throw VigilCommandError.nothing(.leaves) }
        return logs
    }
}
