import Commands
import Evaluation
import FoundationModel
import Imaging
import Pipeline
import Settings
import Tensor
import Triage
import VigilCore

/// The model whose scores are calibrated, by what the worker would load.
struct CalibratedModel {
    let scorer: ScoringModel
    private let heads: [HeadAdapter]

    init(_ arguments: ParsedArguments) throws {
        let directory = arguments.string("model") ?? ""
        var options = ModelOptions(precision: .fp32)
        options.adapters = try AdapterSet(
            paths: arguments.strings("adapter"), modelDirectory: directory)
        let loaded = try FoundationModelLoader.load(directory: directory, options: options)
        guard let encoder = loaded.pixels else {
            throw ModelError.noImages(family: SafeText(operatorProvided: loaded.identity.family))
        }
        heads = options.adapters.heads
        scorer = ScoringModel(loaded.identity, preprocessing: encoder.input.digest)
    }

    /// Refuses findings that say they are another model's.
    func check(_ run: ModelRun, file: String) throws {
        guard let found = run.model, found != scorer.model.hex else { return }
        throw LabError.otherModel(run: SafeText(operatorProvided: file))
    }

    /// From where on a finding is flagged, and who says so.
    func point(
        _ code: String, _ head: String?, _ options: CalibrateOptions, _ rules: TriageRules
    ) throws -> (from: Float, by: StratumRule.FlagOrigin) {
        let name = OperatingPoint.key(code: code, head: head)
        let label = heads.first { $0.identity.name == head }?.labels.first { $0.code == code }
        let question = FindingQuestion(
            code, head: head, operatingPoint: label?.threshold, place: "the run")
        // Also where the threshold is given, since it refuses findings that nobody knows.
        let policy = try TriagePolicy(
            [question], rules: rules, deadlines: ClinicalDeadlines(), unvalidatedMayRaise: false)
        if let given = options.flagAt.codes[name] ?? options.flagAt.all { return (given, .given) }
        let row = rules.row(of: code).flatMap { policy.operatingPoints[$0.code] }
        let point = policy.operatingPoints[name] ?? row
        return (point?.threshold ?? FindingTable.standardThreshold, .policy)
    }
}
