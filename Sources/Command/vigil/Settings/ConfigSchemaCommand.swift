import Commands
import Settings
import VigilCore

/// `vigil config schema`: the JSON Schema of the configuration file, for editors.
enum ConfigSchemaCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "config schema", summary: "Print the JSON Schema of the configuration file",
            example: "vigil config schema > vigil-config.schema.json")
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        Terminal.out(SettingsListing.jsonSchema())
        return .ok
    }
}
