package import KafkaTransport
package import VigilCore

/// Reads single records of the past again. Joins no group. Blocking; any thread.
package struct PastRecords: Sendable {
    private let configuration: KafkaConfiguration
    private static let timeout = Duration.seconds(20)

    package init(configuration: KafkaConfiguration) {
        self.configuration = configuration
    }

    /// The records at some places, in the order asked for; nil for one that is gone.
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
        let byPartition = Dictionary(grouping: places, by: \.topicPartition)
        let starts = byPartition.compactMapValues { $0.map(\.offset).min() }
        let ends = byPartition.compactMapValues { $0.map(\.offset).max() }
        var reader = try RecordReader(configuration: configuration)
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
