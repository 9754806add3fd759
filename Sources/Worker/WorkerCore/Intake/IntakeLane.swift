/// Topics whose partitions are paused and resumed together.
package enum IntakeLane: CaseIterable, Sendable {
    /// The input topic and those from which studies come back.
    case ordinary
    /// `topics.urgent`, and what was forwarded of it.
    case urgent
}
