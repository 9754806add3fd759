internal import CRdKafka
internal import VigilCore

/// Owns an `rd_kafka_consumer_group_metadata_t`: group, member and generation (KIP-447). It is a
/// copy of its own that nobody changes, so any thread may use it.
package struct GroupMetadata: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// Stands for a group without members, whose offsets a tool commits.
    package init(ofEmptyGroup name: String) throws(KafkaError) {
        guard let pointer = rd_kafka_consumer_group_metadata_new(name) else {
            throw .misuse(reason: "the group has no name")
        }
        self.pointer = pointer
    }

    deinit {
        rd_kafka_consumer_group_metadata_destroy(pointer)
    }
}
