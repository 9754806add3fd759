import Commands
import Context
import Evaluation
import Processes
import Settings
import Triage
import VigilCore
import Weights

/// `vigil tune --context`: weights for what is known of patients beside the image, for the findings
/// whose ranking they improve beyond doubt.
enum TuneContext {
    /// Options of `vigil tune` that say how a head is learned.
    private static let others: [SafeText] =
        ["embeddings", "images", "method", "strength", "balanced", "site", "for-site", "patience"]
        + ["shots", "validation", "test", "calibration", "at", "replicates"]
        + TuneOptions.loraNames

    static var options: [OptionSpecification] {
        [
            OptionSpecification(
                "context", value: "FILE",
                "Instead of a head, fit weights for what is known of the patients: lines of FHIR "
                    + "bundles as 'vigil synth' writes, or of the topic's keys and values.",
                completion: .file),
            OptionSpecification(
                "run", value: "FILE",
                "With --context: lines of 'vigil infer --json', or finding records, of the model.",
                completion: .file),
        ]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        for name in others where arguments.has(name.text) {
            throw UsageError.argumentUnexpected(command: "vigil tune", found: "--\(name)")
        }
        guard let context = arguments.string("context"), let path = arguments.string("run") else {
            throw CommandError.needs(option: "context", other: "run")
        }
        let out = arguments.string("out") ?? ""
        let truth = try EvaluateCommand.table(arguments.string("truth") ?? "")
        let model = try CalibratedModel(arguments)
        var run = ModelRun(truth, head: nil, isStrict: true, file: SafeText(operatorProvided: path))
        try run.add(try FrozenFile.contents(of: path))
        try model.check(run, file: path)
        let known = try ContextStudies(context, of: truth)
        let outcomes = try tune(arguments, truth, run, known)
        let weights = ContextWeights(
            site: arguments.string("name") ?? ContextWeights.siteNotStated,
            made: SystemClock().wall(),
            model: model.scorer.model, fits: outcomes.compactMap(\.fit))
        let report = ContextTables(outcomes: outcomes, known: known)
        guard !weights.fits.isEmpty else {
            if arguments.has("json") {
                Terminal.line(JSONWriter.text(["weights": nil, "findings": report.json]))
            } else {
                Terminal.error(report.text)
            }
            throw LabError.contextGainsNothing(findings: outcomes.count)
        }
        let text = weights.text
        // Read as the worker will read it, before anything is written.
        let file = SafeText(operatorProvided: out)
        let read = try ContextWeights(Array(text.utf8), file: file)
        try FileWriter.write(text, to: out)
        if arguments.has("json") {
            Terminal.line(
                JSONWriter.text([
                    "file": .string(out), "digest": .string(read.digest.hex),
                    "weights": read.json, "findings": report.json,
                ]))
        } else {
            Terminal.out(report.text)
            Terminal.line("\(out): \(read.digest)")
        }
        return .ok
    }

    private static func tune(
        _ arguments: ParsedArguments, _ truth: TruthTable, _ run: ModelRun,
        _ known: ContextStudies
    ) throws -> [ContextTuner.Outcome] {
        let patients = truth.patients()
        let wanted = arguments.strings("label")
        let codes = (wanted.isEmpty ? truth.columns : wanted).filter { run.codes.contains($0) }
        guard !codes.isEmpty else {
            throw EvaluationError.nothingToMeasure(
                reason: "no column of \(truth.file) is one of the run's codes")
        }
        // All findings together turn on by chance once in 40 times at most.
        let tuner = ContextTuner(
            seed: UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1),
            confidence: 1 - 0.05 / Double(codes.count))
        var outcomes: [ContextTuner.Outcome] = []
        for code in codes {
            Terminal.progress("fitting \(outcomes.count + 1) of \(codes.count)")
            let labels = try truth.labels(code)
            let studies = (0..<truth.count).compactMap { row -> ContextTuner.Study? in
                guard let isPositive = labels[row], let score = run.studies[row]?.scores[code],
                    let values = known.values[row]
                else { return nil }
                return .init(
                    score: score, isPositive: isPositive, patient: patients[row], values: values)
            }
            outcomes.append(tuner.tune(code, studies))
        }
        Terminal.endProgress()
        return outcomes
    }
}
