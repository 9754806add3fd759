import Commands
import Settings
import VigilCore

/// `vigil quality alarms`: which alarms stand, who cleared others, and what is not believed.
enum QualityAlarmsCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "quality alarms",
            summary: "Show alarms of drift, which of them stand, and who cleared the others",
            example: "vigil quality alarms --bootstrap localhost:9092 --trust manager.pub",
            options: AlarmTopic.options)
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let topic = try AlarmTopic(arguments)
        AlarmListing(topic.table, topic.refused).show(isJSON: arguments.has("json"))
        return .ok
    }
}
