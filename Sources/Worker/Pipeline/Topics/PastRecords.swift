package import KafkaTransport
internal import Processes
package import VigilCore

/// Reads single records of the past again. Joins no group. Blocking; any thread.
package struct PastRecords: Sendable {
    private let configuration: KafkaConfiguration
    private let topics: Set<String>
    private static let timeout = Duration.seconds(20)

    /// - Parameter topics: where events may stand; nothing is read from others.
    package init(configuration: KafkaConfiguration, topics: some Sequence<String>) {
        self.configuration = configuration
        self.topics = Set(topics)
    }

    /// The records at some places, in the order asked for; nil for one that is gone. The places
    /// come from records, and need not be any.
    package func callAsFunction(
        _ places: [RecordPosition]
    ) throws(StageFailure) -> [InboundRecord?] {
        do throws(KafkaError) {
            let found = try read(Set(places))
            return places.map { found[$0] }
        } catch {
            throw StageFailure(.fetch, error)
        }
    }

    private func read(
        _ places: Set<RecordPosition>
    ) throws(KafkaError) -> [RecordPosition: InboundRecord] {
        var reader = try RecordReader(configuration: configuration)
        let places = try reader.existing(
            places.filter { topics.contains($0.topic) }, timeout: Self.timeout)
        guard !places.isEmpty else { return [:] }
        let byPartition = Dictionary(grouping: places, by: \.topicPartition)
        let starts = byPartition.compactMapValues { $0.map(\.offset).min() }
        let ends = byPartition.compactMapValues { $0.map(\.offset).max() }
        try reader.open(at: starts)
        var (found, open) = ([RecordPosition: InboundRecord](), Set(ends.keys))
        let deadline = SystemClock().monotonic() + Self.timeout
        while !open.isEmpty {
            let left = deadline - SystemClock().monotonic()
            guard left > .zero else { throw KafkaError.timedOut(operation: "read_again") }
            for record in try reader.next(max: 256, timeout: left) {
                let place = record.position.topicPartition
                if places.contains(record.position) { found[record.position] = record }
                if record.position.offset >= ends[place] ?? 0 { open.remove(place) }
            }
            open = open.filter { reader.endOffset(of: $0) == nil }
        }
        return found
    }
}
