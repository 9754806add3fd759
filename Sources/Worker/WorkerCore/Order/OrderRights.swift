package import VigilCore

/// Who may lower an order or take images back. Everyone who can write to an input topic may order
/// and raise.
///
/// A broker does not tell who produced a record, and `ce_source` is only what the sender says, so
/// the right lies with a topic that its access list keeps; the sources narrow it.
package struct OrderRights: Sendable, Hashable {
    /// The topic whose senders have the right; nil: the right is not bound to a topic.
    package let topic: String?
    /// The sources that have it; empty: all of that topic.
    package let sources: Set<String>

    package init(topic: String? = nil, sources: Set<String> = []) {
        self.topic = topic
        self.sources = sources
    }

    /// Whether anything says who has the right.
    private var areSet: Bool { topic != nil || !sources.isEmpty }

    /// Whether an event may do what it says. Without any setting nobody may lower, and everyone may
    /// withdraw, as in the first version of the event.
    ///
    /// - Parameter topic: where the event first stood.
    package func allow(_ event: StudyEvent, from topic: String) -> Bool {
        let isLowering = event.orderChange?.direction == .lower
        guard isLowering || event.withdrawal != nil else { return true }
        guard areSet else { return !isLowering }
        return (self.topic.map { $0 == topic } ?? true)
            && (sources.isEmpty || sources.contains(event.source))
    }
}
