package import VigilCore

/// What is wrong with an audit log. Each is proof that somebody changed it, took something away or
/// lost it: workers write none of these.
package enum AuditFault: Sendable, Hashable {
    /// A record of the topic is no leaf and no checkpoint, or tells of another log than its key.
    case unreadable
    /// A leaf is missing.
    case hole(index: Int64)
    /// Two different leaves stand at one index.
    case fork(index: Int64)
    /// A leaf stands twice, or after one that comes behind it.
    case repeated(index: Int64)
    /// A checkpoint is no note, or is not signed by a key that is known.
    case badCheckpoint(AuditError)
    /// A signed checkpoint tells of another tree than the leaves make.
    case otherRoot(size: Int64)
    /// A signed checkpoint tells of more leaves than there are.
    case truncated(size: Int64, found: Int64)

    /// The word for it.
    package var code: SafeText {
        switch self {
        case .unreadable: "unreadable"
        case .hole: "hole"
        case .fork: "fork"
        case .repeated: "repeated"
        case .badCheckpoint(let error): error.code
        case .otherRoot: "other_root"
        case .truncated: "truncated"
        }
    }

    /// What it means.
    package var what: SafeText {
        switch self {
        case .unreadable: "a record is no leaf and no checkpoint of this log"
        case .hole(let index): "leaf \(index) is missing"
        case .fork(let index): "two different leaves stand at \(index)"
        case .repeated(let index): "leaf \(index) stands once too often, or out of its place"
        case .badCheckpoint(let error): error.what
        case .otherRoot(let size):
            "a signed checkpoint of \(size) leaves is of another tree: something was changed"
        case .truncated(let size, let found):
            "a signed checkpoint tells of \(size) leaves, and there are \(found)"
        }
    }
}
