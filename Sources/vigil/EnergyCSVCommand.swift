import Energy
import Settings
import VigilCore
import Wire

/// `vigil energy csv`: energy records as a table in CodeCarbon's column names.
enum EnergyCSVCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "energy csv",
            summary: "Turn energy records, one JSON a line, into CSV with CodeCarbon's columns",
            example: "vigil energy csv records.jsonl > emissions.csv",
            options: [],
            positionals: [
                PositionalSpecification(
                    "FILE", "Values of the energy topic, one a line.", completion: .file)
            ])
    }

    /// The longest file that is read.
    private static let bytesMax = 1 << 28

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let path = arguments.positionals.first ?? ""
        guard let bytes = try? SystemEnergyFiles.read(path, bytesMax: bytesMax) else {
            throw CommandError.fileNotRead(path: SafeText(operatorProvided: path))
        }
        Terminal.line(EmissionsTable.header)
        for line in bytes.split(separator: 0x0a) where !line.isEmpty {
            let record = try EnergyRecord(json: try JSONParser.parse(Array(line)))
            if let row = EmissionsTable.row(record) { Terminal.line(row) }
        }
        return .ok
    }
}
