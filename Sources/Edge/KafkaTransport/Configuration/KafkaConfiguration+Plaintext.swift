internal import VigilCore

extension KafkaConfiguration {
    /// Refuses connections that anyone on the way could read or change, unless somebody wrote down
    /// that they are wanted: librdkafka's own `security.protocol` is `plaintext` where nothing is
    /// set, and studies, findings and logins would cross the network without a word.
    ///
    /// Only the brokers to begin with are looked at. The others they tell of are theirs.
    ///
    /// - Parameter properties: all of a client's.
    /// - Throws: ``KafkaError/property(name:reason:remedy:)`` where nothing says how the connection
    ///   is protected and a broker is not this machine.
    static func refuseUnspokenPlaintext(
        _ properties: [(name: String, value: String)]
    ) throws(KafkaError) {
        let set = properties.reduce(into: [String: String]()) { $0[$1.name] = $1.value }
        guard set["security.protocol"] == nil else { return }
        for name in ["bootstrap.servers", "metadata.broker.list"] {
            let brokers = set[name]?.split(separator: ",") ?? []
            guard !brokers.allSatisfy({ LoopbackHost.isCertain(host(of: $0)) }) else {
                continue
            }
            throw .property(
                name: SafeText(operatorProvided: name),
                reason: "a broker beyond this machine would be spoken to in plain",
                remedy: """
                    Set kafka.security.protocol to ssl or sasl_ssl; or to plaintext, where nobody \
                    else can reach the network between
                    """)
        }
    }

    /// The host of `[protocol://]host[:port]`, without the brackets of IPv6.
    private static func host(of broker: Substring) -> Substring {
        var rest = broker.drop { $0 == " " }
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        if rest.first == "[" { return rest.dropFirst().prefix { $0 != "]" } }
        return rest.prefix { $0 != ":" && $0 != " " }
    }
}
