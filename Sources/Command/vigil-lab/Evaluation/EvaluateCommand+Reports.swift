import Commands
import Evaluation
import Settings
import VigilCore
import Weights

extension EvaluateCommand {
    static var reportOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "reports", value: "FILE",
                "Measures instead what reports say: lines of what an independent reader found in "
                    + "their text (Deploy/bench/reports writes them), against the truth and "
                    + "against what was flagged.", completion: .file)
        ]
    }

    /// Counts what reports say otherwise than the truth and the model.
    static func reports(
        _ path: String, _ truth: TruthTable, isJSON: Bool
    ) throws -> ExitCode {
        let counts = try ReportFactuality(
            try FrozenFile.contents(of: path), truth: truth,
            file: SafeText(operatorProvided: path))
        guard !isJSON else {
            Terminal.line(JSONWriter.text(counts.json))
            return .ok
        }
        var table = TextTable(
            ["against", "findings", "omitted", "invented", "flipped", "wrong sides"].enumerated()
                .map { TextTable.Column($1, isNumber: $0 >= 1) })
        for (name, part) in [("what was flagged", counts.flagged), ("the truth", counts.truth)] {
            table.add([
                name, "\(part.wanted)", "\(part.omitted)", "\(part.invented)", "\(part.flipped)",
                "\(part.wrongSides)",
            ])
        }
        Terminal.out(
            "\(counts.reports) reports, \(counts.unmatched) of no study of the table\n"
                + table.text)
        return .ok
    }
}
