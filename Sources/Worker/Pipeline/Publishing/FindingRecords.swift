internal import VigilCore
package import Wire

/// The records of one finding: its own, and that of its draft report where drafts are made.
package struct FindingRecords: Sendable {
    private let encoder: FindingEncoder
    private let drafts: ReportDrafts?

    /// Of findings without drafts.
    package init(_ encoder: FindingEncoder) { self.init(encoder, drafts: nil) }

    init(_ encoder: FindingEncoder, drafts: ReportDrafts?) {
        self.encoder = encoder
        self.drafts = drafts
    }

    /// All of them, which belong into one transaction, the finding first.
    func all(_ finding: Finding, time: Timestamp) -> [OutboundRecord] {
        encoder.records(finding, time: time)
            + [drafts?.record(of: finding, time: time)].compactMap { $0 }
    }
}
