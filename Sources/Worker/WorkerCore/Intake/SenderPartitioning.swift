package import VigilCore

/// Finds out by which hash senders place events whose key is the study's UID, to tell the operator
/// once when it is another than the one that is set. Pure.
package struct SenderPartitioning: Sendable {
    /// So many events it is judged by.
    private static let judgedBy = 64
    /// So many of them are misplaced at least.
    private static let misplacedMin = 8

    private let rule: KeyPartitioner?
    private var seen = 0
    private var misplaced = 0
    /// The hashes that fit all of them.
    private var fitting = Set(KeyPartitioner.allCases)
    private var isOver = false

    /// - Parameter rule: the hash that is set; nil: nothing is judged.
    package init(rule: KeyPartitioner?) {
        self.rule = rule
    }

    /// Takes an event of a sender in.
    ///
    /// - Returns: the hash to set, once.
    package mutating func note(
        key: [UInt8]?, study: DicomUID, at partition: Int32, among count: Int32
    ) -> KeyPartitioner? {
        guard let rule, !isOver, count > 1, let key,
            key == Array(study.sensitiveValue.utf8)
        else { return nil }
        seen += 1
        fitting = fitting.filter { $0.partition(of: key, among: count) == partition }
        if rule.partition(of: key, among: count) != partition { misplaced += 1 }
        guard seen >= Self.judgedBy else { return nil }
        isOver = true
        return misplaced >= Self.misplacedMin ? fitting.first : nil
    }
}
