/// Every finding that triage knows: the one place where the priority and the threshold of a finding
/// stand, but for what a site writes in the file of `triage.policy` (``SitePolicy``) and the
/// operating point that comes with a fitted head.
package enum FindingTable {
    /// Told in a policy's version; to be raised with every change of a row.
    package static let version = "vigil-1"

    /// From which probability on a finding is positive where nobody says another. One half is where
    /// a softmax over a pair of prompts turns to "present", and where TorchXRayVision puts its
    /// operating points. It is calibrated to no model and no site.
    package static let standardThreshold: Float = 0.5

    /// All rows, most urgent first.
    package static var concepts: [FindingConcept] { rows }

    /// The row that goes by a code: its own, or what a model calls it.
    package static func concept(of code: String) -> FindingConcept? { byCode[code] }

    private static let byCode = Dictionary(
        rows.flatMap { row in row.codes.map { ($0, row) } }
    ) { first, _ in first }
}
