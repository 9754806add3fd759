internal import VigilCore

/// Which of several things said under one identifier stands: by when it was issued, then by how
/// far it is. What is taken back stays so.
struct ContextVersion: Sendable, Hashable, Comparable {
    /// Above all versions that say something.
    static let takenBack = ContextVersion(issued: .max, rank: .max, status: .enteredInError)

    private let issued: Int64
    private let rank: UInt8
    let status: ObservationStatus

    private init(issued: Int64, rank: UInt8, status: ObservationStatus) {
        self.issued = issued
        self.rank = rank
        self.status = status
    }

    /// Without a time of issue the time of the measurement counts.
    init(_ statement: ContextStatement) {
        issued = (statement.issued ?? statement.effective)?.microseconds ?? .min
        rank = statement.status.rank
        status = statement.status
    }

    static func < (left: ContextVersion, right: ContextVersion) -> Bool {
        (left.issued, left.rank) < (right.issued, right.rank)
    }
}
