import Commands
import Control
import Settings
import Signing
import VigilCore

/// `vigil quality clear`: a person has looked at an alarm, and its calibrations may answer again.
enum QualityClearCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "quality clear",
            summary:
                "Record that a person has looked at an alarm and lets its calibrations answer "
                + "again",
            example: "vigil quality clear 01234567-89ab-5cde-8f01-23456789abcd --bootstrap "
                + "localhost:9092 --key manager.key --reason 'new scanner, checked'",
            options: [AlarmTopic.keyOption, AlarmTopic.reasonOption] + AlarmTopic.options,
            positionals: [
                PositionalSpecification("ALARM", "The id, as vigil quality alarms shows it.")
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        guard let id = UUIDv5(text: arguments.positionals.first ?? "") else {
            throw VigilCommandError.noAlarmID
        }
        let reason = arguments.string("reason") ?? ""
        guard reason.utf8.count <= AlarmClearance.reasonBytesMax else {
            throw VigilCommandError.reasonTooLong(AlarmClearance.reasonBytesMax)
        }
        let key = try KeyFile.signing(arguments.string("key") ?? "")
        var topic = try AlarmTopic(arguments, signer: key)
        try topic.clear(id, by: key, reason: reason)
        AlarmListing(topic.table, topic.refused).show(isJSON: arguments.has("json"))
        return .ok
    }
}
