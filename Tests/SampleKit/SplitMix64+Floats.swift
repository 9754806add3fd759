package import VigilCore

extension SplitMix64 {
    /// Numbers of a range, uniform.
    package mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}
