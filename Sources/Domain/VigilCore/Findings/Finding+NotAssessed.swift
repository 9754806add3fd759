extension Finding {
    /// Why a study was not assessed, as far as that lies in the study as a whole.
    package enum NotAssessed: String, Sendable, Hashable, CaseIterable, SafeToLog {
        case awaitingImages = "awaiting_images"
        case withdrawn
        case quarantined
        case nothingToAssess = "nothing_to_assess"
        case identityMismatch = "identity_mismatch"
        case overBudget = "over_budget"
        case modelUnavailable = "model_unavailable"
        case stopped
        case recalled
        case outsideEnvelope = "outside_envelope"
        case orderRaised = "order_raised"
        case orderLowered = "order_lowered"

        /// One sentence for a person.
        package var text: SafeText {
            switch self {
            case .awaitingImages: "A priority was ordered, and no image has come yet"
            case .withdrawn: "The study was withdrawn; nothing that was said of it holds"
            case .quarantined: "Reading the study ended workers; it is not tried again"
            case .nothingToAssess: "No instance of the study is one that the model takes"
            case .identityMismatch: "The images do not belong to the study that was named"
            case .overBudget: "The study asks for more than one study may take"
            case .modelUnavailable: "No model could be asked"
            case .stopped: "Assessing is stopped by an operator"
            case .recalled: "What was said of the study was recalled"
            case .outsideEnvelope: "The model is outside of what may be changed"
            case .orderRaised: "A person raised the order"
            case .orderLowered: "A person who may do so lowered the order"
            }
        }
    }

    /// An instance that was not read, and why.
    package struct LeftOut: Sendable, Hashable {
        package let reason: Reason
        /// Which instance of those that the study's events name, from 0; nil: not known.
        package let place: Int?
        /// The pseudonyms of the series and SOP instance UIDs.
        package let series: Pseudonym?
        package let sop: Pseudonym?
        /// The DICOM modality, such as `SR`.
        package let modality: String?
        package let sopClass: DicomUID?

        package init(
            _ reason: Reason, place: Int? = nil, series: Pseudonym? = nil, sop: Pseudonym? = nil,
            modality: String? = nil, sopClass: DicomUID? = nil
        ) {
            self.reason = reason
            self.place = place
            self.series = series
            self.sop = sop
            self.modality = modality
            self.sopClass = sopClass
        }
    }

    /// A record of a study of which no model was asked. The ordered priority stands.
    ///
    /// - Parameter reasons: at least one.
    package static func notAssessed(
        _ reasons: [Reason], study: DicomUID, pseudonym: Pseudonym, cause: EventIdentity,
        order: Order, findingID: UUIDv5? = nil, decision: Decision = Decision(),
        instances: [Instance] = [], leftOut: [LeftOut] = [], revision: Revision? = nil,
        run: Run = Run()
    ) -> Finding {
        Finding(
            findingID: findingID ?? FindingIdentity.notAssessed(pseudonym), study: study,
            pseudonym: pseudonym, cause: cause,
            priority: Priorities(order: order, ai: nil, effective: order.highest), urgency: nil,
            reasons: reasons, decision: decision, assessed: nil, instances: instances,
            leftOut: leftOut, revision: revision, run: run)
    }

    /// Whether the study was withdrawn, so that nothing that was said of it holds.
    package var isWithdrawn: Bool {
        assessed == nil && reasons.contains { $0.code == NotAssessed.withdrawn.rawValue }
    }

    /// Whether what was said of the study was recalled, so that none of it holds; the study itself
    /// is what it was.
    package var isRecalled: Bool {
        assessed == nil && reasons.contains { $0.code == NotAssessed.recalled.rawValue }
    }
}

extension Finding.Reason {
    package init(_ why: Finding.NotAssessed) {
        self.init(code: why.rawValue, text: why.text.text)
    }

    /// The reason of instances that were left out, for the study as a whole.
    package init(_ why: Finding.LeftOut.Reason) {
        self.init(code: why.rawValue, text: why.text.text)
    }

    /// Whether it may stand in a record of a study that was not assessed.
    package var isOfNotAssessed: Bool {
        Finding.NotAssessed(rawValue: code) != nil
            || Finding.LeftOut.Reason(rawValue: code) != nil
    }
}
