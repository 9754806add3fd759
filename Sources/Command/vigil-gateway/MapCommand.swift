import Gateway
import Settings
import VigilCore

/// `vigil-gateway map`: shows what a record or a message becomes, and sends nothing.
enum MapCommand {
    static let specification = CommandSpecification(
        name: "map",
        summary: "Shows what comes of a finding's record or of an HL7 message, and sends nothing.",
        example: "vigil-gateway map --test Schemas/finding/examples/valid/flagged.json",
        options: [
            OptionSpecification(
                "test", value: "FILE",
                "A record's value as JSON; with --config also a message that hl7-listen takes.",
                isRequired: true, completion: .file),
            OptionSpecification(
                "config", value: "FILE", "The gateway's configuration in YAML.",
                completion: .file),
            GatewayCommand.json,
        ])

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let file = arguments.string("test") ?? ""
        if let configuration = arguments.string("config"),
            let inbound = try InboundPreview(
                file: file, settings: GatewaySettings(file: configuration))
        {
            StandardStream.out(JSONWriter.text(inbound.listing) + "\n")
            return .ok
        }
        let preview = try MessagePreview(file: file)
        if arguments.has("json") {
            let both: JSONValue = ["fhir": preview.fhir, "hl7": .string(preview.hl7)]
            StandardStream.out(JSONWriter.text(both) + "\n")
        } else {
            StandardStream.out(JSONWriter.text(preview.fhir) + "\n\n" + preview.hl7)
        }
        return .ok
    }
}
