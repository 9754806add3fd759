import Commands
import Control
import Settings
import VigilCore

/// `vigil control run`: an earlier stop is over.
enum ControlRunCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "control run",
            summary:
                "Let what was stopped run again; a new control topic lets nothing run before this "
                + "was ordered of all",
            example: "vigil control run all --bootstrap localhost:9092 --key ops.key "
                + "--reason 'go-live'", options: ControlOrdering.options,
            positionals: [ControlOrdering.scope])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        try ControlOrdering.run(.run, arguments)
    }
}
