internal import CRdKafka
package import VigilCore

extension InboundRecord {
    /// The most headers that are taken over from one record; the rest is left out.
    ///
    /// A broker bounds a record by its bytes only, so a million empty headers can arrive.
    package static let headersMaximum = 1024

    /// Copies a message that librdkafka owns.
    init(copying message: UnsafePointer<rd_kafka_message_t>) {
        let raw = message.pointee
        let topic = raw.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        let (timestamp, isByBroker) = Self.timestamp(of: message)
        self.init(
            position: RecordPosition(
                topic: topic, partition: raw.partition, offset: raw.offset),
            key: Self.bytes(raw.key, raw.key_len), value: Self.bytes(raw.payload, raw.len),
            headers: Self.headers(of: message), timestamp: timestamp, isStampedByBroker: isByBroker)
    }

    /// A null pointer is a null value: librdkafka gives empty ones an address.
    private static func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    private static func timestamp(
        of message: UnsafePointer<rd_kafka_message_t>
    ) -> (Timestamp?, isByBroker: Bool) {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let milliseconds = rd_kafka_message_timestamp(message, &type)
        if type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || milliseconds < 0 { return (nil, false) }
        return (Timestamp(milliseconds: milliseconds), type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME)
    }

    private static func headers(of message: UnsafePointer<rd_kafka_message_t>) -> [RecordHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list
        else {
            return []
        }
        var headers: [RecordHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while headers.count < headersMaximum,
            rd_kafka_header_get_all(list, headers.count, &name, &value, &size)
                == RD_KAFKA_RESP_ERR_NO_ERROR,
            let name
        {
            let bytes = value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) }
            headers.append(RecordHeader(String(cString: name), bytes))
        }
        return headers
    }
}
