import Gateway
import Settings
import VigilCore

/// `vigil-gateway config print`: reads the configuration and the files that it names, and says what
/// stands there, or what is wrong with it.
enum ConfigPrintCommand {
    static let specification = CommandSpecification(
        name: "config print", summary: "Checks the configuration and prints what it comes to.",
        example: "vigil-gateway config print --config gateway.yaml",
        options: [GatewayCommand.configuration, GatewayCommand.json])

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let listing = try GatewaySettings(file: arguments.string("config") ?? "").listing
        if arguments.has("json") {
            StandardStream.out(JSONWriter.text(listing) + "\n")
            return .ok
        }
        for section in listing.objectValue?.members ?? [] {
            StandardStream.out("\(section.name): \(JSONWriter.text(section.value))\n")
        }
        return .ok
    }
}
