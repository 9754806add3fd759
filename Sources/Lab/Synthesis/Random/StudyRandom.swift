internal import VigilCore

/// The random numbers of one study: splitmix64 (S. Vigna), seeded by names.
///
/// Each part of a study draws from a stream of its own name, so that a finding more or less leaves
/// every other part as it was.
package struct StudyRandom: RandomNumberGenerator, Sendable {
    private var bits: SplitMix64

    /// The stream of a seed and names.
    package init(seed: UInt64, _ names: String...) {
        let start = SplitMix64.mix(seed ^ 0x5649_4749_4c00_0000)
        bits = SplitMix64(seed: names.reduce(start) { Self.fold($0, $1) })
    }

    private init(state: UInt64) {
        bits = SplitMix64(seed: state)
    }

    package mutating func next() -> UInt64 { bits.next() }

    /// A stream that depends on this one's state and a name; this one does not move.
    package func fork(_ name: String) -> StudyRandom {
        StudyRandom(state: Self.fold(bits.state, name))
    }

    /// A number in the range, uniform.
    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * unit()
    }

    /// A number of 0 to 1, 1 excluded.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A normal number, by the sum of twelve uniform ones; never farther than six deviations.
    package mutating func normal(_ mean: Double, _ deviation: Double) -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return mean + deviation * sum
    }

    /// A normal number kept within a range.
    package mutating func normal(_ mean: Double, _ deviation: Double, in range: ClosedRange<Double>)
        -> Double
    {
        min(max(normal(mean, deviation), range.lowerBound), range.upperBound)
    }

    /// True with a probability.
    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// A whole number of the range.
    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// One of the elements; the first alone if there is but one. The list is never empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    /// One of the elements by weight.
    mutating func pick<Element>(weighted elements: [(element: Element, weight: Double)])
        -> Element
    {
        var left = unit() * elements.reduce(0) { $0 + $1.weight }
        for (element, weight) in elements {
            left -= weight
            if left < 0 { return element }
        }
        return elements[elements.count - 1].element
    }

    /// FNV-1a of a name from a state, mixed.
    private static func fold(_ state: UInt64, _ name: String) -> UInt64 {
        SplitMix64.mix(
            name.utf8.reduce(state ^ 0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        )
    }
}
