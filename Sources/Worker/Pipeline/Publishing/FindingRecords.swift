internal import Reporting
internal import Synchronization
internal import Telemetry
internal import VigilCore
package import Wire

/// The records of one finding: its own, and that of its draft report where drafts are made.
package struct FindingRecords: Sendable {
    private let encoder: FindingEncoder
    private let drafts: ReportDrafts?
    /// Keeps what `vigil similar` searches; nil: nothing is kept.
    let similar: SimilarKeeper?
    /// What became of the drafts of the transaction under way.
    let drafted = DraftsUnderway()

    /// - Parameters:
    ///   - drafts: makes drafts of them; nil: they go without.
    ///   - similar: keeps their embeddings; nil: nobody does.
    package init(
        _ encoder: FindingEncoder, drafts: ReportDrafts? = nil, similar: SimilarKeeper? = nil
    ) {
        self.similar = similar
        self.encoder = encoder
        self.drafts = drafts
    }

    /// All of them, which belong into one transaction, the finding first.
    ///
    /// - Parameters:
    ///   - offer: what a site's own generator says of it; nil: none was asked.
    ///   - drafted: gets what became of its draft.
    func all(
        _ finding: Finding, _ offer: GeneratorOffer? = nil, time: Timestamp,
        _ drafted: inout [ReportDrafted]
    ) -> [OutboundRecord] {
        let own = encoder.records(finding, time: time)
        guard let drafts else { return own }
        let (record, event) = drafts.record(of: finding, offer, time: time)
        drafted.append(event)
        return own + [record].compactMap { $0 }
    }
}

/// What became of a transaction's drafts, from when they are written until it is committed. The
/// publishing thread puts, the transport thread takes.
final class DraftsUnderway: Sendable {
    private let events = Mutex<[ReportDrafted]>([])

    /// Those of a transaction, in place of one that was never committed.
    func put(_ drafted: [ReportDrafted]) { events.withLock { $0 = drafted } }

    func take() -> [ReportDrafted] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
