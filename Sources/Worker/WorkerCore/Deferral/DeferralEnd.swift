/// Why a study waits for a cleaner hour no longer.
package enum DeferralEnd: String, Sendable, Hashable, CaseIterable {
    /// The cleaner hour has come.
    case clean
    /// Its deadline nears.
    case deadline
    /// Nothing else is to be done.
    case idle
    /// More wait than may.
    case bound
    /// A person wants the study sooner.
    case escalated
    /// Waiting was switched off meanwhile.
    case off
}
