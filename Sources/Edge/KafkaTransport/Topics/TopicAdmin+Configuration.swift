internal import CRdKafka
internal import Processes
internal import VigilCore

extension TopicAdmin {
    /// The configuration of topics as brokers have it, their own defaults included. A topic of
    /// which they do not tell, such as for want of rights, is left out. A broker hears a moment
    /// later of a topic that another has just made, so it is asked again for one that it does not
    /// know, until the time is over.
    ///
    /// - Parameter timeout: for all of it.
    package func configurations(
        of topics: [String], timeout: Duration
    ) throws(KafkaError) -> [String: [String: String]] {
        let deadline = Deadline(after: timeout)
        var told: [String: [String: String]] = [:]
        var wanted = topics
        while !wanted.isEmpty {
            let answer = try describe(
                RD_KAFKA_RESOURCE_TOPIC, named: wanted, timeout: deadline.remaining)
            told.merge(answer.told) { $1 }
            guard !answer.unknown.isEmpty, deadline.remaining > Self.pause,
                (try? WakeUp.wait(on: [], timeout: Self.pause)) != nil
            else { break }
            wanted = answer.unknown
        }
        return told
    }

    /// The configuration of a broker as it has it; nil of one that does not tell, such as for want
    /// of rights.
    package func configuration(
        ofBroker number: Int32, timeout: Duration
    ) throws(KafkaError) -> [String: String]? {
        let name = "\(number)"
        return try describe(RD_KAFKA_RESOURCE_BROKER, named: [name], timeout: timeout).told[name]
    }

    /// What a broker tells of things of a kind, and which of them it does not know.
    private func describe(
        _ kind: rd_kafka_ResourceType_t, named names: [String], timeout: Duration
    ) throws(KafkaError) -> (told: [String: [String: String]], unknown: [String]) {
        var requests: [OpaquePointer?] = names.map { rd_kafka_ConfigResource_new(kind, $0) }
        defer { for request in requests { rd_kafka_ConfigResource_destroy(request) } }
        let client = client.pointer
        return try ask(
            RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "describe_configs", isSlow: false, timeout: timeout
        ) {
            rd_kafka_DescribeConfigs(client, &requests, requests.count, $0, $1)
        } read: { event in
            var count = 0
            let resources = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &count)
            var told: [String: [String: String]] = [:]
            var unknown: [String] = []
            for resource in UnsafeBufferPointer(start: resources, count: count) {
                guard let resource, let name = rd_kafka_ConfigResource_name(resource) else {
                    continue
                }
                switch rd_kafka_ConfigResource_error(resource) {
                case RD_KAFKA_RESP_ERR_NO_ERROR:
                    told[String(cString: name)] = Self.entries(of: resource)
                case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: unknown.append(String(cString: name))
                default: continue
                }
            }
            return (told, unknown)
        }
    }

    private static func entries(of resource: OpaquePointer) -> [String: String] {
        var count = 0
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        var values: [String: String] = [:]
        for index in 0..<count {
            guard let entry = entries?[index], let name = rd_kafka_ConfigEntry_name(entry),
                let value = rd_kafka_ConfigEntry_value(entry)
            else { continue }
            values[String(cString: name)] = String(cString: value)
        }
        return values
    }
}
