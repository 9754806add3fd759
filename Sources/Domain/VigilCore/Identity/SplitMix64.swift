/// A small seeded generator (Steele, Lea and Flood 2014; S. Vigna's splitmix64): the same seed
/// gives the same numbers on every machine. Not for secrets. Public and inlinable, so that a loop
/// over a model's weights makes no call for each.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    /// How far the state moves with each number.
    @inlinable public static var step: UInt64 { 0x9e37_79b9_7f4a_7c15 }

    /// What the next number follows from.
    public private(set) var state: UInt64

    /// - Parameter seed: the first state.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mix(state)
    }

    /// The number that belongs to a state.
    @inlinable
    public static func mix(_ state: UInt64) -> UInt64 {
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including a bound, which is at least 1; by the high half of a
    /// product, whose bias is below bound / 2^64.
    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
    }

    /// A number in 0..<1, of 53 bits.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
