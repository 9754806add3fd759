internal import VigilCore

/// Why an envelope of changes is not taken, or what is outside of it.
package enum EnvelopeRefusal: String, Sendable, Hashable, CaseIterable, SafeToLog {
    case unreadable
    case tooLarge = "too_large"
    case unsigned
    case wrongSignature = "wrong_signature"
    case unknownKey = "unknown_key"
    case otherPayload = "other_payload"
    case unknownVersion = "unknown_version"
    case malformed
    case badNumber = "bad_number"
    /// A member that is not known, or one that was written in another way.
    case inconsistent
    /// A bound is set for a figure that a model's evaluation does not tell.
    case notMeasured = "not_measured"
    /// A model's evaluation does not reach a bound.
    case measureTooLow = "measure_too_low"
    case notYet = "not_yet"
    case expired
    case otherSite = "other_site"
    case otherModel = "other_model"
    case otherPreprocessing = "other_preprocessing"
    case otherAdapters = "other_adapters"
    case otherPrecision = "other_precision"
    case otherCalibration = "other_calibration"
    case otherPolicy = "other_policy"
    case otherThreshold = "other_threshold"

    /// What is wrong, for a person.
    var reason: SafeText {
        switch self {
        case .unreadable: "is no signed envelope of changes"
        case .tooLarge: "is larger than an envelope may be"
        case .unsigned: "is not signed"
        case .wrongSignature: "was changed after it was signed"
        case .unknownKey: "is signed by none of the keys that are known here"
        case .otherPayload: "was signed as something else than an envelope of changes"
        case .unknownVersion: "is of a version that is not known"
        case .malformed: "is missing, or of another type"
        case .badNumber: "is no number within its bounds"
        case .inconsistent: "has a member too many, or one that is written in another way"
        case .notMeasured: "was evaluated without a figure that has a bound"
        case .measureTooLow: "was evaluated below a bound"
        case .notYet: "is made for a later time"
        case .expired: "has expired"
        case .otherSite: "is not of the site that triage.site names"
        case .otherModel: "has another digest"
        case .otherPreprocessing: "has another preprocessing"
        case .otherAdapters: "has other adapters"
        case .otherPrecision: "runs at another precision"
        case .otherCalibration: "is answered for by another calibration"
        case .otherPolicy: "is judged by another policy"
        case .otherThreshold: "is flagged from a score outside of the bounds"
        }
    }
}
