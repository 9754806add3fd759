internal import VigilCore
package import Wire

/// The records of one finding: its own, that of its maps where they are sent, and that of its draft
/// report where drafts are made.
package struct FindingRecords: Sendable {
    private let encoder: FindingEncoder
    private let maps: EvidenceEncoder?
    private let drafts: ReportDrafts?

    /// Of findings without maps and drafts.
    package init(_ encoder: FindingEncoder) { self.init(encoder, maps: nil, drafts: nil) }

    init(_ encoder: FindingEncoder, maps: EvidenceEncoder?, drafts: ReportDrafts?) {
        self.encoder = encoder
        self.maps = maps
        self.drafts = drafts
    }

    /// All of them, which belong into one transaction, the finding first.
    func all(_ finding: Finding, time: Timestamp) -> [OutboundRecord] {
        encoder.records(finding, time: time)
            + [maps?.encode(finding, time: time), drafts?.record(of: finding, time: time)]
            .compactMap { $0 }
    }
}
