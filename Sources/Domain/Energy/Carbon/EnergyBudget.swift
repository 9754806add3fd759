internal import Synchronization
package import VigilCore

/// What a worker may use a day (UTC), in joules, in grams, or both. Thread-safe.
///
/// It counts what was published, idle time included, since the worker's start.
package final class EnergyBudget: Sendable {
    /// What is bounded.
    package enum Kind: String, Sendable, Hashable, CaseIterable, SafeToLog {
        case joules
        case grams
    }

    private struct State {
        var day: Int64 = 0
        var spent: [Kind: Double] = [:]
        var isTold = false
    }

    private static let day: Int64 = 86_400_000_000

    private let ceilings: [Kind: Double]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - joules: nil when not bounded.
    ///   - grams: nil when not bounded.
    package init(joules: Double?, grams: Double?) {
        var ceilings: [Kind: Double] = [:]
        ceilings[.joules] = joules
        ceilings[.grams] = grams
        self.ceilings = ceilings
    }

    /// Whether anything is bounded.
    package var isBounded: Bool { !ceilings.isEmpty }

    /// Adds what was used.
    ///
    /// - Returns: which bound was reached with it, the first time in a day.
    package func add(joules: Double, grams: Double, at now: Timestamp) -> Kind? {
        state.withLock { state in
            Self.turn(&state, now)
            state.spent[.joules, default: 0] += max(0, joules)
            state.spent[.grams, default: 0] += max(0, grams)
            guard !state.isTold, let kind = reached(state) else { return nil }
            state.isTold = true
            return kind
        }
    }

    /// Whether today's is spent.
    package func isSpent(at now: Timestamp) -> Bool {
        state.withLock { state in
            Self.turn(&state, now)
            return reached(state) != nil
        }
    }

    /// The part of today's that is used, of the bound that is nearer; may exceed 1.
    package func share(at now: Timestamp) -> Double {
        state.withLock { state in
            Self.turn(&state, now)
            return ceilings.map { (state.spent[$0.key] ?? 0) / $0.value }.max() ?? 0
        }
    }

    /// When the next day begins.
    package static func nextDay(after now: Timestamp) -> Timestamp {
        Timestamp(microseconds: (now.microseconds / day + 1) * day)
    }

    private func reached(_ state: State) -> Kind? {
        Kind.allCases.first { kind in
            ceilings[kind].map { (state.spent[kind] ?? 0) >= $0 } ?? false
        }
    }

    private static func turn(_ state: inout State, _ now: Timestamp) {
        let today = now.microseconds / day
        if state.day != today { state = State(day: today) }
    }
}
