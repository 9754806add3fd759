package import VigilCore

extension SimulationGenerator {
    /// Offsets of so many records of each partition of each topic: mostly one after the other, with
    /// holes as markers of transactions leave, and now and then a long one.
    package mutating func offsets(
        partitions: Int, records: Int, topics: [String]
    ) -> [TopicPartition: [Int64]] {
        var offsets: [TopicPartition: [Int64]] = [:]
        for place in 0..<partitions * topics.count {
            let (topic, number) = (topics[place / partitions], place % partitions)
            var next: Int64 = 0
            offsets[TopicPartition(topic: topic, partition: Int32(number))] = (0..<records).map {
                _ in
                defer {
                    next += chance(percent: 10) ? 2 : 1
                    if below(300) == 0 { next += 20_000 }
                }
                return next
            }
        }
        return offsets
    }
}
