package import VigilCore

/// What a site's studies say of a model's scores: from which on a finding is flagged, below which
/// it is not, what that promises, and of which model, site and time it holds.
package struct CalibrationFile: Sendable, Hashable {
    /// The value of `schema` in a file that this version reads.
    package static let schema = "vigil.calibration/1"
    /// What a signature says the bytes are.
    package static let payloadType = "application/vnd.vigil.calibration+json"
    /// What findings, strata and columns are at most.
    static let findingsMax = 512
    static let strataMax = 1024
    static let columnsMax = 8

    /// Whose studies they are.
    package let site: String
    /// Which of them, in words.
    package let population: String
    package let validity: Validity
    package let scorer: ScoringModel
    /// The version of triage's rules that the operating points are of.
    package let rules: String
    package let promise: Promise
    package let counts: Counts
    /// What studies are told apart by, such as `site` and `view`; empty: by nothing.
    package let columns: [String]
    package let strata: [Stratum]
    package let findings: [CalibratedFinding]

    /// When it holds: from when it was made until before its expiry.
    package struct Validity: Sendable, Hashable {
        package let made: Timestamp
        package let expires: Timestamp

        package init(made: Timestamp, expires: Timestamp) {
            self.made = made
            self.expires = expires
        }
    }

    /// How promises are to be read together.
    package struct Promise: Sendable, Hashable {
        /// How probable it is at most that a promise does not hold: each by itself, or any of them.
        package let delta: Double
        /// Whether ``delta`` is of all promises together.
        package let isJoint: Bool
        /// Among how many a joint delta is split; 1 where it is not.
        package let sequences: Int
        /// The least share of studies that must get an answer.
        package let coverageFloor: Double

        package init(delta: Double, isJoint: Bool, sequences: Int, coverageFloor: Double) {
            self.delta = delta
            self.isJoint = isJoint
            self.sequences = sequences
            self.coverageFloor = coverageFloor
        }
    }

    /// What was calibrated with.
    package struct Counts: Sendable, Hashable {
        /// Studies with a truth and a score of any finding.
        package let studies: Int
        /// Their patients.
        package let patients: Int
        /// Studies of the truth that have no score.
        package let unscored: Int

        package init(studies: Int, patients: Int, unscored: Int) {
            self.studies = studies
            self.patients = patients
            self.unscored = unscored
        }
    }

    /// Studies with one value in each column.
    package struct Stratum: Sendable, Hashable {
        package let values: [String]
        package let studies: Int

        package init(values: [String], studies: Int) {
            self.values = values
            self.studies = studies
        }
    }

    package init(
        site: String, population: String, validity: Validity, scorer: ScoringModel,
        rules: String, promise: Promise, counts: Counts, columns: [String], strata: [Stratum],
        findings: [CalibratedFinding]
    ) {
        self.site = site
        self.population = population
        self.validity = validity
        self.scorer = scorer
        self.rules = rules
        self.promise = promise
        self.counts = counts
        self.columns = columns
        self.strata = strata
        self.findings = findings
    }

    /// The name of a rule's stratum: `site=north,view=frontal`, or `pooled`.
    package func name(of stratum: Int?) -> String {
        guard let stratum, strata.indices.contains(stratum) else { return "pooled" }
        return zip(columns, strata[stratum].values).map { "\($0)=\($1)" }.joined(separator: ",")
    }

    /// Why a worker of a site could answer nothing by it; nil: it can.
    /// - Parameter own: the worker's site; nil: it is not said.
    package func refusal(site own: String?) -> CalibrationRefusal? {
        guard columns.allSatisfy({ CalibratedTriage.traits.contains($0) }) else {
            return .unknownColumn
        }
        let isBySite = columns.contains("site")
        return (isBySite && own == nil) || (!isBySite && own != nil && own != site)
            ? .otherSite : nil
    }

    /// Why it does not hold for this model at this time; nil: it does.
    package func refusal(for scorer: ScoringModel, at time: Timestamp) -> CalibrationRefusal? {
        if scorer.model != self.scorer.model { return .otherModel }
        if scorer.preprocessing != self.scorer.preprocessing { return .otherPreprocessing }
        if scorer.adapters != self.scorer.adapters { return .otherAdapters }
        if time >= validity.expires { return .expired }
        return time < validity.made ? .notYet : nil
    }
}
