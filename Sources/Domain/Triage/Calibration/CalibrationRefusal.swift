internal import VigilCore

/// Why a calibration is not taken, or not any more.
package enum CalibrationRefusal: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// It is no JSON, or no envelope.
    case unreadable
    case tooLarge = "too_large"
    case unsigned
    case wrongSignature = "wrong_signature"
    case unknownKey = "unknown_key"
    /// It was signed for something else.
    case otherPayload = "other_payload"
    case unknownVersion = "unknown_version"
    /// A member is missing or of another type.
    case malformed
    /// A number is none, or outside of its bounds.
    case badNumber = "bad_number"
    /// A finding that no row of triage knows.
    case unknownFinding = "unknown_finding"
    /// A finding or a stratum that stands there twice, or a stratum that is not listed.
    case badOrder = "bad_order"
    /// The score below which nothing is flagged lies above the one that flags.
    case thresholdsCrossed = "thresholds_crossed"
    /// Fewer studies than can bear the claim at all.
    case tooFewStudies = "too_few_studies"
    /// The counts do not bear the claim.
    case claimNotBorne = "claim_not_borne"
    /// It answers too few studies by its own floor.
    case coverageBelowFloor = "coverage_below_floor"
    /// A figure does not follow from the counts beside it, or a member is not known.
    case inconsistent
    /// It is made for a later time.
    case notYet = "not_yet"
    case expired
    case otherModel = "other_model"
    case otherPreprocessing = "other_preprocessing"
    case otherAdapters = "other_adapters"
    /// It is of another site, or tells sites apart where it is not said which this one is.
    case otherSite = "other_site"
    /// It tells studies apart by what a worker does not know of them.
    case unknownColumn = "unknown_column"

    /// What is wrong, for a person.
    var reason: SafeText {
        switch self {
        case .unreadable: "is no signed calibration"
        case .tooLarge: "is larger than a calibration may be"
        case .unsigned: "is not signed"
        case .wrongSignature: "was changed after it was signed"
        case .unknownKey: "is signed by none of the keys that are known here"
        case .otherPayload: "was signed as something else than a calibration"
        case .unknownVersion: "is of a version that is not known"
        case .malformed: "is missing, or of another type"
        case .badNumber: "is no number within its bounds"
        case .unknownFinding: "is a finding that triage does not know"
        case .badOrder: "is there twice, out of order, or not listed"
        case .thresholdsCrossed: "clears studies that it flags"
        case .tooFewStudies: "claims more than so few studies can show"
        case .claimNotBorne: "claims more than its counts show"
        case .coverageBelowFloor: "answers fewer studies than its own floor"
        case .inconsistent: "has a figure that does not follow from its counts, or one too many"
        case .notYet: "is made for a later time"
        case .expired: "has expired"
        case .otherModel: "is of another model"
        case .otherPreprocessing: "is of another preprocessing"
        case .otherAdapters: "is of other adapters"
        case .otherSite: "is not of the site that triage.site names"
        case .unknownColumn: "tells studies apart by more than site, view and modality"
        }
    }
}
