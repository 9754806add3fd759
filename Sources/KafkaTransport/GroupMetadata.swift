internal import CRdKafka

/// Owns an `rd_kafka_consumer_group_metadata_t`: group, member and generation (KIP-447).
package struct GroupMetadata: ~Copyable {
    let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        rd_kafka_consumer_group_metadata_destroy(pointer)
    }
}
