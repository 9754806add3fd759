import KafkaTransport
import Testing
import VigilCore

/// What librdkafka says of brokers that it cannot speak to, as it was seen with 2.0.2.
@Suite("Troubles of connections")
struct ConnectionTroubleTests {
    static let seen: [(text: String, kind: ConnectionTrouble.Kind, isAdvertised: Bool)] = [
        (
            "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused "
                + "(after 0ms in state CONNECT)", .refused, false
        ),
        (
            "nohost.invalid:9092/bootstrap: Failed to resolve 'nohost.invalid:9092': Name or "
                + "service not known (after 3ms in state CONNECT)", .unresolvable, false
        ),
        (
            "inner:9092/1: Failed to resolve 'inner:9092': Name or service not known (after 3ms "
                + "in state CONNECT)", .unresolvable, true
        ),
        (
            "ssl://127.0.0.1:44/bootstrap: SSL handshake failed: error:0A000086:SSL routines::"
                + "certificate verify failed: broker certificate could not be verified, verify "
                + "that "
                + "ssl.ca.location is correctly configured or root CA certificates are installed "
                + "(brew install openssl) (after 2ms in state SSL_HANDSHAKE)", .unknownAuthority,
            false
        ),
        (
            "ssl://127.0.0.1:44/bootstrap: SSL handshake failed: Disconnected: connecting to a "
                + "PLAINTEXT broker listener? (after 2ms in state SSL_HANDSHAKE)", .brokerIsPlain,
            false
        ),
        (
            "127.0.0.1:44/bootstrap: Disconnected while requesting ApiVersion: might be caused by "
                + "incorrect security.protocol configuration (connecting to a SSL listener?) or "
                + "broker version is < 0.10 (see api.version.request) (after 2ms in state "
                + "APIVERSION_QUERY)", .brokerIsEncrypted, false
        ),
        ("10.0.0.1:9092/2: Receive failed: Connection reset by peer", .other, true),
    ]

    @Test("each kind of trouble is told apart, with the client's reason and a remedy of its own")
    func kinds() throws {
        for (text, kind, isAdvertised) in Self.seen {
            let trouble = try #require(ConnectionTrouble(text), "\(text)")
            #expect(trouble.kind == kind && trouble.isAdvertised == isAdvertised, "\(text)")
            #expect(!trouble.reason.text.contains("(after"))
            #expect(trouble.what.text.contains(trouble.broker.text))
            let blames = trouble.remedy.text.contains("advertised.listeners")
            #expect(blames == isAdvertised, "\(text)")
        }
        let own = Self.seen.filter { !$0.isAdvertised }.compactMap { ConnectionTrouble($0.text) }
        #expect(Set(own.map(\.remedy.text)).count == own.count)
    }

    @Test("what is about no single broker is no trouble of one")
    func others() {
        for text in ["", "1/1 brokers are down", "a b/1: c", "host:1: no", "host:1/x: no"] {
            #expect(ConnectionTrouble(text) == nil, "\(text)")
        }
    }
}
