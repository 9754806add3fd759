/// What of a study's orders is known when something is published of it.
package struct WorklistStanding: Sendable, Hashable {
    /// The order as it stands; nil when nothing but the event itself is known.
    package let order: WorklistOrder?
    /// Whether all that was ordered before is known. Where it is not, a reader of the record keeps
    /// the more urgent of what it has.
    package let isKnown: Bool

    package init(order: WorklistOrder?, isKnown: Bool) {
        self.order = order
        self.isKnown = isKnown
    }
}
