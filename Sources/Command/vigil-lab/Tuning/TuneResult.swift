import Evaluation
import FoundationModel
import Training
import Tuning
import VigilCore

/// Heads with what is known of them.
struct TuneResult {
    /// One label's head.
    struct Label {
        let code: String
        let head: LinearHead
        /// The penalty's inverse; nil for a prototype.
        let strength: Double?
        let calibration: Calibration
        /// Of calibrated probabilities, found in validation.
        let threshold: Double
    }

    /// Studies of each side.
    struct Counts {
        let training: Int
        let validation: Int
        let test: Int
        /// Lines of embeddings that were of no use.
        let skipped: Int
    }

    /// How the encoder was adapted, and what it gained.
    struct Lora {
        let file: String
        let digest: Digest
        let options: LoraOptions
        /// Validation losses of the start and after each epoch.
        let losses: [Double]
        /// The epoch that was kept.
        let epoch: Int
        /// The probe on the frozen embeddings, which the training started from.
        let probe: EvaluationReport
    }

    let options: TuneOptions
    let labels: [Label]
    let counts: Counts
    /// On the test's patients.
    let report: EvaluationReport
    /// nil: the encoder is as it was.
    var lora: Lora?

    /// One line for a person.
    var summary: String {
        var text = "learned from \(counts.training) studies, calibrated on "
        text += "\(counts.validation), measured on \(counts.test) of other patients"
        if counts.skipped > 0 {
            let what = options.inputs.images.isEmpty ? "lines" : "files"
            text += "; \(counts.skipped) \(what) were of no use"
        }
        if let lora {
            text += "\nLoRA on the last \(lora.options.blocks) layers, best after epoch "
            text += "\(lora.epoch) of \(lora.losses.count - 1): mean area under the ROC curve "
            text += "\(report.area.text(decimals: 4)), where the probe that it started from has "
            text += lora.probe.area.text(decimals: 4)
        }
        return text
    }

    /// How the heads were made and how they did: it goes into the file and to machines.
    var record: JSONValue {
        var object = JSONObject()
        object["method"] = .string(options.fit.method.rawValue)
        object["seed"] = .string("\(options.fit.seed)")
        object["studies"] = [
            "training": .integer(Int64(counts.training)),
            "validation": .integer(Int64(counts.validation)),
            "test": .integer(Int64(counts.test)), "skipped": .integer(Int64(counts.skipped)),
        ]
        object["lora"] = lora.map { $0.json }
        object["balanced"] = .bool(options.fit.isBalanced)
        object["calibration"] = .string(options.scoring.calibration.rawValue)
        object["operating_point"] = .string(options.scoring.rule.text)
        object["sites"] = options.inputs.siteColumn.map { _ in .bool(true) }
        object["labels"] = .array(
            labels.map { label in
                [
                    "code": .string(label.code),
                    "strength": label.strength.map { .number($0) } ?? .null,
                    "steps": .integer(Int64(label.head.iterations)),
                    "threshold": .number(label.threshold),
                ]
            })
        object["test"] = .array(
            report.labels.map { label in
                [
                    "code": .string(label.code), "studies": .integer(Int64(label.scores.count)),
                    "positives": .integer(Int64(label.scores.positives)),
                    "auroc": label[.auroc].json,
                    "average_precision": label[.averagePrecision].json,
                    "brier": label[.brier].json,
                    "calibration_error": label[.calibrationError].json,
                    "sensitivity": label[.sensitivity(0)].json,
                    "specificity": label[.specificity(0)].json,
                ]
            })
        return .object(object)
    }

    /// Writes the adapter's file and gives its digest.
    func write(
        to path: String, name: String, model: TuneModel, merged: [Digest]
    ) throws -> Digest {
        let file = HeadFile(
            name: name, base: model.base, preprocessing: model.preprocessing, merged: merged,
            isGate: options.outputs.isGate,
            labels: labels.map { label in
                let finding = model.findings[label.code]
                return HeadFile.Label(
                    code: label.code, label: finding?.label ?? label.code,
                    threshold: label.threshold, head: label.head,
                    calibration: label.calibration)
            }, record: record)
        return try file.write(to: path)
    }
}

extension EvaluationReport {
    /// The mean of the labels' areas under the ROC curve.
    fileprivate var area: Double {
        labels.reduce(0) { $0 + $1[.auroc].value } / Double(max(1, labels.count))
    }
}

extension TuneResult.Lora {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["file"] = .string(file)
        object["digest"] = .string(digest.hex)
        for member in options.record.objectValue?.members ?? [] {
            object[member.name] = member.value
        }
        object["epoch"] = .integer(Int64(epoch))
        object["validation_losses"] = .array(losses.map { .number($0) })
        object["probe_auroc"] = .array(
            probe.labels.map { ["code": .string($0.code), "auroc": $0[.auroc].json] })
        return .object(object)
    }
}

extension LoraOptions {
    /// What was asked for, for the file and for machines.
    var record: JSONValue {
        [
            "rank": .integer(Int64(rank)), "alpha": .number(alpha),
            "blocks": .integer(Int64(blocks)), "rate": .number(rate),
            "epochs": .integer(Int64(epochs)), "batch": .integer(Int64(batch)),
            "patience": .integer(Int64(patience)),
        ]
    }
}
