/// Properties that are handed to librdkafka as they are. What they mean is the library's to check.
package struct KafkaProperties: Sendable, Hashable {
    /// One property and where it came from.
    package struct Property: Sendable, Hashable {
        /// The library's own name, such as `session.timeout.ms`.
        package let name: String
        package let value: String
        package let source: SettingSource
    }

    /// Which clients a property is for.
    package enum Scope: String, Sendable, Hashable, CaseIterable {
        /// `kafka.NAME`: consumer, producer and admin client.
        case common = "kafka."
        /// `kafka.consumer.NAME`
        case consumer = "kafka.consumer."
        /// `kafka.producer.NAME`
        case producer = "kafka.producer."
    }

    private var byScope: [Scope: [String: Property]] = [:]

    /// The properties of one scope, by name.
    package func properties(_ scope: Scope) -> [Property] {
        (byScope[scope] ?? [:]).values.sorted { $0.name < $1.name }
    }

    /// What a client gets: the common properties, and over them its own.
    package func effective(for scope: Scope) -> [String: String] {
        let common = (byScope[.common] ?? [:]).mapValues(\.value)
        guard scope != .common else { return common }
        return common.merging((byScope[scope] ?? [:]).mapValues(\.value)) { $1 }
    }

    mutating func set(_ property: Property, in scope: Scope) {
        byScope[scope, default: [:]][property.name] = property
    }

    /// The scope and the name within it, or nil when this is no `kafka.…` key or an impossible
    /// name.
    static func split(_ key: String) -> (scope: Scope, name: String)? {
        let scopes: [Scope] = [.consumer, .producer, .common]
        guard let scope = scopes.first(where: { key.hasPrefix($0.rawValue) }) else { return nil }
        let name = key.dropFirst(scope.rawValue.count)
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789._-".utf8)
        guard !name.isEmpty, name.utf8.count <= 128, name.utf8.allSatisfy(allowed.contains) else {
            return nil
        }
        return (scope, String(name))
    }

    /// Whether a property's value is hidden: passwords, private keys, tokens and their settings,
    /// but not the names of files that hold them.
    static func isSecret(_ name: String) -> Bool {
        let marks = [
            "password", "passphrase", "secret", "token", "key.pem", "oauthbearer.config", "jaas",
            "credential",
        ]
        return marks.contains(where: name.contains) && !name.hasSuffix(".file")
    }
}
