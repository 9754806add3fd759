import Audit
import Signing
import VigilCore
import Wire

/// The audit logs that a simulation has left, held against all that was published: each log is one
/// line of leaves whatever happened, its checkpoints are of these leaves, and the leaves tell of
/// each published record once and of no other.
struct SimulatedAudit {
    private(set) var broken: [String] = []
    private(set) var leaves = 0
    private(set) var checkpoints = 0

    init(_ cluster: FakeCluster, key: VerifyingKey) {
        var histories: [AuditTreeName: AuditHistory] = [:]
        var told: [AuditLeaf.Record: Int] = [:]
        for record in cluster.log(TransportBench.outputs.audit) {
            switch try? AuditRecord.read(record) {
            case .leaf(let leaf, let bytes):
                leaves += 1
                _ = histories[leaf.tree, default: AuditHistory(leaf.tree, keys: [key])]
                    .take(leaf: bytes, at: leaf.index)
                for record in Self.records(leaf) { told[record, default: 0] += 1 }
            case .checkpoint(let checkpoint):
                histories[checkpoint.tree, default: AuditHistory(checkpoint.tree, keys: [key])]
                    .take(checkpoint: Array(checkpoint.note.utf8))
            case nil: broken.append("a record of the audit topic cannot be read")
            }
        }
        for name in histories.keys.sorted() {
            histories[name]?.finish()
            checkpoints += histories[name]?.signed.count ?? 0
            broken += (histories[name]?.faults ?? []).map { "\(name.text): \($0.what)" }
        }
        for (record, count) in Self.published(cluster) {
            let times = told.removeValue(forKey: record) ?? 0
            if times != count {
                broken.append("\(count) records of \(record.topic), \(times) times in leaves")
            }
        }
        if !told.isEmpty {
            broken.append("leaves tell of \(told.count) records that are not there")
        }
    }

    private static func records(_ leaf: AuditLeaf) -> [AuditLeaf.Record] {
        switch leaf.event {
        case .outcome(let outcome): outcome.records
        case .orders(let records): records
        case .start, .stop: []
        }
    }

    /// All that workers have published of studies, and how often the same.
    private static func published(_ cluster: FakeCluster) -> [AuditLeaf.Record: Int] {
        let outputs = TransportBench.outputs
        let topics =
            [outputs.finding, outputs.deadLetter, outputs.expired, outputs.worklist]
            + [TransportBench.retry, "in.deferred", "in.placed", "in.placed.urgent"]
        return topics.flatMap { cluster.log($0) }.reduce(into: [:]) { counts, record in
            let told = AuditLeaf.Record(
                topic: SafeText(operatorProvided: record.position.topic),
                digest: record.value.map { Digest(of: $0) })
            counts[told, default: 0] += 1
        }
    }
}
