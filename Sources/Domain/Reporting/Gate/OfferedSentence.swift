package import VigilCore

/// A sentence as a generator offers it, ours or another's: nothing of it is believed.
package struct OfferedSentence: Sendable, Hashable {
    package var text: String
    package var codes: [String]
    package var polarity: ReportPolarity?
    package var side: ReportSide?
    package var box: EvidenceBox?
    /// Members of the finding record, as ``ReportSource`` names them.
    package var sources: [String]

    package init(
        text: String, codes: [String], polarity: ReportPolarity?, side: ReportSide? = nil,
        box: EvidenceBox? = nil, sources: [String]
    ) {
        self.text = text
        self.codes = codes
        self.polarity = polarity
        self.side = side
        self.box = box
        self.sources = sources
    }
}

extension OfferedSentence {
    /// What our own writer offers.
    init(_ claim: ReportClaim, text: String, box: EvidenceBox?, sources: [ReportSource]) {
        self.init(
            text: text, codes: [claim.finding?.code].compactMap { $0 }, polarity: claim.polarity,
            side: claim.finding?.side, box: box, sources: sources.map(\.safeText))
    }
}
