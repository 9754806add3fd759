import Commands
import Control
import Imaging
import Settings
import Signing
import VigilCore

/// What the commands that give an order do.
enum ControlOrdering {
    static let options =
        [ControlTopic.keyOption, ControlTopic.reasonOption, ControlTopic.trustOption]
        + ControlTopic.common
    static let scope = PositionalSpecification(
        "SCOPE", "all, model/DIGEST, finding/CODE, site/NAME or scanner/NAME.")

    static func run(
        _ action: ControlOrder.Action, _ arguments: ParsedArguments
    ) throws -> ExitCode {
        guard let scope = named(arguments.positionals.first ?? "") else {
            throw VigilCommandError.unknownScope
        }
        let reason = arguments.string("reason") ?? ""
        guard reason.utf8.count <= ControlOrder.reasonBytesMax else {
            throw VigilCommandError.reasonTooLong(ControlOrder.reasonBytesMax)
        }
        let key = try KeyFile.signing(arguments.string("key") ?? "")
        var topic = try ControlTopic(arguments, signer: key)
        try topic.order(action, scope, by: key, reason: reason)
        ControlListing(topic.table, topic.refused).show(isJSON: arguments.has("json"))
        return .ok
    }

    /// A device goes by a name that headers are brought to as well.
    private static func named(_ text: String) -> ControlScope? {
        let device = "scanner/"
        guard text.hasPrefix(device) else { return ControlScope(key: text) }
        return ControlScope(key: device + Scanner.name(String(text.dropFirst(device.count))))
    }
}
