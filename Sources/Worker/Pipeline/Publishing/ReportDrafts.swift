package import Reporting
internal import Telemetry
internal import VigilCore
internal import Wire

/// Makes the draft of each finding that is published, where there is a topic for drafts. Never
/// keeps a finding back: it goes without a draft where none can be made.
package struct ReportDrafts: Sendable {
    /// The largest draft, in bytes. No topic refuses one of so many, which would come too late:
    /// the finding is written already then.
    static let bytesMax = 256 << 10

    private let writer: ReportWriter
    private let encoder: ReportEncoder

    /// Drafts for a topic, in a language.
    package init(topic: String, writer: ReportWriter) {
        self.writer = writer
        encoder = ReportEncoder(topic: topic)
    }

    /// Of the language that they are written in.
    var digest: Digest { writer.digest }

    /// Refuses a language that cannot name what a model is asked for.
    package func check(asked codes: [String]) throws(ReportError) {
        try writer.check(asked: codes)
    }

    /// What a site's own generator is asked about a finding; nil where nothing can be drafted.
    func request(of finding: Finding) -> GeneratorRequest? { writer.request(of: finding) }

    /// The draft of a finding as it is published.
    ///
    /// - Parameter offered: what a generator would say; nil: the templates say all there is.
    func draft(
        of finding: Finding, offered: GeneratorSentences? = nil
    ) throws(ReportError) -> ReportDraft<SafeText> {
        try writer.draft(of: finding, record: finding.deterministicDigest, offered: offered)
    }

    /// The record of the draft, and what is told of it once it is committed; nil: there is none.
    func record(
        of finding: Finding, _ offer: GeneratorOffer?, time: Timestamp
    ) -> (OutboundRecord?, ReportDrafted) {
        func told(_ outcome: ReportDrafted.Outcome) -> ReportDrafted {
            ReportDrafted(finding.findingID, outcome)
        }
        do throws(ReportError) {
            let draft = try draft(of: finding, offered: try offer?.sentences())
            let record = encoder.encode(draft, of: finding, time: time)
            guard record.value?.count ?? 0 <= Self.bytesMax else { throw .tooLarge(Self.bytesMax) }
            let dropped = draft.dropped.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { (reason: SafeText(fixedMessage: $0.key.rawValue), count: $0.value) }
            return (record, told(draft.body == nil ? .notDrafted : .draft(dropped: dropped)))
        } catch {
            return (
                nil, told(.failed(code: error.code, what: error.what, remedy: error.remedy))
            )
        }
    }
}

extension GeneratorOffer {
    /// - Throws: why there are none. The templates do not stand in for a generator: who writes a
    ///   site's drafts would else change from one study to the next.
    fileprivate func sentences() throws(ReportError) -> GeneratorSentences {
        switch self {
        case .answer(let sentences): return sentences
        case .fault(let fault): throw .generator(fault)
        }
    }
}
