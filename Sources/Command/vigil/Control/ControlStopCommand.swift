import Commands
import Control
import Settings
import VigilCore

/// `vigil control stop`: nothing that the scope names is assessed until it may run again.
enum ControlStopCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "control stop",
            summary:
                "Stop all workers, a model, a finding, a site or a scanner: studies go out not "
                + "assessed, at the priority that was ordered",
            example: "vigil control stop all --bootstrap localhost:9092 --key ops.key "
                + "--reason 'drift seen on scanner 3'", options: ControlOrdering.options,
            positionals: [ControlOrdering.scope])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        try ControlOrdering.run(.stop, arguments)
    }
}
