internal import CRdKafka
internal import VigilCore

extension TopicAdmin {
    /// The configuration of topics as brokers have it, their own defaults included. A topic of
    /// which they do not tell, such as for want of rights, is left out.
    package func configurations(
        of topics: [String], timeout: Duration
    ) throws(KafkaError) -> [String: [String: String]] {
        if topics.isEmpty { return [:] }
        var requests: [OpaquePointer?] = topics.map {
            rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0)
        }
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
            for index in 0..<count {
                guard let resource = resources?[index],
                    rd_kafka_ConfigResource_error(resource) == RD_KAFKA_RESP_ERR_NO_ERROR,
                    let name = rd_kafka_ConfigResource_name(resource)
                else { continue }
                told[String(cString: name)] = Self.entries(of: resource)
            }
            return told
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
