import VigilCore

/// What a simulation draws, so that a failing run can be run again.
package struct SimulationGenerator: RandomNumberGenerator, Sendable {
    private var bits: SplitMix64

    /// The same seed gives the same numbers.
    package init(seed: UInt64) {
        bits = SplitMix64(seed: seed)
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 { bits.next() }

    /// A number from 0 up to but not including a bound: a remainder, by which the seeds that once
    /// found a fault go on to find it.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Whether something happens that does so in so many cases of a hundred.
    package mutating func chance(percent: Int) -> Bool { below(100) < percent }
}
