internal import VigilCore

/// What of a study is watched, as far as its record tells it.
package enum DriftQuantity: String, Sendable, Hashable, CaseIterable {
    /// The raw score of a finding.
    case score
    /// Whether the finding is flagged, of studies where it was answered.
    case flagged
    /// Whether the model said that it does not know.
    case abstained
    /// How urgent the images look.
    case urgency
    /// Of which modality the images are, of studies of all modalities.
    case modality
    /// How many frames the model saw.
    case frames
    /// Whether instances were left out by a gate.
    case leftOut = "left_out"
    /// Whether an image was odd in its values, or in how it was read.
    case odd
    /// What the study was charged, joules.
    case joules
    /// Whether the study was not assessed; of all studies together, since their records tell no
    /// model.
    case notAssessed = "not_assessed"
}

/// Which quantity, of which finding and of which kind of study.
package struct DriftName: Sendable, Hashable {
    /// Such as `site=north,view=PA,modality=DX,model=m@00112233`; empty: of all studies.
    package let group: String
    package let quantity: DriftQuantity
    /// The finding's code; nil: of the study.
    package let code: String?

    package init(group: String, quantity: DriftQuantity, code: String?) {
        self.group = group
        self.quantity = quantity
        self.code = code
    }
}

extension DriftName {
    /// In the order of group, quantity and code.
    static func isBefore(_ first: DriftName, _ second: DriftName) -> Bool {
        (first.group, first.quantity.rawValue, first.code ?? "")
            < (second.group, second.quantity.rawValue, second.code ?? "")
    }
}
