/// A side of the patient.
package enum Side: String, Sendable, Hashable, CaseIterable {
    case right
    case left
    case both
    case none

    /// The sign of x on this side; 0 for both or none.
    var sign: Double {
        switch self {
        case .right: -1
        case .left: 1
        case .both, .none: 0
        }
    }

    /// The other side.
    var opposite: Side {
        switch self {
        case .right: .left
        case .left: .right
        case .both, .none: self
        }
    }
}
