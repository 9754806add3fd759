package import VigilCore

/// Why a model could not be measured. No cell of a table is repeated: it may tell of a patient.
/// Columns are named only once the table's heading is known to be one.
package enum EvaluationError: VigilError, Hashable {
    /// A table or run breaks a rule of its format.
    case badLine(file: SafeText, line: Int, reason: SafeText)
    /// A cell holds something else than its column allows.
    case badCell(file: SafeText, line: Int, column: SafeText, expected: SafeText)
    /// A column is needed that the heading does not have.
    case missingColumn(file: SafeText, names: SafeText)
    /// Nothing is left to measure.
    case nothingToMeasure(reason: SafeText)
    /// The run's lines come from several models.
    case severalModels(file: SafeText, count: Int)

    package var code: SafeText {
        switch self {
        case .badLine: "evaluation_bad_line"
        case .badCell: "evaluation_bad_cell"
        case .missingColumn: "evaluation_missing_column"
        case .nothingToMeasure: "evaluation_nothing_to_measure"
        case .severalModels: "evaluation_several_models"
        }
    }

    package var what: SafeText {
        switch self {
        case .badLine(let file, let line, let reason): "\(file), line \(line): \(reason)"
        case .badCell(let file, let line, let column, let expected):
            "\(file), line \(line), column \(column): expected \(expected)"
        case .missingColumn(let file, let names): "\(file) has no column \(names)"
        case .nothingToMeasure(let reason): "there is nothing to measure: \(reason)"
        case .severalModels(let file, let count):
            "\(file) holds the findings of \(count) different models"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .badLine: "Mend or remove that line"
        case .badCell:
            "Mend that cell; a label that nobody knows stays empty, whatever the reason"
        case .missingColumn: "The first line must name the columns; see 'vigil evaluate --help'"
        case .nothingToMeasure:
            """
            The truth table's study or file must name what the run's lines name, and its label \
            columns the run's codes
            """
        case .severalModels: "Give the findings of one model, or narrow the range"
        }
    }

    package var disposition: Disposition { .shutDown(.dataError) }
}
