package import VigilCore

/// Why triage cannot be set up. Scores never raise an error: they are flagged.
package enum TriageError: VigilError, Hashable {
    /// The policy file cannot be read, or is no JSON.
    case policyUnreadable(file: SafeText, reason: SafeText)
    /// A member of the policy file breaks a rule.
    case badPolicy(file: SafeText, member: SafeText, reason: SafeText)
    /// `triage.site` names none of the policy file's sites.
    case unknownSite(site: SafeText, file: SafeText, known: SafeText)
    /// The policy file has a rule for a head that is not loaded.
    case unknownHead(SafeText, file: SafeText, loaded: SafeText)
    /// A model, a prompt set or a head gives scores for findings that nobody knows.
    case unknownCodes(SafeText, place: SafeText, count: Int)
    /// The policy file sets a threshold, and a head brings its own for the finding.
    case thresholdOfHead(SafeText, code: SafeText, file: SafeText)
    /// A head of an earlier version states another priority than the table.
    case priorityOfHead(SafeText, says: Priority, table: Priority)
    /// A calibration is not taken; the member is where that was seen.
    case calibrationRefused(file: SafeText, CalibrationRefusal, member: SafeText)
    /// A calibration cannot be read.
    case calibrationUnreadable(file: SafeText, reason: SafeText)
    /// A validated model would be asked without a calibration.
    case uncalibrated(model: SafeText)
    /// An envelope of changes is not taken; the member is where that was seen.
    case envelopeRefused(file: SafeText, EnvelopeRefusal, member: SafeText)
    /// An envelope of changes cannot be read.
    case envelopeUnreadable(file: SafeText, reason: SafeText)
    /// A model would run that the envelope of changes does not hold.
    case outsideEnvelope(model: SafeText, EnvelopeRefusal, file: SafeText)

    package var code: SafeText {
        switch self {
        case .policyUnreadable: "triage_policy_unreadable"
        case .badPolicy: "triage_bad_policy"
        case .unknownSite: "triage_unknown_site"
        case .unknownHead: "triage_unknown_head"
        case .unknownCodes: "triage_unknown_codes"
        case .thresholdOfHead: "triage_threshold_of_head"
        case .priorityOfHead: "triage_priority_of_head"
        case .calibrationRefused: "triage_calibration_refused"
        case .calibrationUnreadable: "triage_calibration_unreadable"
        case .uncalibrated: "triage_uncalibrated"
        case .envelopeRefused: "triage_envelope_refused"
        case .envelopeUnreadable: "triage_envelope_unreadable"
        case .outsideEnvelope: "triage_outside_envelope"
        }
    }

    package var what: SafeText {
        switch self {
        case .policyUnreadable(let file, let reason):
            "the file \(file) of triage.policy cannot be read: \(reason)"
        case .badPolicy(let file, let member, let reason):
            "the file \(file) of triage.policy: \(member) \(reason)"
        case .unknownSite(let site, let file, let known):
            "triage.site is \(site), and the file \(file) of triage.policy has the sites: \(known)"
        case .unknownHead(let head, let file, let loaded):
            """
            the file \(file) of triage.policy has a rule for the head \(head), and the heads that \
            are loaded are: \(loaded)
            """
        case .unknownCodes(let codes, let place, let count):
            "\(place) names \(count) of the findings that triage does not know: \(codes)"
        case .thresholdOfHead(let name, let code, let file):
            """
            the file \(file) of triage.policy sets a threshold for \(code), and the head brings an \
            operating point of its own for \(name), on another scale
            """
        case .priorityOfHead(let name, let says, let table):
            """
            the file of the head asks for \(says) where \(name) is positive, and the triage table \
            for \(table)
            """
        case .calibrationRefused(let file, let refusal, let member):
            "the calibration \(file) is refused (\(refusal)): \(member) \(refusal.reason)"
        case .calibrationUnreadable(let file, let reason):
            "the calibration \(file) cannot be read: \(reason)"
        case .uncalibrated(let model):
            "the model \(model) is validated, and no calibration promises anything of its answers"
        case .envelopeRefused(let file, let refusal, let member):
            "the envelope of changes \(file) is refused (\(refusal)): \(member) \(refusal.reason)"
        case .envelopeUnreadable(let file, let reason):
            "the envelope of changes \(file) cannot be read: \(reason)"
        case .outsideEnvelope(let model, let refusal, let file):
            """
            the model \(model) is outside of what may be changed by \(file) (\(refusal)): it \
            \(refusal.reason)
            """
        }
    }

    package var remedy: SafeText {
        switch self {
        case .policyUnreadable:
            "Let triage.policy name a readable file of JSON in UTF-8, or leave it out"
        case .badPolicy:
            """
            Write it as Deploy/triage/README.md shows; 'vigil triage show --set \
            triage.policy=FILE' checks a file
            """
        case .unknownSite:
            "Name one of them, or leave triage.site out for what the file says under default"
        case .unknownHead:
            "Load it by model.adapters, or take the rule out of the file"
        case .unknownCodes:
            """
            Use a code that 'vigil triage show' prints, or give it a priority under own in the \
            file of triage.policy
            """
        case .thresholdOfHead(let name, _, _):
            "Say there too which threshold \(name) has"
        case .priorityOfHead(let name, _, _):
            """
            Fit the head anew with vigil tune, which writes no priorities, or say in the file of \
            triage.policy which priority \(name) has
            """
        case .calibrationRefused:
            """
            Take the file as 'vigil calibrate' wrote it, with the public key of whoever signed \
            it, or calibrate anew
            """
        case .calibrationUnreadable:
            "Let triage.calibrations name files that the worker may read"
        case .uncalibrated:
            """
            Name one in triage.calibrations ('vigil calibrate' makes it), or set \
            triage.uncalibrated to legacy, which every record then tells
            """
        case .envelopeRefused:
            """
            Take the file as 'vigil envelope sign' wrote it, with the public key of whoever \
            signed it, or sign a new one
            """
        case .envelopeUnreadable:
            "Let models.envelope name a file that the worker may read"
        case .outsideEnvelope:
            """
            Go back to what the envelope holds ('vigil envelope show' tells), or have a new one \
            signed by those who answer for the change
            """
        }
    }

    package var disposition: Disposition { .shutDown(.config) }
}
