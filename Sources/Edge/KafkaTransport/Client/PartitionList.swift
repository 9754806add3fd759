internal import CRdKafka
internal import Glibc
internal import VigilCore

/// Owns an `rd_kafka_topic_partition_list_t`.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// An entry of a list, copied out.
    struct Entry {
        let partition: TopicPartition
        let offset: Int64
        let metadata: String
        let error: rd_kafka_resp_err_t
    }

    init() {
        pointer = rd_kafka_topic_partition_list_new(8)
    }

    /// Takes ownership of a list that librdkafka made.
    init(taking pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        self.pointer = pointer
    }

    init(_ partitions: some Sequence<TopicPartition>) {
        self.init()
        for partition in partitions { add(partition) }
    }

    deinit {
        rd_kafka_topic_partition_list_destroy(pointer)
    }

    /// Adds a partition; a metadata string is copied into memory that the list frees.
    func add(_ partition: TopicPartition, offset: Int64? = nil, metadata: String? = nil) {
        guard
            let entry = rd_kafka_topic_partition_list_add(
                pointer, partition.topic, partition.partition)
        else { return }
        entry.pointee.offset = offset ?? Int64(RD_KAFKA_OFFSET_STORED)
        if let metadata, !metadata.isEmpty, let copy = strdup(metadata) {
            entry.pointee.metadata = UnsafeMutableRawPointer(copy)
            entry.pointee.metadata_size = strlen(copy)
        }
    }

    var entries: [Entry] { Self.entries(of: pointer) }

    /// Copies the entries of a list that someone else owns.
    static func entries(
        of pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) -> [Entry] {
        guard let list = pointer?.pointee, let elements = list.elems else { return [] }
        return (0..<max(0, Int(list.cnt))).map { index in
            let element = elements[index]
            let metadata = UnsafeRawBufferPointer(
                start: element.metadata,
                count: element.metadata == nil ? 0 : element.metadata_size)
            return Entry(
                partition: TopicPartition(
                    topic: element.topic.map { String(cString: $0) } ?? "",
                    partition: element.partition),
                offset: element.offset, metadata: String(decoding: metadata, as: UTF8.self),
                error: element.err)
        }
    }
}
