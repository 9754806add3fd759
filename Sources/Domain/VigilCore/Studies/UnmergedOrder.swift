/// What was ordered for one study by a worker that did not know what had been ordered before: the
/// topic of orders could not be read, was not read to its end yet, or too much of it was forgotten.
/// It stands there beside the study's ``WorklistOrder``, one of each priority, so that it
/// overwrites nothing that is more urgent, and only raises.
package struct UnmergedOrder: Sendable, Hashable {
    package let priority: Priority
    /// Where the event stood that ordered it.
    package let position: RecordPosition

    package init(priority: Priority, position: RecordPosition) {
        self.priority = priority
        self.position = position
    }

    /// The more urgent of two; of like ones the later, which a lowering in between does not bind.
    package func merged(with later: UnmergedOrder) -> UnmergedOrder {
        priority < later.priority ? self : later
    }
}

/// What the topic of orders is to learn of a study.
package enum OrderToTell: Sendable, Hashable {
    /// All that was ordered, in place of what stands there.
    case whole(WorklistOrder)
    /// What was ordered without knowing what stands there, beside it.
    case unmerged(UnmergedOrder)

    /// How urgent it is.
    package var highest: Priority {
        switch self {
        case .whole(let order): order.highest
        case .unmerged(let order): order.priority
        }
    }
}
