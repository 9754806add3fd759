internal import CRdKafka
internal import Processes
internal import Synchronization
internal import VigilCore

/// What both producers share: the client, its queue of outgoing records and its delivery reports.
///
/// Delivery reports, logs and statistics come as callbacks that librdkafka makes inside of calls on
/// the caller's thread, since its own flush, commit and abort serve them that way and no other.
struct ProducerCore: ~Copyable {
    let client: ClientHandle
    private let wakeUp: WakeUp
    let reports: DeliveryReports
    let configuration: KafkaConfiguration

    init(
        configuration: KafkaConfiguration, role: ClientRole, wakeUp: WakeUp,
        logSink: any KafkaLogSink
    ) throws(KafkaError) {
        let reports = DeliveryReports(
            role: role, principal: configuration.principal, sink: logSink)
        let conf = try ClientConfiguration(configuration, role: role)
        conf.withPointer { reports.register(in: $0) }
        client = try ClientHandle(
            taking: try conf.makeClient(RD_KAFKA_PRODUCER), mainQueue: .client, wakeUp: wakeUp,
            keepAlive: [reports])
        self.wakeUp = wakeUp
        self.reports = reports
        self.configuration = configuration
    }

    /// Serves delivery reports, logs and statistics, without waiting.
    func poll() {
        while rd_kafka_poll(client.pointer, 0) > 0 {}
    }

    /// Records that are not delivered yet.
    var outstanding: Int { Int(rd_kafka_outq_len(client.pointer)) }

    /// Copies a record into the queue; waits while that is full, so that nothing is dropped.
    func enqueue(
        _ record: OutboundRecord, partition: Int32?, timestamp: Timestamp?, within bound: Duration
    ) throws(KafkaError) {
        let deadline = Deadline(after: bound)
        while true {
            do throws(KafkaError) {
                return try enqueueOnce(record, partition: partition, timestamp: timestamp)
            } catch {
                guard error.fault?.code == RD_KAFKA_RESP_ERR__QUEUE_FULL, !deadline.isOver else {
                    throw error.about(configuration.subject(topic: record.topic, .write))
                }
                try pause(atMost: min(deadline.remaining, .milliseconds(100)))
            }
        }
    }

    /// Serves the client until it has news or the time is over; no sleep, since a delivery wakes
    /// it.
    func pause(atMost duration: Duration) throws(KafkaError) {
        // The wake-up may be shared: what is drained here is signalled again for the others.
        wakeUp.drain()
        poll()
        _ = try WakeUp.waitForClient(on: [wakeUp.fileDescriptor], timeout: duration)
        poll()
        wakeUp.signal()
    }

    /// Calls again while the error is retriable, until the time is over; then throws it.
    ///
    /// - Parameter body: gets what is left of the time.
    func retrying(
        within bound: Duration, _ body: (Duration) throws(KafkaError) -> Void
    ) throws(KafkaError) {
        let deadline = Deadline(after: bound)
        while true {
            do throws(KafkaError) {
                return try body(deadline.remaining)
            } catch {
                guard error.isRetriable, !deadline.isOver else { throw error }
                try pause(atMost: min(deadline.remaining, KafkaError.retryPause))
            }
        }
    }
}

extension ProducerCore {
    private func enqueueOnce(
        _ record: OutboundRecord, partition: Int32?, timestamp: Timestamp?
    ) throws(KafkaError) {
        let headers = HeaderList(record.headers)
        let failure = record.topic.withCString { topic in
            withBytes(of: record.key) { key in
                withBytes(of: record.value) { value in
                    var arguments = [
                        rd_kafka_vu_t(RD_KAFKA_VTYPE_TOPIC) { $0.cstr = topic },
                        rd_kafka_vu_t(RD_KAFKA_VTYPE_MSGFLAGS) { $0.i = RD_KAFKA_MSG_F_COPY },
                        rd_kafka_vu_t(RD_KAFKA_VTYPE_KEY) {
                            $0.mem.ptr = key?.address
                            $0.mem.size = key?.count ?? 0
                        },
                        rd_kafka_vu_t(RD_KAFKA_VTYPE_VALUE) {
                            $0.mem.ptr = value?.address
                            $0.mem.size = value?.count ?? 0
                        },
                        rd_kafka_vu_t(RD_KAFKA_VTYPE_PARTITION) {
                            $0.i32 = partition ?? record.partition ?? Int32(RD_KAFKA_PARTITION_UA)
                        },
                        rd_kafka_vu_t(RD_KAFKA_VTYPE_TIMESTAMP) {
                            $0.i64 = timestamp?.milliseconds ?? 0
                        },
                    ]
                    // A list, not single headers: 2.0.2 frees those twice when the partition is
                    // unknown (issue 4627).
                    if let list = headers.pointer {
                        arguments.append(
                            rd_kafka_vu_t(RD_KAFKA_VTYPE_HEADERS) { $0.headers = list })
                    }
                    return rd_kafka_produceva(client.pointer, arguments, arguments.count)
                }
            }
        }
        try KafkaError.check(failure, operation: "produce")
        headers.giveUp()
        reports.expectOne()
    }

    /// Lends bytes; an empty array has an address too, since a null one would be a null key or
    /// value.
    private func withBytes(
        of bytes: [UInt8]?,
        _ body: ((address: UnsafeMutableRawPointer, count: Int)?) -> OpaquePointer?
    ) -> OpaquePointer? {
        guard let bytes else { return body(nil) }
        return bytes.withUnsafeBytes { buffer in
            if let address = buffer.baseAddress, !buffer.isEmpty {
                return body((UnsafeMutableRawPointer(mutating: address), buffer.count))
            }
            var nothing: UInt8 = 0
            return withUnsafeMutableBytes(of: &nothing) { empty in
                body(empty.baseAddress.map { ($0, 0) })
            }
        }
    }
}

extension rd_kafka_vu_t {
    /// An argument of `rd_kafka_produceva`.
    fileprivate init(
        _ type: rd_kafka_vtype_t, _ fill: (inout rd_kafka_vu_t.__Unnamed_union_u) -> Void
    ) {
        self.init()
        vtype = type
        fill(&u)
    }
}

/// Owns an `rd_kafka_headers_t` until a message takes it over, which happens on success only.
private struct HeaderList: ~Copyable {
    private(set) var pointer: OpaquePointer?

    init(_ headers: [RecordHeader]) {
        if headers.isEmpty { return }
        pointer = rd_kafka_headers_new(headers.count)
        for header in headers {
            if let value = header.value {
                // An empty value needs an address, or it would be a null one.
                var nothing: UInt8 = 0
                value.withUnsafeBytes { bytes in
                    withUnsafeBytes(of: &nothing) { empty in
                        _ = rd_kafka_header_add(
                            pointer, header.name, -1,
                            bytes.isEmpty ? empty.baseAddress : bytes.baseAddress, bytes.count)
                    }
                }
            } else {
                _ = rd_kafka_header_add(pointer, header.name, -1, nil, 0)
            }
        }
    }

    /// The message owns the headers now.
    consuming func giveUp() {
        pointer = nil
    }

    deinit {
        if let pointer { rd_kafka_headers_destroy(pointer) }
    }
}
