import Commands
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
            summary: "Adapt a model: fit a head on its embeddings, or train its last layers with "
                + "LoRA as well; split by patient, calibrated, measured, and written as adapters",
            example: "vigil tune --model models/encoder --truth truth.csv --images studies "
                + "--method lora --out site.safetensors",
            options: [
                CommonOptions.model,
                OptionSpecification(
                    "truth", value: "FILE",
                    "CSV or JSON lines: study or file, patient, and a column of 0, 1 or nothing "
                        + "for each label.", isRequired: true, completion: .file),
                OptionSpecification(
                    "embeddings", value: "FILE",
                    "Lines of 'vigil infer --embedding --json', for a probe or prototype; of a "
                        + "model of volumes, a line a series.",
                    completion: .file),
                OptionSpecification(
                    "images", value: "PATH",
                    "Instead of embeddings: DICOM, PNG or JPEG files, or folders with all below "
                        + "them; the truth's file, study or number names them. LoRA needs them.",
                    isRepeated: true, completion: .file),
                OptionSpecification(
                    "out", value: "FILE", "The safetensors file to write.", isRequired: true,
                    completion: .file),
            ] + fitOptions + loraOptions + afterOptions)
    }

    private static var fitOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "label", value: "CODE", "Labels to learn (every column of 0 and 1).",
                isRepeated: true),
            OptionSpecification(
                "method", value: "NAME",
                "probe (logistic regression), prototype (class means; for few studies), or lora "
                    + "(the last layers and a head).",
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
                "Stops after N steps without gain in validation (a probe runs to the end); of "
                    + "lora, N epochs (3)."),
            OptionSpecification(
                "shots", value: "N", "Studies of each side for a prototype (all)."),
            OptionSpecification("validation", value: "SHARE", "Of the patients (0.15)."),
            OptionSpecification("test", value: "SHARE", "Of the patients (0.15)."),
            OptionSpecification("seed", value: "N", "Seed of everything random (1)."),
        ]
    }

    private static var loraOptions: [OptionSpecification] {
        [
            OptionSpecification("rank", value: "N", "Of lora: the rank of what is added (8)."),
            OptionSpecification(
                "alpha", value: "X", "Of lora: what is added counts alpha / rank (16)."),
            OptionSpecification("blocks", value: "N", "Of lora: how many last layers (2)."),
            OptionSpecification("rate", value: "X", "Of lora: Adam's step (0.001)."),
            OptionSpecification("epochs", value: "N", "Of lora: at most (20)."),
            OptionSpecification("step-images", value: "N", "Of lora: images of a step (32)."),
            OptionSpecification(
                "lora-out", value: "FILE",
                "Of lora: the encoder's adapter; the head goes to --out (its name with .lora).",
                completion: .file),
            OptionSpecification(
                "scratch", value: "DIR",
                "Of lora: where hidden states of images lie meanwhile, tokens x width x 4 bytes "
                    + "an image, in a file without a name (TMPDIR, else /var/tmp).",
                completion: .directory),
            EngineOptions.threads,
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
            OptionSpecification("name", value: "NAME", "The head's name (the file's)."),
            OptionSpecification(
                flag: "gate",
                "Writes a gate: its labels are reasons to say nothing of an image "
                    + "(view_not_frontal, inverted_polarity, rotated_quarter, rotated_half, "
                    + "rotated_three_quarters)."),
            OptionSpecification(
                "replicates", value: "N", "Resamplings for the test's intervals (1000)."),
            CommonOptions.json,
        ]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let options = try TuneOptions(arguments)
        let truth = try EvaluateCommand.table(options.inputs.truth)
        let (result, model, merged) = try tuned(options, truth)
        Terminal.endProgress()
        let digest = try result.write(
            to: options.outputs.head, name: options.outputs.name, model: model, merged: merged)
        if arguments.has("json") {
            var object = JSONObject()
            object["file"] = .string(options.outputs.head)
            object["digest"] = .string(digest.hex)
            for member in result.record.objectValue?.members ?? [] {
                object[member.name] = member.value
            }
            Terminal.line(JSONWriter.text(.object(object)))
        } else {
            Terminal.line("\(options.outputs.head): \(digest)")
            if let lora = result.lora { Terminal.line("\(lora.file): \(lora.digest)") }
            Terminal.out(result.summary + "\n")
            Terminal.out(EvaluationTables(result.report).text)
        }
        return .ok
    }

    private static func tuned(
        _ options: TuneOptions, _ truth: TruthTable
    ) throws -> (TuneResult, TuneModel, merged: [Digest]) {
        if options.fit.method == .lora {
            return try TuneLora(options: options, truth: truth).run { Terminal.progress($0) }
        }
        let model = try TuneModel(directory: options.inputs.model)
        let data: TuneData
        if let embeddings = options.inputs.embeddings {
            data = try TuneData(options, truth, embeddings: embeddings, width: model.width)
        } else {
            guard let encoder = model.encoder as? any ImageEncoder else {
                throw LabError.needsEmbeddings
            }
            let images = try TuneImages(options, truth, encoder) { Terminal.progress($0) }
            data = try TuneData(
                options, truth, images.sums, width: model.width, merged: [],
                skipped: images.skipped)
        }
        let session = TuneSession(options: options, truth: truth, data: data)
        return (try session.run { Terminal.progress($0) }, model, data.merged)
    }
}
