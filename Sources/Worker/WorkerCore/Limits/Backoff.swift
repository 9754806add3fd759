internal import VigilCore

/// Pauses that double with each attempt up to a bound, spread at random over the upper half, so
/// that workers that failed together do not come back together. Pure: the same seed gives the same
/// pause.
package struct Backoff: Sendable, Equatable {
    /// The pause after the first failure, before it is spread.
    package let first: Duration
    /// No pause is longer.
    package let longest: Duration

    package init(first: Duration, longest: Duration) {
        self.first = max(.zero, first)
        self.longest = max(self.first, longest)
    }

    /// Between transactions that fail: ten in a row take about half a minute.
    package static let transactions = Backoff(first: .milliseconds(200), longest: .seconds(5))

    /// The pause after an attempt that failed: between half of it and all of it.
    ///
    /// - Parameters:
    ///   - attempt: 1 for the first.
    ///   - seed: what tells this failure from others, such as a ticket's number.
    package func pause(attempt: Int, seed: UInt64) -> Duration {
        let doublings = min(max(attempt, 1) - 1, 30)
        let whole = min(longest, first * (1 << doublings))
        return whole / 2 + whole / 2 * Int(Self.mix(seed, UInt64(doublings)) % 1025) / 1024
    }

    /// One step of splitmix64 (S. Vigna) over both numbers.
    private static func mix(_ seed: UInt64, _ attempt: UInt64) -> UInt64 {
        SplitMix64.mix((seed &* SplitMix64.step) &+ (attempt &* 0xd1b5_4a32_d192_ed03))
    }
}
