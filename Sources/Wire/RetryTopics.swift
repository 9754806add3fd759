package import VigilCore

/// The topics `<input>.retry.<n>` that an event goes through, each with a longer pause, when its
/// study fails in a passing way.
package struct RetryTopics: Sendable, Hashable {
    /// The first pause grows by this factor from topic to topic.
    private static let growth = 10
    private static let infix = ".retry."

    /// The topic of study events.
    package let input: String
    /// How many topics there are; none switches them off.
    package let count: Int
    /// The pause of the first topic.
    package let firstPause: Duration

    package init(input: String, count: Int, firstPause: Duration) {
        self.input = input
        self.count = max(0, count)
        self.firstPause = max(.zero, firstPause)
    }

    /// Their names, the shortest pause first.
    package var names: [String] { (0..<count).map { input + Self.infix + String($0 + 1) } }

    /// Which of them a topic is, from 1; 0 for any other topic.
    package func number(of topic: String) -> Int {
        guard topic.hasPrefix(input + Self.infix) else { return 0 }
        let tail = topic.dropFirst(input.count + Self.infix.count)
        guard let number = Int(tail), number >= 1, number <= count else { return 0 }
        return number
    }

    /// The retry topic that comes after a topic; nil after the last one.
    package func following(_ topic: String) -> String? {
        let next = number(of: topic)
        return next < count ? names[next] : nil
    }

    /// How long an event stays in a topic at least.
    package func pause(of number: Int) -> Duration {
        (1..<max(1, number)).reduce(firstPause) { pause, _ in pause * Self.growth }
    }

    /// The record that puts an event into the next topic: key, value and headers unchanged, with a
    /// note of where it came from and when it is due. Nil after the last topic.
    ///
    /// - Parameters:
    ///   - partition: where it is to stand, so that its study's owner reads it; nil leaves it to
    ///     the key's hash.
    ///   - attempts: how often this worker tried.
    ///   - first: when it first failed here.
    package func next(
        _ record: InboundRecord, partition: Int32? = nil, attempts: Int, first: Timestamp,
        now: Timestamp
    ) -> OutboundRecord? {
        let number = number(of: record.position.topic) + 1
        guard number <= count else { return nil }
        let earlier = note(of: record)
        let note = RetryNote(
            origin: earlier?.origin ?? record.position,
            timestamp: earlier?.timestamp ?? record.timestamp,
            attempts: (earlier?.attempts ?? 0) + attempts,
            firstFailure: earlier?.firstFailure ?? first,
            due: Timestamp(microseconds: now.microseconds + pause(of: number).microseconds))
        return OutboundRecord(
            topic: input + Self.infix + String(number), partition: partition, key: record.key,
            value: record.value,
            headers: RetryNote.removed(from: record.headers) + [note.header])
    }

    /// What a record of a retry topic notes of itself. On any other topic the header means nothing.
    package func note(of record: InboundRecord) -> RetryNote? {
        number(of: record.position.topic) > 0 ? RetryNote(record.headers) : nil
    }

    /// The record as it first stood on the input topic, for everything that tells of it.
    package func original(of record: InboundRecord) -> InboundRecord {
        guard let note = note(of: record) else { return record }
        return InboundRecord(
            position: note.origin, key: record.key, value: record.value,
            headers: RetryNote.removed(from: record.headers), timestamp: note.timestamp)
    }
}

extension Duration {
    /// Whole microseconds.
    fileprivate var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
