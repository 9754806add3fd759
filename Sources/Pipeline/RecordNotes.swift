internal import VigilCore
internal import Wire

/// What a record notes of itself that came by a topic that workers write; nothing of one that came
/// from a sender.
struct RecordNotes {
    let retry: RetryNote?
    let deferral: DeferralNote?
    let placement: PlacementNote?

    /// When the event was first there.
    func available(_ record: InboundRecord) -> Timestamp? {
        if let placement { return placement.timestamp }
        return retry?.timestamp ?? deferral?.timestamp ?? record.timestamp
    }

    /// Whether that time is a broker's.
    func isTimeTrusted(_ record: InboundRecord) -> Bool {
        if let placement { return placement.isStampedByBroker }
        return retry == nil && (deferral != nil || record.isStampedByBroker)
    }
}
