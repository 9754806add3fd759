internal import Processes
package import VigilCore

extension RecordReader {
    /// Those of some places at which a record may stand now: in a partition that there is, between
    /// its first offset and its end. What is asked of any other place, librdkafka answers with
    /// records from elsewhere. Blocks.
    package func existing(
        _ places: Set<RecordPosition>, timeout: Duration
    ) throws(KafkaError) -> Set<RecordPosition> {
        let deadline = Deadline(after: timeout)
        let counts = try partitionCounts(timeout: deadline.remaining)
        var existing: Set<RecordPosition> = []
        for (place, positions) in Dictionary(grouping: places, by: \.topicPartition) {
            guard let count = counts[place.topic], (0..<count).contains(place.partition) else {
                continue
            }
            let bounds = try bounds(of: place, timeout: deadline.remaining)
            existing.formUnion(positions.filter { bounds.contains($0.offset) })
        }
        return existing
    }
}
