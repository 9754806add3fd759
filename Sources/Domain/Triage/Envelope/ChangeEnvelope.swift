package import VigilCore

/// What may run at a site without a new decision of those who answer for it: which models with
/// which calibrations and thresholds, within which bounds, by which evaluation. What the FDA calls
/// a predetermined change control plan, as far as a program can hold it (guidance of August 2025).
package struct ChangeEnvelope: Sendable, Hashable {
    /// The value of `schema` in a file that this version reads.
    package static let schema = "vigil.envelope/1"
    /// What a signature says the bytes are.
    package static let payloadType = "application/vnd.vigil.envelope+json"
    /// What models, thresholds and measures are at most.
    static let modelsMax = 64
    static let boundsMax = 512

    /// Where it holds; nil: at every site whose keys vouch for it.
    package let site: String?
    package let validity: CalibrationFile.Validity
    package let models: [Model]
    /// The triage policies that may judge; nil: any within ``thresholds``.
    package let policies: [Digest]?
    package let thresholds: [ThresholdBound]
    package let measures: [MeasureBound]

    /// A model that may run.
    package struct Model: Sendable, Hashable {
        /// For people.
        package let name: String
        package let scorer: ScoringModel
        /// `fp32`, `int8` and so on.
        package let precisions: [String]
        /// The calibrations that may answer for it; nil: any within the thresholds' bounds.
        package let calibrations: [Digest]?
        package let evaluation: Evaluation
    }

    /// What a model was measured by.
    package struct Evaluation: Sendable, Hashable {
        /// SHA-256 of the report of `vigil evaluate --json`.
        package let digest: Digest
        package let measures: [Measure]

        package init(digest: Digest, measures: [Measure]) {
            self.digest = digest
            self.measures = measures
        }
    }

    /// One figure of an evaluation.
    package struct Measure: Sendable, Hashable {
        /// The finding's.
        package let code: String
        /// `auroc` or `average_precision`.
        package let name: String
        package let value: Double
        /// The ends of its interval.
        package let low: Double
        package let high: Double

        package init(code: String, name: String, value: Double, low: Double, high: Double) {
            self.code = code
            self.name = name
            self.value = value
            self.low = low
            self.high = high
        }
    }

    /// Between what the score lies from which on a finding is flagged.
    package struct ThresholdBound: Sendable, Hashable {
        /// The finding's, of the model itself and of heads.
        package let code: String
        package let least: Double
        package let most: Double
    }

    /// What each model's evaluation has to reach: the lower end of the interval.
    package struct MeasureBound: Sendable, Hashable {
        package let code: String
        /// As of ``Measure/name``.
        package let name: String
        package let least: Double
    }
}

extension ChangeEnvelope.Model {
    /// Why this model's evaluation does not do; nil: it does.
    func refusal(by bounds: [ChangeEnvelope.MeasureBound]) -> EnvelopeRefusal? {
        for bound in bounds {
            let measure = evaluation.measures.first {
                $0.code == bound.code && $0.name == bound.name
            }
            guard let measure else { return .notMeasured }
            guard measure.low >= bound.least else { return .measureTooLow }
        }
        return nil
    }
}
