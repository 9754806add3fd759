import Commands
import Control
import Settings
import VigilCore

/// `vigil control show`: what is stopped, by whom it was ordered when, and what is not believed.
enum ControlShowCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "control show", summary: "Show what operators have stopped",
            example: "vigil control show --bootstrap localhost:9092 --trust ops.pub",
            options: [ControlTopic.trustOption] + ControlTopic.common)
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let topic = try ControlTopic(arguments)
        ControlListing(topic.table, topic.refused).show(isJSON: arguments.has("json"))
        return .ok
    }
}
