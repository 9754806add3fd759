import Commands
import Evaluation
import RiskControl
import Processes
import Settings
import Signing
import Triage
import VigilCore
import Weights

/// `vigil calibrate`: fits from which scores on a finding is flagged, and below which it is not,
/// and signs what that promises.
enum CalibrateCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "calibrate",
            summary: "Fit a site's thresholds with a promise of how few findings are missed, and "
                + "sign them",
            example: "vigil calibrate --truth truth.csv --run run.jsonl --model models/cxr --site "
                + "north --risk fnr=0.05 --key site.key --out site.calibration",
            options: [
                OptionSpecification(
                    "truth", value: "FILE",
                    "CSV or JSON lines: study or file, patient, and a column of 0, 1 or nothing "
                        + "for each label.", isRequired: true, completion: .file),
                OptionSpecification(
                    "run", value: "FILE",
                    "Lines of 'vigil infer --json', or finding records, of that model.",
                    isRequired: true, completion: .file),
                CommonOptions.model, CommonOptions.adapter,
                OptionSpecification(
                    "key", value: "FILE", "The private key that signs; see 'vigil key make'.",
                    isRequired: true, completion: .file),
                OptionSpecification(
                    "out", value: "FILE", "The calibration to write.", isRequired: true,
                    completion: .file),
            ] + promiseOptions + populationOptions)
    }

    private static var promiseOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "risk", value: "NAME=SHARE",
                "What is bounded: fnr=0.05, the share of studies with a finding that are called "
                    + "not flagged; besides it fpr=0.1, the share of those without that are "
                    + "flagged (the operating point flags).", isRepeated: true, isRequired: true),
            OptionSpecification(
                "delta", value: "P",
                "How probable it is at most that the bound does not hold (0.05)."),
            OptionSpecification(
                flag: "joint",
                "Lets delta count for all findings and strata together, not for each by itself."),
            OptionSpecification(
                "coverage", value: "SHARE",
                "The least share of studies that must get an answer, or not flagged is never "
                    + "said (0.2)."),
            OptionSpecification(
                "flag-at", value: "[CODE=]T",
                "From which score on a finding is flagged (triage's operating point).",
                isRepeated: true),
        ]
    }

    private static var populationOptions: [OptionSpecification] {
        [
            OptionSpecification("site", value: "NAME", "Whose studies they are.", isRequired: true),
            OptionSpecification(
                "population", value: "TEXT", "Which of the site's studies they are, in words."),
            OptionSpecification(
                "by", value: "COLUMN[,…]",
                "Columns of the truth that tell strata apart, such as site,view.",
                isRepeated: true),
            OptionSpecification(
                "label", value: "CODE", "Labels to calibrate (all that truth and run share).",
                isRepeated: true),
            OptionSpecification(
                "head", value: "NAME", "Calibrates this head's scores as well as the model's own.",
                isRepeated: true),
            OptionSpecification(
                "valid-days", value: "N", "How long it holds from now on (180)."),
            CommonOptions.configuration, CommonOptions.set, CommonOptions.json,
        ]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let options = try CalibrateOptions(arguments)
        // What cannot be used is told before an hour of work.
        let key = try KeyFile.signing(arguments.string("key") ?? "")
        let data = try CalibrationData(arguments, options)
        let plan = try options.plan(findings: data.findings.count, strata: data.strata.count)
        let controller = RiskController(plan)
        var findings: [CalibratedFinding] = []
        for scores in data.findings {
            Terminal.progress("calibrating \(findings.count + 1) of \(data.findings.count)")
            findings.append(controller.calibrate(scores, strata: data.strata.count))
        }
        Terminal.endProgress()
        let file = options.file(findings, of: data, made: SystemClock().wall())
        guard findings.contains(where: { $0.rules.contains(where: \.clears) }) else {
            Terminal.error(CalibrationTable(file).text)
            throw RiskControlError.nothingStands(
                findings: findings.count, least: plan.fnr.leastCount)
        }
        let path = arguments.string("out") ?? ""
        let text = try SignedCalibration.text(of: file, key: key)
        // Read as the worker will read it, before anything is written.
        let signed = try SignedCalibration(
            Array(text.utf8), keys: [key.verifying], rules: data.rules,
            file: SafeText(operatorProvided: path))
        try FileWriter.write(text, to: path)
        tell(signed, path, isJSON: arguments.has("json"))
        return .ok
    }

    private static func tell(_ signed: SignedCalibration, _ path: String, isJSON: Bool) {
        if isJSON {
            Terminal.line(
                JSONWriter.text([
                    "file": .string(path), "digest": .string(signed.digest.hex),
                    "key_id": .string(signed.signer.hex), "calibration": signed.file.json,
                ]))
        } else {
            Terminal.out(CalibrationTable(signed.file).text)
            Terminal.line("\(path): signed by \(signed.signer.hex)")
        }
    }
}

extension StratumRule {
    /// Whether anything may be called not flagged.
    fileprivate var clears: Bool {
        if case .below = clearing { true } else { false }
    }
}
