internal import CRdKafka
internal import VigilCore

/// How the clients of one worker reach Kafka.
///
/// Every librdkafka property is reachable through the three maps: ``common`` goes to every client,
/// then ``consumer`` or ``producer``; what stands there wins over the baseline, but for the few
/// properties on which exactly-once rests, which are refused
/// (https://github.com/confluentinc/librdkafka/blob/v2.0.2/CONFIGURATION.md).
package struct KafkaConfiguration: Sendable {
    /// Brokers to begin with: `host:port`, separated by commas.
    package var bootstrap: String
    /// The consumer group.
    package var group: String
    /// The slot of this worker in the group: its static member id and the root of its transactional
    /// id. Two running workers must not share it. Nil makes a dynamic member that cannot have
    /// transactions.
    package var instance: String?
    /// The host's name, for `client.id`.
    package var host: String
    /// Properties for every client.
    package var common: [String: String]
    /// Properties for consumers; they win over ``common``.
    package var consumer: [String: String]
    /// Properties for producers; they win over ``common``.
    package var producer: [String: String]

    package init(
        bootstrap: String, group: String, instance: String?, host: String = "localhost",
        common: [String: String] = [:], consumer: [String: String] = [:],
        producer: [String: String] = [:]
    ) {
        self.bootstrap = bootstrap
        self.group = group
        self.instance = instance
        self.host = host
        self.common = common
        self.consumer = consumer
        self.producer = producer
    }

    /// `vigil-<group>-<instance>`: what Kafka fences a replaced worker by.
    package var transactionalID: String? {
        instance.map { "vigil-\(group)-\($0)" }
    }

    /// After how long the broker aborts a transaction by itself (`transaction.timeout.ms`).
    package var transactionTimeout: Duration {
        milliseconds("transaction.timeout.ms", of: .transactionalProducer) ?? .seconds(60)
    }

    /// How long the group waits for a member's next poll (`max.poll.interval.ms`).
    package var pollIntervalMax: Duration {
        milliseconds("max.poll.interval.ms", of: .consumer) ?? .seconds(300)
    }

    private func milliseconds(_ name: String, of role: ClientRole) -> Duration? {
        properties(for: role).last { $0.name == name }
            .flatMap { Int($0.value) }.map { .milliseconds($0) }
    }

    /// Has the consumer fetch about a thousand records ahead instead of 100,000, and at most 16 MiB
    /// instead of 64, unless the operator wrote how much: a record takes some 3 KB more than its
    /// bytes, and a pause throws away what was fetched. While it is full, librdkafka 2.0.2 waits a
    /// second before it fetches again: nothing for a worker, which takes seconds for so many
    /// studies, but much where records are only passed on.
    package mutating func boundReadAhead() {
        let bounds = [
            "queued.min.messages": "1000", "queued.max.messages.kbytes": "16384",
            "max.partition.fetch.bytes": "262144",
        ]
        for (name, bound) in bounds where common[name] == nil && consumer[name] == nil {
            consumer[name] = bound
        }
    }

    /// `vigil-<version>-<host>`, as brokers log it.
    package var clientID: String { "vigil-\(BuildVersion.current.description)-\(host)" }

    /// Says what librdkafka and Vigil think of the properties, without a broker: clients are made
    /// that know of none, since some rules hold between properties, and are let go.
    ///
    /// - Throws: the first property that is unknown, has a bad value or is refused.
    package func validate() throws(KafkaError) {
        try Self.refuseReserved(in: [common, consumer, producer])
        for role in [ClientRole.consumer, .transactionalProducer] where accepts(role) {
            _ = try ClientConfiguration(self, role: role)
            guard !logsIn else { continue }
            let alone = try ClientConfiguration(withoutBrokers, role: role)
            _ = try ClientHandle(
                taking: try alone.makeClient(
                    role == .consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER),
                mainQueue: role == .consumer ? .consumer : .client, wakeUp: nil)
        }
    }

    /// A client that is made asks for a ticket or a token at once.
    private var logsIn: Bool {
        [common, consumer, producer].contains { map in
            ["sasl.mechanism", "sasl.mechanisms"].contains {
                ["GSSAPI", "OAUTHBEARER"].contains(map[$0]?.uppercased())
            }
                || map["security.protocol"]?.lowercased().hasPrefix("sasl") == true
                    && map["sasl.mechanism"] == nil && map["sasl.mechanisms"] == nil
        }
    }

    private var withoutBrokers: KafkaConfiguration {
        var copy = self
        copy.bootstrap = ""
        for name in ["bootstrap.servers", "metadata.broker.list"] {
            copy.common[name] = nil
            copy.consumer[name] = nil
            copy.producer[name] = nil
        }
        return copy
    }

    /// The names of librdkafka's properties, as far as it tells them.
    package static let propertyNames: Set<String> = {
        let conf = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(conf) }
        var count = 0
        guard let dump = rd_kafka_conf_dump(conf, &count) else { return [] }
        defer { rd_kafka_conf_dump_free(dump, count) }
        return Set(
            stride(from: 0, to: count, by: 2).compactMap { dump[$0].map { String(cString: $0) } })
    }()

    private func accepts(_ role: ClientRole) -> Bool {
        role != .transactionalProducer || instance != nil
    }
}

extension KafkaConfiguration {
    /// Properties that no setting may change, and what each is fixed to.
    static let reserved: [String: StaticString] = [
        "enable.auto.commit": "false, since offsets are committed with the transaction",
        "enable.auto.offset.store": "false, since offsets are committed with the transaction",
        "isolation.level": "read_committed, since aborted records must not be read",
        "enable.idempotence": "true, since a retry must not write a record twice",
        "acks": "all, since an acknowledged record must survive a broker",
        "request.required.acks": "all, since an acknowledged record must survive a broker",
        "transactional.id": "vigil-<group>-<instance>; change --group or --instance",
        "log.queue": "true, since logs are taken with the records",
        "enable.partition.eof": "a value by kind of client",
    ]

    /// The largest record that a worker writes, and that the dead-letter topic is made for: an
    /// original of a megabyte, the broker's own limit, with headers of its own and ours.
    package static let deadLetterBytesMax = 8 << 20

    /// What a client needs that reads one record here and there.
    private static let watching = [
        "statistics.interval.ms": "0", "queued.min.messages": "1", "fetch.wait.max.ms": "50",
        "max.partition.fetch.bytes": "65536", "auto.offset.reset": "earliest",
    ]

    /// Whether the group gives partitions of equal number of topics with equally many partitions to
    /// one member: the `range` assignor of clients does.
    package var assignsAlike: Bool {
        let set = properties(for: .consumer).reduce(into: [String: String]()) {
            $0[$1.name] = $1.value
        }
        let isOfClients = set["group.protocol"].map { $0.lowercased() == "classic" } ?? true
        return isOfClients && set["partition.assignment.strategy"] == "range"
    }

    static func refuseReserved(in maps: [[String: String]]) throws(KafkaError) {
        for name in maps.flatMap(\.keys).sorted() {
            guard let value = reserved[name] else { continue }
            throw .property(
                name: SafeText(operatorProvided: name), reason: "Vigil keeps it at \(value)",
                remedy: "Remove the setting kafka.\(SafeText(operatorProvided: name))")
        }
    }

    /// The properties of a client in the order in which they are set: the baseline of the project's
    /// conventions, then what the operator wrote, then what must not change.
    func properties(for role: ClientRole) -> [(name: String, value: String)] {
        var properties = [
            "bootstrap.servers": bootstrap,
            "client.id": clientID,
            "socket.nagle.disable": "true",
            "statistics.interval.ms": "5000",
        ]
        var fixed = ["log.queue": "true"]
        switch role {
        case .consumer, .reader, .surveyor, .watcher:
            properties["group.id"] = group.isEmpty ? "vigil-reader" : group
            properties["auto.offset.reset"] = "earliest"
            properties["partition.assignment.strategy"] = "range"
            properties["allow.auto.create.topics"] = "false"
            if role == .consumer, let instance { properties["group.instance.id"] = instance }
            fixed["enable.auto.commit"] = "false"
            fixed["enable.auto.offset.store"] = "false"
            fixed["isolation.level"] =
                role == .surveyor ? "read_uncommitted" : "read_committed"
            fixed["enable.partition.eof"] = role == .surveyor ? "false" : "true"
            // A partition that is added is found after this time, librdkafka's own is five minutes.
            if role == .consumer { properties["topic.metadata.refresh.interval.ms"] = "2000" }
            properties.merge(common) { $1 }
            properties.merge(consumer) { $1 }
            if role == .watcher { properties.merge(Self.watching) { $1 } }
        case .transactionalProducer, .plainProducer, .admin:
            fixed["enable.idempotence"] = "true"
            fixed["acks"] = "all"
            if role == .transactionalProducer {
                properties["message.max.bytes"] = String(Self.deadLetterBytesMax)
                properties["transaction.timeout.ms"] = "60000"
                // Until the markers of the transaction before are written, which takes a broker
                // some milliseconds, it answers CONCURRENT_TRANSACTIONS; librdkafka's own 100 ms
                // would hold up whoever is urgent.
                properties["retry.backoff.ms"] = "10"
                fixed["transactional.id"] = transactionalID
            }
            properties.merge(common) { $1 }
            if role != .admin { properties.merge(producer) { $1 } }
        }
        let chosen = properties.filter { fixed[$0.key] == nil }
        return (chosen.sorted { $0.key < $1.key } + fixed.sorted { $0.key < $1.key })
            .map { (name: $0.key, value: $0.value) }
    }
}
