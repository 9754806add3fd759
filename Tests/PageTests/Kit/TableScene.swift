import VigilCore
import Wire

@testable import WorklistPage

/// A table that is filled as the board fills it.
struct TableScene {
    var table: WorklistTable
    private var offset: Int64 = 0

    init(studiesMax: Int = 100, keep: Duration = .seconds(3600)) {
        table = WorklistTable(bounds: .init(studiesMax: studiesMax, keep: keep))
    }

    /// Takes the record of a finding, at the end of its partition unless it is said where.
    mutating func take(_ finding: Finding, offset given: Int64? = nil, now: Timestamp? = nil) {
        offset += 1
        let row = WorklistRow(
            finding, digest: finding.deterministicDigest,
            published: finding.run.timeline.published ?? MadeRecord.time,
            at: RecordPosition(topic: "findings", partition: 0, offset: given ?? offset),
            known: table.row(of: finding.pseudonym), floor: table.floor(of: finding.pseudonym))
        table.take(row, now: now ?? MadeRecord.time)
    }

    func row(_ study: Int) -> WorklistRow? { table.row(of: MadeRecord.pseudonym(study)) }
}
