package import VigilCore

/// Which partition owns a study: the one that a producer chooses for a key of its UID among those
/// of `topics.input`. Partitions of equal number of all topics of events go to one worker, so that
/// worker decides all of the study. Pure.
package struct StudyPlacement: Sendable {
    /// What becomes of an event where it stands.
    package enum Verdict: Sendable, Hashable {
        /// It is its study's owner who has read it.
        case owned
        /// It goes to its study's owner.
        case forwarded(topic: String, partition: Int32)
        /// It was forwarded, or waited, when `topics.input` had other partitions. It is decided
        /// where it stands: what is forwarded is so once.
        case outgrown
        /// There is no partition to forward it to. It is decided where it stands.
        case nowhere
    }

    /// The hash by which senders place studies; nil where each study's events are promised to
    /// stand in one partition.
    package let rule: KeyPartitioner?
    /// Where events are forwarded to.
    package let placed: PlacedTopics
    /// The topic of study events.
    package let input: String
    private let urgent: String?
    private let senders: Set<String>

    /// - Parameters:
    ///   - urgent: the input topic of urgent studies.
    ///   - others: further topics that senders write to.
    package init(
        rule: KeyPartitioner?, input: String, urgent: String? = nil, others: [String] = []
    ) {
        self.rule = rule
        self.input = input
        self.urgent = urgent
        senders = Set([input] + [urgent].compactMap { $0 } + others)
        placed = PlacedTopics(input: input, hasUrgent: urgent != nil)
    }

    /// Whether senders write to a topic, and not workers.
    package func isOfSenders(_ topic: String) -> Bool { senders.contains(topic) }

    /// The number of the partition that owns a study; nil while it is not known how many there
    /// are, and where nothing is forwarded.
    package func owner(of study: DicomUID, _ counts: TopicPartitionCounts) -> Int32? {
        let count = counts[input]
        guard let rule, count > 0 else { return nil }
        return rule.partition(of: Array(study.sensitiveValue.utf8), among: count)
    }

    /// What becomes of an event. All events of a study that stand in one partition take one way,
    /// whatever their priority, so that none that takes something back overtakes another.
    ///
    /// - Parameter place: where its record stands.
    package func verdict(
        on study: DicomUID, at place: RecordPosition, _ counts: TopicPartitionCounts
    ) -> Verdict {
        guard let owner = owner(of: study, counts), owner != place.partition else {
            return .owned
        }
        guard isOfSenders(place.topic) else { return .outgrown }
        let topic = place.topic == urgent ? placed.urgent ?? placed.ordinary : placed.ordinary
        guard counts.partition(owner, of: topic) != nil else { return .nowhere }
        return .forwarded(topic: topic, partition: owner)
    }
}
