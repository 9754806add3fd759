import Evaluation
import FoundationModel
import Settings
import Tuning
import VigilCore
import Weights

/// `vigil tune`: fits a head on frozen embeddings and writes it as a file that the worker loads.
enum TuneCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "tune",
            summary: "Fit a head on a model's embeddings: split by patient, calibrated, measured, "
                + "and written as an adapter",
            example: "vigil tune --model models/encoder --truth truth.csv "
                + "--embeddings run.jsonl --out probe.safetensors",
            options: [
                CommonOptions.model,
                OptionSpecification(
                    "truth", value: "FILE",
                    "CSV or JSON lines: study or file, patient, and a column of 0, 1 or nothing "
                        + "for each label.", isRequired: true, completion: .file),
                OptionSpecification(
                    "embeddings", value: "FILE", "Lines of 'vigil infer --embedding --json'.",
                    isRequired: true, completion: .file),
                OptionSpecification(
                    "out", value: "FILE", "The safetensors file to write.", isRequired: true,
                    completion: .file),
            ] + fitOptions + afterOptions)
    }

    private static var fitOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "label", value: "CODE", "Labels to learn (every column of 0 and 1).",
                isRepeated: true),
            OptionSpecification(
                "method", value: "NAME",
                "probe (logistic regression) or prototype (class means; for few studies).",
                completion: .words(TuneOptions.Method.allCases.map(\.rawValue))),
            OptionSpecification(
                "strength", value: "C",
                "Inverse of the penalty, scikit-learn's C (1); of several each label takes what "
                    + "does best in validation.", isRepeated: true),
            OptionSpecification(
                flag: "balanced", "Lets both sides of a label weigh the same in sum."),
            OptionSpecification(
                "site", value: "COLUMN", "Gives each site of this column an intercept."),
            OptionSpecification(
                "for-site", value: "NAME", "Writes the head of this site (the mix of all)."),
            OptionSpecification(
                "patience", value: "N",
                "Stops after N steps without gain in validation (runs to the end)."),
            OptionSpecification(
                "shots", value: "N", "Studies of each side for a prototype (all)."),
            OptionSpecification("validation", value: "SHARE", "Of the patients (0.15)."),
            OptionSpecification("test", value: "SHARE", "Of the patients (0.15)."),
            OptionSpecification("seed", value: "N", "Seed of everything random (1)."),
        ]
    }

    private static var afterOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "calibration", value: "NAME",
                "On validation: platt, temperature, isotonic or none (platt).",
                completion: .words(Calibration.Method.allCases.map(\.rawValue))),
            OptionSpecification(
                "at", value: "POINT",
                "Where a label counts as positive, found in validation: a threshold, "
                    + "sensitivity:X, specificity:X or youden (specificity:0.9)."),
            OptionSpecification(
                "acuity", value: "CODE=PRIORITY",
                "Priority of a label (that of the model's prompts, else routine).",
                isRepeated: true),
            OptionSpecification("name", value: "NAME", "The head's name (the file's)."),
            OptionSpecification(
                "replicates", value: "N", "Resamplings for the test's intervals (1000)."),
            CommonOptions.json,
        ]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let options = try TuneOptions(arguments)
        let truth = try EvaluateCommand.table(options.truth)
        let model = try TuneModel(directory: options.model)
        let data = try TuneData(options, truth, width: model.width)
        let session = TuneSession(options: options, truth: truth, data: data)
        let result = try session.run { Terminal.progress($0) }
        Terminal.endProgress()
        let digest = try result.write(
            to: options.out, name: options.name, model: model, merged: data.merged)
        if arguments.has("json") {
            var object = JSONObject()
            object["file"] = .string(options.out)
            object["digest"] = .string(digest.hex)
            for member in result.record.objectValue?.members ?? [] {
                object[member.name] = member.value
            }
            Terminal.line(JSONWriter.text(.object(object)))
        } else {
            Terminal.line("\(options.out): \(digest)")
            Terminal.line(result.summary)
            Terminal.out(EvaluationTables(result.report).text)
        }
        return .ok
    }
}
