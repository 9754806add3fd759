import Evaluation
import FoundationModel
import Tuning
import VigilCore
import Weights

/// The embeddings of a file of `vigil infer --embedding --json`, line by line.
struct DomainData {
    private(set) var rows: [[Float]] = []
    /// The name of each line's file.
    private(set) var files: [String] = []
    /// LoRA adapters that they were made with.
    private(set) var merged: [Digest]?

    /// Lines without an embedding, of files that failed or were left out, are passed over.
    init(path: String, width: Int) throws {
        let file = SafeText(operatorProvided: path)
        let bytes = try FrozenFile.contents(of: path)
        var data = self
        try JSONLines.forEach(bytes, file: file) { object, line throws(EvaluationError) in
            guard object["error"] == nil, object["left_out"] == nil else { return }
            let numbers = (object["embedding"]?.arrayValue ?? []).compactMap(\.doubleValue)
            guard numbers.count == width, numbers.allSatisfy(\.isFinite) else {
                throw .badLine(
                    file: file, line: line,
                    reason: "its embedding has \(numbers.count) numbers, the model's \(width)")
            }
            let loras = (object["adapters"]?.arrayValue ?? []).filter {
                $0["kind"]?.stringValue == AdapterIdentity.Kind.lora.rawValue
            }.compactMap { $0["digest"]?.stringValue.flatMap { Digest(text: $0) } }
            guard data.merged ?? loras == loras else {
                throw .badLine(
                    file: file, line: line,
                    reason: "its embedding was made with other adapters than the first")
            }
            data.merged = loras
            data.rows.append(numbers.map { Float($0) })
            data.files.append(object["file"]?.stringValue ?? "")
        }
        self = data
    }

    /// The class of each line, by a column of a truth table: values in order of their names. All
    /// are one class without a table.
    func classes(_ options: DomainOptions) throws -> (numbers: [Int], names: [String]) {
        guard let path = options.truth, let column = options.classColumn else {
            return (rows.map { _ in 0 }, ["all"])
        }
        let truth = try EvaluateCommand.table(path)
        guard truth.has(column) else {
            throw EvaluationError.missingColumn(
                file: truth.file, names: SafeText(operatorProvided: column))
        }
        let matcher = StudyMatcher(truth)
        let values = try files.map { file in
            guard let row = matcher.row(file: file) else {
                throw TuningError.nothingToLearn(
                    reason: "a line of --inside names no study of --truth")
            }
            return truth.cell(row, column)
        }
        let names = Set(values).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        return (values.map { numbers[$0] ?? 0 }, names)
    }
}
