/// The form of a list of brokers to start from.
package enum BrokerList {
    /// What fits, as the end of a sentence that begins with "expected".
    package static let expectation = "HOST:PORT, or several with commas between, without http://"

    /// Whether every part is a host with a port from 1 to 65535, with or without the name of a
    /// listener's protocol before it, as librdkafka takes it.
    package static func isWhole(_ text: String) -> Bool {
        let protocols = ["PLAINTEXT://", "SSL://", "SASL_PLAINTEXT://", "SASL_SSL://"]
        return text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let part = part.drop { $0 == " " }
            let scheme = protocols.first { part.uppercased().hasPrefix($0) } ?? ""
            return WebAddress.isHostAndPort(
                String(part.dropFirst(scheme.count)), needsPort: true)
        }
    }
}
