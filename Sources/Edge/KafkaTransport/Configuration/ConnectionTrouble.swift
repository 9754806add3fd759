package import VigilCore

/// Why a broker could not be spoken to, by what librdkafka says of it (`rd_kafka_broker_fail`,
/// `rd_kafka_broker_resolve` and `rd_kafka_transport_ssl_io_error` of 2.0.2).
package struct ConnectionTrouble: Sendable, Hashable {
    /// What kind of trouble it is; each has a remedy of its own.
    package enum Kind: Sendable, Hashable, CaseIterable {
        case unresolvable
        case refused
        /// The broker's certificate is of an authority that is not known here, or is not for it.
        case unknownAuthority
        /// The client speaks TLS, the broker does not.
        case brokerIsPlain
        /// The broker speaks TLS, the client does not.
        case brokerIsEncrypted
        case other
    }

    /// What kind of trouble it is.
    package let kind: Kind
    /// `host:port`, as configured or as a broker advertises itself.
    package let broker: SafeText
    /// Whether a broker gave this address itself (`advertised.listeners`), after one of
    /// `kafka.bootstrap.servers` had answered.
    package let isAdvertised: Bool
    /// The client's own words.
    package let reason: SafeText

    /// Reads what librdkafka says of one broker, such as
    /// `ssl://host:9093/bootstrap: SSL handshake failed: …`; nil for anything else.
    package init?(_ message: String) {
        guard let split = message.firstRange(of: ": ") else { return nil }
        let node = message[..<split.lowerBound]
        guard let slash = node.lastIndex(of: "/"), !node.contains(" ") else { return nil }
        let name = node[node.index(after: slash)...]
        var address = String(node[..<slash])
        if let scheme = address.firstRange(of: "://") {
            address = String(address[scheme.upperBound...])
        }
        guard name == "bootstrap" || Int(name) != nil else { return nil }
        var words = String(message[split.upperBound...])
        if let time = words.firstRange(of: " (after ") {
            words = String(words[..<time.lowerBound])
        }
        broker = SafeText(operatorProvided: address)
        isAdvertised = name != "bootstrap"
        reason = SafeText(fixedMessage: words)
        kind = Self.kind(of: words)
    }

    private static func kind(of words: String) -> Kind {
        let signs: [(Kind, [String])] = [
            (.unresolvable, ["Failed to resolve"]),
            (.refused, ["Connection refused"]),
            (
                .brokerIsPlain,
                [
                    "PLAINTEXT broker listener", "wrong version number",
                    "unexpected eof while reading",
                ]
            ),
            (
                .unknownAuthority,
                [
                    "certificate verify failed", "could not be verified", "self-signed",
                    "self signed", "unknown ca",
                ]
            ),
            (
                .brokerIsEncrypted,
                ["connecting to a SSL listener", "Invalid response size", "security.protocol"]
            ),
        ]
        return signs.first { $0.1.contains { words.contains($0) } }?.0 ?? .other
    }

    /// What is wrong.
    package var what: SafeText {
        let origin: SafeText =
            isAdvertised ? "which a broker gave as its own address" : "of kafka.bootstrap.servers"
        return "Broker \(broker), \(origin): \(reason)"
    }

    /// What to do about it.
    package var remedy: SafeText {
        if isAdvertised, kind == .unresolvable || kind == .refused || kind == .other {
            return """
                Mend advertised.listeners of that broker: it must be an address that this host \
                reaches
                """
        }
        switch kind {
        case .unresolvable: return "Mend the name in kafka.bootstrap.servers, or this host's DNS"
        case .refused: return "Check --bootstrap and that the broker is up and listens there"
        case .unknownAuthority:
            return """
                Name the certificate of the brokers' authority in kafka.ssl.ca.location, and an \
                address that the broker's certificate is for
                """
        case .brokerIsPlain:
            return "Take TLS out of kafka.security.protocol, or name the broker's TLS port"
        case .brokerIsEncrypted:
            return "Set kafka.security.protocol to ssl or sasl_ssl, or name another port"
        case .other: return "Check --bootstrap, kafka.security.protocol and that the broker is up"
        }
    }
}
