/// Why a batch is closed.
package enum BatchReason: Sendable, Hashable, CaseIterable {
    /// It holds as many images as it may.
    case full
    /// Its first study has waited long enough.
    case deadline
    /// Nothing else is on the way.
    case idle
    /// A `stat` study is in it, or it goes before a batch that runs.
    case urgent
}
