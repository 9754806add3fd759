import Gateway
import Processes
import Settings
import VigilCore

/// The `vigil-gateway` program: takes studies in from the systems of a hospital and gives findings
/// to them. It holds no model and no decoder, and is apart from the worker, so that it may have
/// rights that a worker must not.
@main
enum GatewayCommand {
    static let configuration = OptionSpecification(
        "config", value: "FILE", "The gateway's configuration in YAML.", isRequired: true,
        completion: .file)
    static let json = OptionSpecification(flag: "json", "Prints JSON for machines.")

    static let program = ProgramSpecification(
        name: "vigil-gateway",
        summary: "takes studies in by C-STORE, results and orders by HL7, and gives findings to "
            + "FHIR servers, HL7 interface engines and archives, each at least once, under an id "
            + "that makes repeats harmless",
        listed: [
            .own(RunCommand.specification), .own(MapCommand.specification),
            .own(ConfigPrintCommand.specification),
        ])

    static func main() {
        CoreDumps.forbid()
        ShutdownSignals.block()
        ProcessEnd.leave(
            program.run(Array(CommandLine.arguments.dropFirst()), command: carryOut))
    }

    private static func carryOut(
        _ specification: CommandSpecification, _ arguments: ParsedArguments
    ) throws -> ExitCode {
        switch specification.name {
        case RunCommand.specification.name: try RunCommand.run(arguments)
        case MapCommand.specification.name: try MapCommand.run(arguments)
        default: try ConfigPrintCommand.run(arguments)
        }
    }
}
