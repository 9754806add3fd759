package import VigilCore

/// What one item adds to a finding's log-odds.
package struct ContextTerm: Sendable, Hashable {
    /// How an item's value becomes a number that adds up.
    package enum Scale: String, Sendable, Hashable, CaseIterable {
        case linear
        /// Of values that spread by factors.
        case logarithmic
    }

    /// Further from its middle than this a value adds no more: one slip of a decimal point decides
    /// nothing by itself.
    package static let farthest = 4.0

    /// Whose value it is, and on which scale.
    package let item: ContextItem
    package let scale: Scale
    /// What adds nothing: the mean of those that the weights were fitted on.
    package let center: Double
    /// Their standard deviation; above 0.
    package let spread: Double
    package let weight: Double

    package init(
        item: ContextItem, scale: Scale, center: Double, spread: Double, weight: Double
    ) {
        self.item = item
        self.scale = scale
        self.center = center
        self.spread = spread
        self.weight = weight
    }

    /// How an item is usually scaled.
    package static func scale(of item: ContextItem) -> Scale {
        switch item {
        case .lactate, .leukocytes, .reactiveProtein, .procalcitonin, .dimer, .troponinT,
            .troponinI, .natriuretic:
            .logarithmic
        default: .linear
        }
    }

    /// A value on its scale; nil where it has no place there. What is measured as 0 is below what
    /// can be measured.
    package static func scaled(_ value: Double, _ scale: Scale) -> Double? {
        switch scale {
        case .linear: value.isFinite ? value : nil
        case .logarithmic: value.isFinite && value >= 0 ? PortableMath.log(max(value, 1e-6)) : nil
        }
    }

    /// How far a value is from the middle, in standard deviations.
    package func distance(of value: Double) -> Double? {
        Self.scaled(value, scale).map {
            min(max(($0 - center) / spread, -Self.farthest), Self.farthest)
        }
    }

    /// What a value adds.
    func share(of value: Double) -> LogOdds? {
        distance(of: value).flatMap { LogOdds(weight * $0) }
    }
}
