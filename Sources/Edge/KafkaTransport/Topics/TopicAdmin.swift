internal import CRdKafka
internal import Glibc
internal import Processes
internal import VigilCore

/// Creates, describes and deletes topics. Every call blocks; one owner, one thread.
package struct TopicAdmin: ~Copyable {
    let client: ClientHandle
    private let reports: DeliveryReports

    /// Makes the client; nothing waits for the broker here.
    package init(
        configuration: KafkaConfiguration, logSink: any KafkaLogSink = SilentLogSink()
    ) throws(KafkaError) {
        let reports = DeliveryReports(
            role: .admin, principal: configuration.principal, sink: logSink)
        let conf = try ClientConfiguration(configuration, role: .admin)
        conf.withPointer { reports.register(in: $0) }
        client = try ClientHandle(
            taking: try conf.makeClient(RD_KAFKA_PRODUCER), mainQueue: .client, wakeUp: nil,
            keepAlive: [reports])
        self.reports = reports
    }

    /// What the client has learned of the brokers goes with an error; that they refuse the identity
    /// goes before it.
    private func told(_ error: KafkaError) -> KafkaError {
        rd_kafka_poll(client.pointer, 0)
        if error.isRetriable, let refusal = reports.refusal { return refusal }
        return error.after(reports.trouble)
    }

    /// Creates topics; those that exist are left as they are. Waits for some seconds at most until
    /// the broker tells of those that it made, or what is asked next would miss them.
    ///
    /// - Returns: what became of each, by name.
    /// - Throws: when the request as a whole failed, such as when no broker answers.
    package func createTopics(
        _ topics: [TopicSpecification], timeout: Duration
    ) throws(KafkaError) -> [String: TopicOutcome] {
        if topics.isEmpty { return [:] }
        var requests: [OpaquePointer?] = []
        defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
        for topic in topics { requests.append(try Self.request(topic)) }
        let client = client.pointer
        let outcomes = try run(
            RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout: timeout, success: .created
        ) {
            rd_kafka_CreateTopics(client, &requests, requests.count, $0, $1)
        } results: {
            rd_kafka_CreateTopics_result_topics($0, $1)
        }
        let made = outcomes.filter { $0.value == .created }.keys
        // They are made, whatever is told of them.
        _ = try? survey(knowing: Array(made), within: min(timeout, Self.hearing))
        return outcomes
    }

    /// Deletes topics with all that they hold.
    package func deleteTopics(
        _ names: [String], timeout: Duration
    ) throws(KafkaError) -> [String: TopicOutcome] {
        if names.isEmpty { return [:] }
        var requests: [OpaquePointer?] = names.map { rd_kafka_DeleteTopic_new($0) }
        defer { for request in requests { rd_kafka_DeleteTopic_destroy(request) } }
        let client = client.pointer
        return try run(RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout: timeout, success: .deleted) {
            rd_kafka_DeleteTopics(client, &requests, requests.count, $0, $1)
        } results: {
            rd_kafka_DeleteTopics_result_topics($0, $1)
        }
    }

    /// The brokers, and every topic that this identity may see.
    package func survey(timeout: Duration) throws(KafkaError) -> ClusterSurvey {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(client.pointer, 1, nil, &metadata, timeout.milliseconds)
        rd_kafka_poll(client.pointer, 0)
        do throws(KafkaError) {
            try KafkaError.check(code, operation: "metadata")
        } catch {
            throw told(error)
        }
        guard let metadata else { return ClusterSurvey(numbers: [], topics: [:]) }
        defer { rd_kafka_metadata_destroy(metadata) }
        return ClusterSurvey(metadata.pointee)
    }

    /// The same, asked for again until it tells of topics: a broker hears a moment later of one
    /// that another, or the controller, has made. Blocks.
    ///
    /// - Returns: the last survey, whether or not it tells of all.
    package func survey(
        knowing topics: [String], within patience: Duration = TopicAdmin.hearing
    ) throws(KafkaError) -> ClusterSurvey {
        let deadline = Deadline(after: patience)
        while true {
            let survey = try survey(timeout: max(deadline.remaining, .seconds(1)))
            guard topics.contains(where: { survey.topics[$0] == nil }),
                deadline.remaining > Self.pause,
                (try? WakeUp.wait(on: [], timeout: Self.pause)) != nil
            else { return survey }
        }
    }

    /// After so long every broker has heard of a topic.
    package static let hearing = Duration.seconds(8)
    /// Between two questions for the same.
    static let pause = Duration.milliseconds(100)

    /// The number of partitions of every topic that this identity may see.
    package func describe(timeout: Duration) throws(KafkaError) -> [String: Int] {
        try survey(timeout: timeout).topics.mapValues(\.partitions)
    }
}

extension TopicAdmin {
    private static func request(_ topic: TopicSpecification) throws(KafkaError) -> OpaquePointer {
        var buffer = [CChar](repeating: 0, count: 256)
        let made = rd_kafka_NewTopic_new(
            topic.name, topic.partitions, topic.replication.map { Int32($0) } ?? -1, &buffer,
            buffer.count)
        guard let made else {
            let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let reason = SafeText(fixedMessage: String(decoding: bytes, as: UTF8.self))
            let name = SafeText(operatorProvided: topic.name)
            throw .configuration(reason: "topic \(name): \(reason)")
        }
        for (name, value) in topic.config.sorted(by: { $0.key < $1.key }) {
            let code = rd_kafka_NewTopic_set_config(made, name, value)
            if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                rd_kafka_NewTopic_destroy(made)
                throw KafkaError(code, operation: "topic configuration")
            }
        }
        return made
    }

    /// Sends one request and waits for its answer on a queue of its own.
    private func run(
        _ operation: rd_kafka_admin_op_t, timeout: Duration, success: TopicOutcome,
        _ send: (OpaquePointer?, OpaquePointer?) -> Void,
        results: (OpaquePointer, UnsafeMutablePointer<Int>) ->
            UnsafeMutablePointer<OpaquePointer?>?
    ) throws(KafkaError) -> [String: TopicOutcome] {
        let name: SafeText =
            operation == RD_KAFKA_ADMIN_OP_CREATETOPICS ? "create_topics" : "delete_topics"
        return try ask(operation, name, isSlow: true, timeout: timeout, send) { event in
            var count = 0
            let outcomes = results(event, &count)
            var byName: [String: TopicOutcome] = [:]
            for index in 0..<count {
                guard let outcome = outcomes?[index] else { continue }
                let topic = String(cString: rd_kafka_topic_result_name(outcome))
                byName[topic] = Self.outcome(outcome, success: success, operation: name)
            }
            return byName
        }
    }

    /// Sends one request and hands its answer on, which is gone afterwards.
    ///
    /// - Parameter isSlow: whether the controller answers when the work is done, and not when the
    ///   request has come in.
    func ask<Answer>(
        _ operation: rd_kafka_admin_op_t, _ name: SafeText, isSlow: Bool, timeout: Duration,
        _ send: (OpaquePointer?, OpaquePointer?) -> Void,
        read: (OpaquePointer) -> Answer
    ) throws(KafkaError) -> Answer {
        guard let options = rd_kafka_AdminOptions_new(client.pointer, operation),
            let queue = rd_kafka_queue_new(client.pointer)
        else { throw .misuse(reason: "no admin request can be made") }
        let answers = QueueHandle(taking: queue)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var buffer = [CChar](repeating: 0, count: 256)
        try KafkaError.check(
            rd_kafka_AdminOptions_set_request_timeout(
                options, max(1, timeout.milliseconds), &buffer, buffer.count),
            operation: name)
        if isSlow {
            try KafkaError.check(
                rd_kafka_AdminOptions_set_operation_timeout(
                    options, max(1, timeout.milliseconds), &buffer, buffer.count),
                operation: name)
        }
        send(options, answers.queue.pointer)
        // librdkafka answers by itself when the request timed out; the second is for that.
        guard let event = answers.queue.next(within: timeout + .seconds(1)) else {
            throw told(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, operation: name))
        }
        rd_kafka_poll(client.pointer, 0)
        if event.error != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw told(KafkaError(event.error, operation: name, message: event.errorText))
        }
        return read(event.pointer)
    }

    private static func outcome(
        _ result: OpaquePointer, success: TopicOutcome, operation: SafeText
    ) -> TopicOutcome {
        let code = rd_kafka_topic_result_error(result)
        switch code {
        case RD_KAFKA_RESP_ERR_NO_ERROR: return success
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: return .alreadyExists
        default:
            let text = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
            return .failed(KafkaError(code, operation: operation, message: text))
        }
    }
}
