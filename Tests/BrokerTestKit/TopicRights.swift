internal import CRdKafka

/// What a user of Apache Kafka may do with a topic. Where a topic has no access list, all may.
package enum TopicRights {
    /// Something that can be allowed.
    package enum Operation: Sendable {
        case describe
        case write
    }

    /// Lets a user do one thing with a topic, which takes all else from all but superusers; the
    /// broker knows of it a moment later.
    ///
    /// - Parameter broker: where the tests log in as a superuser.
    package static func allow(
        _ user: String, _ operation: Operation, topic: String, on broker: TestBroker
    ) throws {
        let client = try client(of: broker)
        defer { rd_kafka_destroy(client) }
        let right =
            switch operation {
            case .describe: RD_KAFKA_ACL_OPERATION_DESCRIBE
            case .write: RD_KAFKA_ACL_OPERATION_WRITE
            }
        var text = [CChar](repeating: 0, count: 256)
        var bindings = [
            rd_kafka_AclBinding_new(
                RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:\(user)",
                "*", right, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, &text, text.count)
        ]
        defer { for binding in bindings { rd_kafka_AclBinding_destroy(binding) } }
        let answers = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(answers) }
        rd_kafka_CreateAcls(client, &bindings, bindings.count, nil, answers)
        guard let event = rd_kafka_queue_poll(answers, 30_000) else {
            throw TestBroker.Failure(description: "no answer about access lists within 30 s")
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_CreateAcls_result_acls(
            rd_kafka_event_CreateAcls_result(event), &count)
        guard count == 1, rd_kafka_acl_result_error(results?[0]) == nil else {
            throw TestBroker.Failure(description: "the access list was refused")
        }
    }

    /// Asks a broker for something, and waits for any answer without an error.
    static func ask(
        _ broker: TestBroker, _ send: (OpaquePointer, OpaquePointer?) -> Void
    ) throws {
        let client = try client(of: broker)
        defer { rd_kafka_destroy(client) }
        let answers = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(answers) }
        send(client, answers)
        guard let event = rd_kafka_queue_poll(answers, 30_000) else {
            throw TestBroker.Failure(description: "no answer within 30 s")
        }
        defer { rd_kafka_event_destroy(event) }
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw TestBroker.Failure(description: "the broker refused")
        }
    }

    private static func client(of broker: TestBroker) throws -> OpaquePointer {
        let configuration = rd_kafka_conf_new()
        var text = [CChar](repeating: 0, count: 512)
        let properties = broker.security.merging(["bootstrap.servers": broker.bootstrap]) { $1 }
        for (name, value) in properties {
            let result = rd_kafka_conf_set(configuration, name, value, &text, text.count)
            guard result == RD_KAFKA_CONF_OK else {
                throw TestBroker.Failure(description: "\(name) is not taken")
            }
        }
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &text, text.count)
        else { throw TestBroker.Failure(description: "no client for access lists") }
        return client
    }
}
