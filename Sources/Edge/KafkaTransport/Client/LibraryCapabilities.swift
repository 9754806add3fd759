internal import CRdKafka
package import VigilCore

/// What the librdkafka that was loaded at run time can do; it may be newer than the one built
/// against.
package struct LibraryCapabilities: Sendable, Hashable, SafeToLog {
    /// `0xMMmmrrpp` of `rd_kafka_version()`: major, minor, revision, pre-release (0xff is a
    /// release).
    package let number: UInt32

    /// Whether it asks an OpenID provider for tokens, which it needs libcurl for.
    package let asksProviders: Bool

    /// The library that this process has loaded.
    package static let loaded = LibraryCapabilities(
        number: UInt32(truncatingIfNeeded: rd_kafka_version()), asksProviders: canAskProviders)

    /// A library with this `rd_kafka_version()`.
    package init(number: UInt32, asksProviders: Bool = false) {
        self.number = number
        self.asksProviders = asksProviders
    }

    private static var canAskProviders: Bool {
        let conf = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(conf) }
        let features = ClientConfiguration.value(of: "builtin.features", in: conf)
        return features.split(separator: ",").contains("oidc")
    }

    /// Such as `2.0.2`.
    package var safeText: String {
        "\(number >> 24).\(number >> 16 & 0xff).\(number >> 8 & 0xff)"
    }

    private func isOlder(than major: UInt32, _ minor: UInt32, _ revision: UInt32) -> Bool {
        number >> 8 < major << 16 | minor << 8 | revision
    }

    /// Refuses what is configured and cannot work with this library.
    ///
    /// - Throws: ``KafkaError/property(name:reason:remedy:)`` for SCRAM before 2.6.1, which Kafka 4
    ///   answers with a failed login whatever the password, and for tokens of an OpenID provider
    ///   when the library was made without libcurl, as Debian's is.
    package func check(_ configuration: KafkaConfiguration) throws(KafkaError) {
        for map in [configuration.common, configuration.consumer, configuration.producer] {
            if map["sasl.oauthbearer.method"] == "oidc", !asksProviders {
                throw .property(
                    name: "sasl.oauthbearer.method",
                    reason: "this librdkafka was made without libcurl, and asks no provider",
                    remedy: """
                        Load one with it, or have something write tokens to a file and name it in \
                        kafka.sasl.oauthbearer.token.file
                        """)
            }
            for name in ["sasl.mechanism", "sasl.mechanisms"] {
                guard let mechanism = map[name], mechanism.uppercased().hasPrefix("SCRAM"),
                    isOlder(than: 2, 6, 1)
                else { continue }
                throw .property(
                    name: SafeText(operatorProvided: name),
                    reason: "librdkafka \(self) cannot log in to Kafka 4 with SCRAM",
                    remedy: "Load librdkafka 2.6.1 or newer, or use PLAIN over TLS")
            }
        }
    }

    /// What is configured but does not work, or not well, with this library, each with its remedy.
    package func warnings(for configuration: KafkaConfiguration) -> [SafeText] {
        let maps = [configuration.common, configuration.consumer, configuration.producer]
        func values(_ names: String...) -> [String] {
            names.flatMap { name in maps.compactMap { $0[name] } }
        }
        var warnings: [SafeText] = []
        let mechanisms = values("sasl.mechanism", "sasl.mechanisms").map { $0.uppercased() }
        if mechanisms.contains("GSSAPI"), isOlder(than: 2, 11, 0) {
            warnings.append(
                """
                librdkafka \(self) cannot join a group of Kafka 4.0.0 with Kerberos (librdkafka \
                issue 4948); load 2.11.0 or newer, or use brokers of 4.0.1 or newer
                """
            )
        }
        warnings += assignorWarnings(values("partition.assignment.strategy"))
        warnings += encryptionWarnings(values("security.protocol").map { $0.lowercased() })
        let presents = values(
            "ssl.certificate.location", "ssl.certificate.pem", "ssl.keystore.location")
        if !presents.isEmpty, isOlder(than: 2, 8, 0) {
            warnings.append(
                """
                librdkafka \(self) does not send intermediate client certificates (issue 3225); \
                load 2.8.0 or newer, or let brokers trust the issuing certificate itself
                """
            )
        }
        if values("auto.offset.reset").contains(where: {
            ["latest", "largest", "end"].contains($0)
        }) {
            warnings.append(
                """
                auto.offset.reset=latest skips studies that came before the first commit; use \
                earliest
                """
            )
        }
        return warnings
    }

    private func assignorWarnings(_ strategies: [String]) -> [SafeText] {
        guard strategies.contains(where: { $0.contains("cooperative-sticky") }) else { return [] }
        if isOlder(than: 2, 4, 0) {
            return [
                """
                librdkafka \(self) may hang at close, spin or lose its assignment with \
                cooperative-sticky (issues 4527, 4783, 4059); use range, or load 2.10.0 or newer
                """
            ]
        }
        if isOlder(than: 2, 10, 0) {
            return [
                """
                librdkafka \(self) may lose its assignment with cooperative-sticky (issue 4059); \
                use range, or load 2.10.0 or newer
                """
            ]
        }
        return []
    }

    private func encryptionWarnings(_ protocols: [String]) -> [SafeText] {
        guard protocols.contains(where: { $0.hasSuffix("ssl") }), isOlder(than: 2, 2, 0) else {
            return []
        }
        return [
            """
            librdkafka \(self) reports a TLS connection that the broker closed as an error (pull \
            request 4294); it reconnects, and 2.2.0 or newer keeps silent
            """
        ]
    }
}
