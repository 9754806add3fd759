package import CRdKafka

/// librdkafka's cluster within this process, which answers as it is told to. It proves nothing
/// about exactly-once, but what a client makes of an answer.
package struct MockCluster: ~Copyable {
    /// What a broker is asked; raw values are Kafka's API keys.
    package enum Request: Int16 {
        case addOffsetsToTransaction = 25
    }

    private let client: OpaquePointer
    private let cluster: OpaquePointer

    /// One broker, on a free port of the loopback; nil when there is none.
    package init?() {
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, nil, nil, 0) else { return nil }
        guard let cluster = rd_kafka_mock_cluster_new(client, 1) else {
            rd_kafka_destroy(client)
            return nil
        }
        (self.client, self.cluster) = (client, cluster)
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(client)
    }

    /// Where clients find it.
    package var bootstrap: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    /// Has it answer the next requests of a kind with an error.
    package func answer(_ request: Request, with error: rd_kafka_resp_err_t, times: Int) {
        let errors = Array(repeating: error, count: times)
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, times, errors)
    }
}
