import Evaluation
import FoundationModel
import Tuning
import VigilCore
import Weights

/// Embeddings joined with the truth: one row a study that has both.
struct TuneData {
    let codes: [String]
    let studies: LabelledStudies
    /// Row of the truth table of each study.
    let rows: [Int]
    /// Names of the sites, in the order of their numbers.
    let sites: [String]
    /// LoRA adapters that the embeddings were made with.
    let merged: [Digest]
    /// Lines that name no study of the truth, or tell of a failure.
    let skipped: Int

    /// Reads a file of embeddings.
    /// - Parameter width: of the model's embeddings.
    init(
        _ options: TuneOptions, _ truth: TruthTable, embeddings path: String, width: Int
    ) throws {
        let file = try EmbeddingLines(path: path, truth, width: width)
        try self.init(
            options, truth, file.sums, width: width, merged: file.merged, skipped: file.skipped)
    }

    /// - Parameters:
    ///   - sums: of embeddings, by row of the truth table, with how many there are.
    ///   - merged: LoRA adapters that they were made with.
    ///   - skipped: lines or files that were of no use.
    init(
        _ options: TuneOptions, _ truth: TruthTable, _ sums: EmbeddingSums, width: Int,
        merged: [Digest], skipped: Int
    ) throws {
        rows = sums.all.keys.sorted()
        self.skipped = skipped
        self.merged = merged
        guard !rows.isEmpty else {
            throw TuningError.nothingToLearn(
                reason: "nothing of the embeddings or images names a study of the truth")
        }
        var embeddings = EmbeddingMatrix(width: width)
        for row in rows {
            guard let (sum, count) = sums.all[row] else { continue }
            try embeddings.append(count == 1 ? sum : sum.map { $0 / Float(count) })
        }
        codes = try options.inputs.labels ?? Self.labels(of: truth)
        for code in codes where !PromptSet.isCode(code) {
            throw EvaluationError.missingColumn(
                file: truth.file, names: "that is in snake case, as a label's code must be")
        }
        if options.outputs.isGate,
            let other = codes.first(where: { ImageGate.reasons[$0] == nil })
        {
            throw TuneOptions.refused(
                "label", other,
                "with --gate some of \(SafeText(fixedMessage: ImageGate.names))")
        }
        guard !codes.isEmpty else {
            throw TuningError.nothingToLearn(reason: "no column of the truth holds 0 and 1")
        }
        let rows = rows
        let labels = try codes.map { code in
            let all = try truth.labels(code)
            return rows.map { all[$0] }
        }
        var names: [String] = []
        if let column = options.inputs.siteColumn {
            guard truth.has(column) else {
                throw EvaluationError.missingColumn(
                    file: truth.file, names: SafeText(operatorProvided: column))
            }
            names = Set(rows.map { truth.cell($0, column) }).sorted()
        }
        sites = names
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        studies = LabelledStudies(
            embeddings: embeddings, labels: labels,
            sites: options.inputs.siteColumn.map { column in
                rows.map { numbers[truth.cell($0, column)] ?? 0 }
            })
    }

    /// Columns without a use of their own that hold both 0 and 1 and nothing else.
    private static func labels(of truth: TruthTable) throws -> [String] {
        let roles = Set(TruthTable.Role.allCases.compactMap { truth.column($0) })
        return truth.columns.filter { column in
            guard !roles.contains(column), PromptSet.isCode(column),
                let labels = try? truth.labels(column)
            else { return false }
            return labels.contains(true) && labels.contains(false)
        }
    }
}

/// Embeddings, added up by study: by the truth table's row.
struct EmbeddingSums {
    private(set) var all: [Int: (sum: [Float], count: Int)] = [:]

    mutating func add(_ embedding: [Float], row: Int) {
        guard let (sum, count) = all[row] else {
            all[row] = (embedding, 1)
            return
        }
        all[row] = (zip(sum, embedding).map { $0 + $1 }, count + 1)
    }
}

/// The embeddings of a file, added up by study.
private struct EmbeddingLines {
    private(set) var sums = EmbeddingSums()
    private(set) var skipped = 0
    private(set) var merged: [Digest] = []

    init(path: String, _ truth: TruthTable, width: Int) throws {
        let file = SafeText(operatorProvided: path)
        let matcher = StudyMatcher(truth)
        let bytes = try FrozenFile.contents(of: path)
        var lines = self
        var first: [Digest]?
        try JSONLines.forEach(bytes, file: file) { object, line throws(EvaluationError) in
            guard object["error"] == nil, let name = object["file"]?.stringValue,
                let row = matcher.row(file: name)
            else {
                lines.skipped += 1
                return
            }
            let numbers = (object["embedding"]?.arrayValue ?? []).compactMap(\.doubleValue)
            guard numbers.count == width else {
                throw .badLine(
                    file: file, line: line,
                    reason: "its embedding has \(numbers.count) numbers, the model's \(width)")
            }
            let adapters = Self.loras(object)
            guard first ?? adapters == adapters else {
                throw .badLine(
                    file: file, line: line,
                    reason: "its embedding was made with other adapters than the first")
            }
            first = adapters
            lines.sums.add(numbers.map { Float($0) }, row: row)
        }
        lines.merged = first ?? []
        self = lines
    }

    private static func loras(_ object: JSONObject) -> [Digest] {
        (object["adapters"]?.arrayValue ?? []).filter {
            $0["kind"]?.stringValue == AdapterIdentity.Kind.lora.rawValue
        }.compactMap { $0["digest"]?.stringValue.flatMap { Digest(text: $0) } }
    }
}
