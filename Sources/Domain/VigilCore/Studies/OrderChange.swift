/// A person's change of a study's order, by an event that names no images.
package struct OrderChange: Sendable, Hashable {
    /// Which way the order goes.
    package enum Direction: String, Sendable, Hashable {
        /// Anyone who may order may raise.
        case raise
        /// Only who was given the right may lower, and says why.
        case lower
    }

    /// Whether it raises or lowers.
    package let direction: Direction
    /// Why, as a word in snake case of at most 64 letters, so that it cannot be a text about a
    /// patient; nil where a raise gives none.
    package let reason: String?

    package init(direction: Direction, reason: String?) {
        self.direction = direction
        self.reason = reason
    }
}
