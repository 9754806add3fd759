internal import CRdKafka
internal import Synchronization
internal import VigilCore

/// Counts what became of a producer's records, and passes its logs and statistics on.
final class DeliveryReports: Sendable {
    /// How records fared since the last ``reset()``.
    struct Tally: Sendable {
        var accepted = 0
        var delivered = 0
        var failed = 0
        var firstFailure: KafkaError?
    }

    private let role: ClientRole
    private let principal: SafeText
    private let sink: any KafkaLogSink
    private let state = Mutex(Tally())
    /// A fatal error that the client raised by itself.
    private let fatal = Mutex<KafkaError?>(nil)
    /// The newest refusal of the identity.
    private let refused = Mutex<KafkaError?>(nil)

    /// Why a broker could not be spoken to the last time.
    private let connection = Mutex<ConnectionTrouble?>(nil)

    init(role: ClientRole, principal: SafeText, sink: any KafkaLogSink) {
        self.role = role
        self.principal = principal
        self.sink = sink
    }

    var tally: Tally { state.withLock { $0 } }
    var fatalError: KafkaError? { fatal.withLock { $0 } }
    var trouble: ConnectionTrouble? { connection.withLock { $0 } }
    var refusal: KafkaError? { refused.withLock { $0 } }

    func reset() { state.withLock { $0 = Tally() } }
    func expectOne() { state.withLock { $0.accepted += 1 } }

    /// Sets the callbacks. The object has to live as long as the client.
    func register(in conf: OpaquePointer?) {
        rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set_dr_msg_cb(conf) { _, message, opaque in
            guard let message, let reports = DeliveryReports.from(opaque) else { return }
            reports.count(message.pointee)
        }
        rd_kafka_conf_set_error_cb(conf) { client, code, text, opaque in
            guard let reports = DeliveryReports.from(opaque), let client else { return }
            reports.note(rd_kafka_resp_err_t(code), text, of: client)
        }
        rd_kafka_conf_set_stats_cb(conf) { _, json, count, opaque in
            guard let json, let reports = DeliveryReports.from(opaque) else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: json, count: count)
            reports.sink.kafkaStatistics(
                KafkaStatistics(client: reports.role, json: Array(bytes)))
            return 0  // librdkafka frees the text.
        }
        rd_kafka_conf_set_log_cb(conf) { client, severity, facility, text in
            guard let client, let text, let reports = DeliveryReports.from(rd_kafka_opaque(client))
            else { return }
            reports.sink.kafkaLog(
                KafkaLogLine(
                    client: reports.role, severity: severity,
                    facility: SafeText(fixedMessage: facility.map { String(cString: $0) } ?? ""),
                    message: SafeText(fixedMessage: String(cString: text))))
        }
    }

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> DeliveryReports? {
        opaque.map { Unmanaged<DeliveryReports>.fromOpaque($0).takeUnretainedValue() }
    }

    private func count(_ message: rd_kafka_message_t) {
        let code = message.err
        let topic = message.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        state.withLock { tally in
            if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                tally.delivered += 1
                return
            }
            tally.failed += 1
            if tally.firstFailure == nil {
                tally.firstFailure = KafkaError(code, operation: "delivery")
                    .about(KafkaSubject(.topic, topic, .write, as: principal))
            }
        }
    }

    /// Keeps a fatal error; the passing ones are librdkafka's to mend and stand in its log.
    private func note(
        _ code: rd_kafka_resp_err_t, _ text: UnsafePointer<CChar>?, of client: OpaquePointer
    ) {
        let message = text.map { String(cString: $0) } ?? ""
        if code == RD_KAFKA_RESP_ERR__FATAL {
            var buffer = [CChar](repeating: 0, count: 512)
            let cause = rd_kafka_fatal_error(client, &buffer, buffer.count)
            let fault = KafkaFault(operation: "producer", code: cause, message: message)
            fatal.withLock { if $0 == nil { $0 = KafkaError.ofLimits(fault) ?? .fatal(fault) } }
            return
        }
        if let trouble = ConnectionTrouble(message) { connection.withLock { $0 = trouble } }
        let fault = KafkaFault(operation: "connect", code: code, message: message)
        if let error = KafkaError.byCode(fault), error.isNotPermitted {
            refused.withLock { $0 = error }
        }
        sink.kafkaLog(
            KafkaLogLine(
                client: role, severity: 4, facility: "ERROR",
                message: SafeText(fixedMessage: message)))
    }
}
