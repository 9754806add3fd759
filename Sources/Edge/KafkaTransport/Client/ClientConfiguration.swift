internal import CRdKafka
internal import VigilCore

/// Owns an `rd_kafka_conf_t` until a client takes it over.
struct ClientConfiguration: ~Copyable {
    private var pointer: OpaquePointer?
    private var hasTokenFile = false
    private static let textCapacity = 512

    /// Sets every property.
    ///
    /// - Throws: ``KafkaError/property(name:reason:remedy:)`` with librdkafka's reason.
    init(_ configuration: KafkaConfiguration, role: ClientRole) throws(KafkaError) {
        try KafkaConfiguration.refuseReserved(
            in: [configuration.common, configuration.consumer, configuration.producer])
        try LibraryCapabilities.loaded.check(configuration)
        let properties = configuration.properties(for: role)
        try KafkaConfiguration.refuseUnspokenPlaintext(properties)
        if role == .transactionalProducer, configuration.instance?.isEmpty != false {
            throw .configuration(reason: "a transactional producer needs an instance name")
        }
        pointer = rd_kafka_conf_new()
        for (name, value) in properties {
            if name == TokenFile.property {
                TokenFile.register(in: pointer)
                hasTokenFile = true
                // What the callback is handed.
                try set("sasl.oauthbearer.config", value)
            } else {
                try set(name, value)
            }
        }
    }

    deinit {
        if let pointer { rd_kafka_conf_destroy(pointer) }
    }

    private func set(_ name: String, _ value: String) throws(KafkaError) {
        var buffer = [CChar](repeating: 0, count: Self.textCapacity)
        let result = rd_kafka_conf_set(pointer, name, value, &buffer, buffer.count)
        if result == RD_KAFKA_CONF_OK { return }
        let isSecret = Self.secretParts.contains { name.contains($0) }
        throw .property(
            name: SafeText(operatorProvided: name),
            reason: isSecret
                ? "its value is not accepted" : SafeText(operatorProvided: Self.text(of: buffer)),
            remedy: result == RD_KAFKA_CONF_UNKNOWN
                ? """
                Look its name up in the CONFIGURATION.md of librdkafka \
                \(LibraryCapabilities.loaded)
                """
                : """
                Look its values up in the CONFIGURATION.md of librdkafka \
                \(LibraryCapabilities.loaded)
                """
        )
    }

    /// Parts of the names of properties whose values must not show.
    private static let secretParts = ["password", "secret", "pem", "key", "token", "oauthbearer"]

    /// Lets callbacks be set; the pointer must not be kept.
    func withPointer(_ body: (OpaquePointer?) -> Void) {
        body(pointer)
    }

    /// Makes the client, which takes the configuration over.
    consuming func makeClient(_ type: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
        var buffer = [CChar](repeating: 0, count: Self.textCapacity)
        guard let client = rd_kafka_new(type, pointer, &buffer, buffer.count) else {
            throw .configuration(reason: SafeText(operatorProvided: Self.text(of: buffer)))
        }
        pointer = nil
        guard hasTokenFile else { return client }
        do throws(KafkaError) {
            try TokenFile.start(client)
            return client
        } catch {
            rd_kafka_destroy(client)
            throw error
        }
    }

    /// A property as librdkafka has it; empty when it has none of that name, or a longer value.
    static func value(of name: String, in conf: OpaquePointer?) -> String {
        var buffer = [CChar](repeating: 0, count: textCapacity)
        var size = buffer.count
        let result = rd_kafka_conf_get(conf, name, &buffer, &size)
        return result == RD_KAFKA_CONF_OK ? text(of: buffer) : ""
    }

    private static func text(of buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
