package import VigilCore

/// Why weights for what is known of patients are not taken. Statements about patients never raise
/// an error: what is not used is a ``ContextRefusal``.
package enum ContextError: VigilError, Hashable {
    /// A file of weights is not taken; the member is where that was seen.
    case weightsRefused(file: SafeText, Refusal, member: SafeText)
    /// A file of weights cannot be read at all.
    case weightsUnreadable(file: SafeText, reason: SafeText)

    /// Why.
    package enum Refusal: String, Sendable, Hashable, CaseIterable, SafeToLog {
        case unreadable
        case unknownVersion = "unknown_version"
        case malformed
        case badNumber = "bad_number"
        case unknownItem = "unknown_item"
        case unknownMember = "unknown_member"
        case thereTwice = "there_twice"
        case wrongWay = "wrong_way"
        case noGain = "no_gain"
        case otherModel = "other_model"
        case otherSite = "other_site"
        case unknownFinding = "unknown_finding"

        fileprivate var reason: SafeText {
            switch self {
            case .unreadable: "is no JSON object"
            case .unknownVersion: "is of a version that is not known"
            case .malformed: "is missing, or of another type"
            case .badNumber: "is no number within its bounds"
            case .unknownItem: "is nothing that is known of patients here"
            case .unknownMember: "has a member that is not known, or a number in another spelling"
            case .thereTwice: "names the same thing twice"
            case .wrongWay: "points the other way than medicine says"
            case .noGain: "does not lie above 0: context that gains nothing stays off"
            case .otherModel: "is of another model than those that are loaded"
            case .otherSite: "is another than that of triage.site"
            case .unknownFinding: "has one that the model is not asked for"
            }
        }
    }

    package var code: SafeText {
        switch self {
        case .weightsRefused: "context_weights_refused"
        case .weightsUnreadable: "context_weights_unreadable"
        }
    }

    package var what: SafeText {
        switch self {
        case .weightsRefused(let file, let refusal, let member):
            "the weights \(file) are refused (\(refusal)): \(member) \(refusal.reason)"
        case .weightsUnreadable(let file, let reason):
            "the weights \(file) cannot be read: \(reason)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .weightsRefused: "Take the file as 'vigil tune --context' wrote it, or fit it anew"
        case .weightsUnreadable: "Name a file that the worker may read in context.weights"
        }
    }

    package var disposition: Disposition { .shutDown(.config) }
}
