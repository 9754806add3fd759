import Commands
import Evaluation
import FoundationModel
import Pipeline
import RiskControl
import Settings
import Triage
import VigilCore
import Weights

/// Truth and scores, a study a row, and the model that gave them.
struct CalibrationData {
    let scorer: ScoringModel
    let rules: TriageRules
    let strata: [CalibrationFile.Stratum]
    let findings: [FindingScores]
    let counts: CalibrationFile.Counts

    init(_ arguments: ParsedArguments, _ options: CalibrateOptions) throws {
        let model = try CalibratedModel(arguments)
        let rules = try TriageRules(try CommonOptions.settings(arguments))
        let truth = try EvaluateCommand.table(arguments.string("truth") ?? "")
        let groups = try Groups(truth, columns: options.columns)
        let path = arguments.string("run") ?? ""
        let bytes = try FrozenFile.contents(of: path)
        let patients = truth.patients()
        var findings: [FindingScores] = []
        var scored: Set<Int> = []
        for head in [nil] + arguments.strings("head").map(Optional.some) {
            var run = ModelRun(
                truth, head: head, isStrict: true, file: SafeText(operatorProvided: path))
            try run.add(bytes)
            try model.check(run, file: path)
            let codes = truth.columns.filter { run.codes.contains($0) }
            for code in arguments.has("label") ? arguments.strings("label") : codes
            where run.codes.contains(code) {
                let labels = try truth.labels(code)
                let rows = (0..<truth.count).filter {
                    labels[$0] != nil && run.studies[$0]?.scores[code] != nil
                }
                scored.formUnion(rows)
                let point = try model.point(code, head, options, rules)
                findings.append(
                    FindingScores(
                        code: code, head: head, operatingPoint: point.from,
                        operatingPointBy: point.by,
                        studies: rows.map { row in
                            // As wide as the worker's scores, so that a study that comes again
                            // gets the answer that it was counted with.
                            ScoredStudy(
                                score: Float(run.studies[row]?.scores[code] ?? .nan),
                                isPositive: labels[row] == true, patient: patients[row],
                                stratum: groups.ofRow[row])
                        }))
            }
        }
        try Self.check(findings, arguments, truth)
        self.rules = rules
        self.findings = findings
        scorer = model.scorer
        strata = groups.strata(of: scored)
        counts = .init(
            studies: scored.count, patients: Set(scored.map { patients[$0] }).count,
            unscored: truth.count - scored.count)
    }

    private static func check(
        _ findings: [FindingScores], _ arguments: ParsedArguments, _ truth: TruthTable
    ) throws {
        let codes = Set(findings.map(\.code))
        for label in arguments.strings("label") where !codes.contains(label) {
            throw EvaluationError.nothingToMeasure(
                reason: "the run has no scores for \(SafeText(operatorProvided: label))")
        }
        guard !findings.isEmpty else {
            throw EvaluationError.nothingToMeasure(
                reason: "no column of \(truth.file) is one of the run's codes")
        }
    }
}

/// Rows of a truth table by their values in some columns. A row with an empty cell is in none.
private struct Groups {
    /// The values of each group, sorted.
    private let values: [[String]]
    /// For each row the number of its group.
    let ofRow: [Int?]

    init(_ truth: TruthTable, columns: [String]) throws(EvaluationError) {
        for column in columns where !truth.has(column) {
            throw .missingColumn(file: truth.file, names: SafeText(operatorProvided: column))
        }
        guard !columns.isEmpty else {
            values = []
            ofRow = Array(repeating: nil, count: truth.count)
            return
        }
        let cells = (0..<truth.count).map { row in columns.map { truth.cell(row, $0) } }
        let whole = Set(cells.filter { !$0.contains("") })
        values = whole.sorted { $0.lexicographicallyPrecedes($1) }
        let numbers = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
        ofRow = cells.map { numbers[$0] }
    }

    /// With how many of some rows are in each.
    func strata(of rows: Set<Int>) -> [CalibrationFile.Stratum] {
        let counts = Dictionary(grouping: rows.compactMap { ofRow[$0] }) { $0 }
        return values.enumerated().map {
            CalibrationFile.Stratum(values: $1, studies: counts[$0]?.count ?? 0)
        }
    }
}
