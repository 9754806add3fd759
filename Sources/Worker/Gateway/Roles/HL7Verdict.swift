internal import HL7
internal import VigilCore

/// What an acknowledgement means for a delivery. Pure.
enum HL7Verdict {
    /// Nil: it is not the one that is waited for, and another follows.
    static func answer(
        to code: HL7Acknowledgement.Code, wantsCommit: Bool
    ) -> DeliveryAnswer? {
        switch code {
        case .applicationAccept: .delivered
        // That it is kept says not yet that it was used.
        case .commitAccept: wantsCommit ? .delivered : nil
        case .applicationError: .busy("hl7_ae", after: nil)
        case .commitError: .busy("hl7_ce", after: nil)
        case .applicationReject: .refused("hl7_ar")
        case .commitReject: .refused("hl7_cr")
        }
    }
}
