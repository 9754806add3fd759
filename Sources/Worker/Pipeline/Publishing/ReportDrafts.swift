internal import Reporting
internal import Settings
internal import Telemetry
internal import VigilCore
internal import Wire

/// Makes the draft of each finding that is published, where there is a topic for drafts. Never
/// keeps a finding back: it goes without a draft where none can be made.
struct ReportDrafts: Sendable {
    /// The largest draft, in bytes. No topic refuses one of so many, which would come too late:
    /// the finding is written already then.
    static let bytesMax = 256 << 10

    private let writer: ReportWriter
    private let encoder: ReportEncoder
    private let telemetry: Telemetry?

    init(topic: String, writer: ReportWriter, telemetry: Telemetry?) {
        self.writer = writer
        self.telemetry = telemetry
        encoder = ReportEncoder(topic: topic)
    }

    /// Of the language that they are written in.
    var digest: Digest { writer.digest }

    /// Refuses a language that cannot name what a model is asked for.
    func check(asked codes: [String]) throws(ReportError) { try writer.check(asked: codes) }

    /// The draft of a finding as it is published.
    func draft(of finding: Finding) throws(ReportError) -> ReportDraft<SafeText> {
        try writer.draft(of: finding, record: finding.deterministicDigest)
    }

    /// The record of the draft; nil: there is none, and why was told.
    func record(of finding: Finding, time: Timestamp) -> OutboundRecord? {
        do throws(ReportError) {
            let draft = try draft(of: finding)
            let record = encoder.encode(draft, of: finding, time: time)
            guard record.value?.count ?? 0 <= Self.bytesMax else { throw .tooLarge(Self.bytesMax) }
            tell(finding, draft.body == nil ? .notDrafted : .draft)
            return record
        } catch {
            tell(
                finding, .failed(code: error.code, what: error.what, remedy: error.remedy))
            return nil
        }
    }

    private func tell(_ finding: Finding, _ outcome: ReportDrafted.Outcome) {
        telemetry?.emit(ReportDrafted(finding.findingID, outcome))
    }
}
