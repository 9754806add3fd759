internal import DicomNetwork
internal import StructuredReport
internal import VigilCore

/// What it means for a delivery that a report was not written or not stored. Pure.
enum StoreVerdict {
    static func answer(to error: StructuredReportError) -> DeliveryAnswer {
        error.disposition == .deadLetter ? .refused(error.code) : .unanswered(error.code)
    }

    static func answer(to error: DicomStoreError) -> DeliveryAnswer {
        switch error {
        case .refused, .badFile: .refused(error.code)
        case .failed: .busy(error.code, after: nil)
        // Titles, certificates and what it takes are for the operators of both sides to mend.
        case .unreachable, .rejected, .notAccepted, .broken, .security, .outOfMemory:
            .unanswered(error.code)
        }
    }
}
