import Commands
import KafkaTransport
import Settings
import VigilCore
import Wire

/// `vigil energy csv`: energy records as a table in CodeCarbon's column names.
enum EnergyCSVCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "energy csv",
            summary: "Turn the energy records of a topic, or of a file with one JSON a line, into "
                + "CSV with CodeCarbon's columns, a row an interval",
            example: "vigil energy csv --bootstrap localhost:9092 > emissions.csv",
            options: [
                OptionSpecification(
                    "bootstrap", value: "HOST:PORT[,…]",
                    "Takes the records from Kafka, all that are committed now."),
                OptionSpecification(
                    "topic", value: "T", "The topic of energy records (topics.energy)."),
                BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
            ],
            positionals: [
                PositionalSpecification(
                    "FILE",
                    "Values of the energy topic, one a line, as a console consumer writes them; "
                        + "instead of --bootstrap.", isRequired: false, completion: .file)
            ])
    }

    /// The longest file that is read.
    private static let bytesMax = 1 << 28
    private static let name: SafeText = "vigil energy csv"

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let values = try values(arguments)
        let records = try values.map { try EnergyRecord(json: try JSONParser.parse($0)) }
        let rows = records.compactMap { EmissionsTable.row($0) }
        guard !rows.isEmpty else {
            throw VigilCommandError.nothing(.intervals(passedOver: records.count))
        }
        Terminal.line(EmissionsTable.header)
        for row in rows { Terminal.line(row) }
        return .ok
    }

    private static func values(_ arguments: ParsedArguments) throws -> [[UInt8]] {
        switch (arguments.positionals.first, arguments.has("bootstrap")) {
        case (let path?, false): return try lines(path)
        case (nil, true):
            let settings = try CommonOptions.settings(arguments)
            let access = try BrokerAccess(settings, arguments, group: "vigil-energy-csv")
            var reader = try RecordReader(configuration: access.configuration)
            try reader.open(
                [arguments.string("topic") ?? settings.topicsEnergy], timeout: access.timeout)
            return try reader.readToEnd(timeout: access.timeout).compactMap(\.value)
        case (_?, true):
            throw UsageError.argumentUnexpected(command: name, found: "FILE")
        case (nil, false):
            throw UsageError.argumentMissing(command: name, argument: "FILE or --bootstrap")
        }
    }

    private static func lines(_ path: String) throws -> [[UInt8]] {
        try NamedFile.contents(path, bytesMax: bytesMax).split(separator: 0x0a).map { Array($0) }
            .filter { line in
                line.contains { ![0x20, 0x09, 0x0d].contains($0) }
            }
    }
}
