package import VigilCore

/// By what it is decided how a record is taken in, as the operator has set it.
package struct IntakeRules: Sendable {
    /// How long each priority may take from the event to the finding.
    package let deadlines: [Priority: Duration]
    /// How long a study of each priority waits for the parts that it expects.
    package let partWaits: [Priority: Duration]
    /// How far the times that producers write are believed.
    package let clock: ProducerClock
    /// Which partition owns a study.
    package let placement: StudyPlacement
    /// Who may lower an order or take images back.
    package let rights: OrderRights
    /// Whether an operator vouches for a recall.
    package let mayRecall: @Sendable (StudyEvent.Recall) -> Bool

    package init(
        deadlines: [Priority: Duration], partWaits: [Priority: Duration], clock: ProducerClock,
        placement: StudyPlacement, rights: OrderRights,
        mayRecall: @escaping @Sendable (StudyEvent.Recall) -> Bool = { _ in false }
    ) {
        self.deadlines = deadlines
        self.partWaits = partWaits
        self.clock = clock
        self.placement = placement
        self.rights = rights
        self.mayRecall = mayRecall
    }

    /// Whether an event may do what it says. A recall goes by its signature alone.
    ///
    /// - Parameter topic: where the event first stood.
    func allow(_ event: StudyEvent, from topic: String) -> Bool {
        event.recall.map(mayRecall) ?? rights.allow(event, from: topic)
    }

    /// How long a priority may take.
    package func allowed(_ priority: Priority) -> Duration { deadlines[priority] ?? .zero }
}

/// What is known of the world at the moment at which a record is taken in.
package struct IntakeFacts: Sendable {
    /// The time on the clock that never jumps and on the wall.
    package let now: MonotonicTime
    package let wall: Timestamp
    /// How many partitions topics have.
    package let partitions: TopicPartitionCounts
    /// What waiting for a cleaner hour hangs on; nil when studies do not wait for one.
    package let outlook: EnergyOutlook?

    package init(
        now: MonotonicTime, wall: Timestamp, partitions: TopicPartitionCounts,
        outlook: EnergyOutlook?
    ) {
        self.now = now
        self.wall = wall
        self.partitions = partitions
        self.outlook = outlook
    }
}
