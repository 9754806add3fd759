import Evaluation
import FoundationModel
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

    let options: TuneOptions
    let labels: [Label]
    let counts: Counts
    /// On the test's patients.
    let report: EvaluationReport

    /// One line for a person.
    var summary: String {
        var text = "learned from \(counts.training) studies, calibrated on "
        text += "\(counts.validation), measured on \(counts.test) of other patients"
        if counts.skipped > 0 { text += "; \(counts.skipped) lines were of no use" }
        return text
    }

    /// How the heads were made and how they did: it goes into the file and to machines.
    var record: JSONValue {
        var object = JSONObject()
        object["method"] = .string(options.method.rawValue)
        object["seed"] = .string("\(options.seed)")
        object["studies"] = [
            "training": .integer(Int64(counts.training)),
            "validation": .integer(Int64(counts.validation)),
            "test": .integer(Int64(counts.test)), "skipped": .integer(Int64(counts.skipped)),
        ]
        object["balanced"] = .bool(options.isBalanced)
        object["calibration"] = .string(options.calibration.rawValue)
        object["operating_point"] = .string(options.rule.text)
        object["sites"] = options.siteColumn.map { _ in .bool(true) }
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
            labels: labels.map { label in
                let finding = model.findings[label.code]
                return HeadFile.Label(
                    code: label.code, label: finding?.label ?? label.code,
                    acuity: options.acuities[label.code] ?? finding?.acuity ?? .routine,
                    threshold: label.threshold, head: label.head,
                    calibration: label.calibration)
            }, record: record)
        return try file.write(to: path)
    }
}
