/// An amount of energy.
package struct Joules: Sendable, Hashable, Comparable, SafeToLog, AdditiveArithmetic {
    package var value: Double

    package init(_ value: Double) {
        self.value = value
    }

    package static let zero = Joules(0)
    /// How many a kilowatt hour has.
    package static let perKilowattHour = 3_600_000.0

    package static func + (left: Joules, right: Joules) -> Joules {
        Joules(left.value + right.value)
    }
    package static func - (left: Joules, right: Joules) -> Joules {
        Joules(left.value - right.value)
    }
    package static func < (left: Joules, right: Joules) -> Bool { left.value < right.value }
    package var safeText: String { value.safeText }
}
