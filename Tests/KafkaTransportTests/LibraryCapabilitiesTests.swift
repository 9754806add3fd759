import KafkaTransport
import Testing
import VigilCore

@Suite("The loaded librdkafka")
struct LibraryCapabilitiesTests {
    private func library(_ major: UInt32, _ minor: UInt32, _ revision: UInt32)
        -> LibraryCapabilities
    {
        LibraryCapabilities(number: major << 24 | minor << 16 | revision << 8 | 0xff)
    }

    private func configuration(_ properties: [String: String]) -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrap: "localhost:9092", group: "g", instance: "s", common: properties)
    }

    @Test(
        "SCRAM is refused before 2.6.1, with the remedy, and taken from there on",
        arguments: ["sasl.mechanism", "sasl.mechanisms"])
    func scram(name: String) throws {
        let scram = configuration([name: "scram-sha-512"])
        for (major, minor, revision) in [(2, 0, 2), (2, 6, 0), (1, 9, 9)]
            as [(UInt32, UInt32, UInt32)]
        {
            let error = #expect(throws: KafkaError.self) {
                try library(major, minor, revision).check(scram)
            }
            #expect(error?.remedy.text.contains("2.6.1") == true)
        }
        try library(2, 6, 1).check(scram)
        try library(2, 16, 0).check(scram)
        try library(2, 0, 2).check(configuration([name: "PLAIN"]))
    }

    @Test("an OpenID provider is refused by a library without libcurl, with another way")
    func providers() throws {
        let provider = configuration(["sasl.oauthbearer.method": "oidc"])
        let error = #expect(throws: KafkaError.self) { try library(2, 16, 0).check(provider) }
        #expect(error?.remedy.text.contains("kafka.sasl.oauthbearer.token.file") == true)
        try LibraryCapabilities(number: 0x0200_02ff, asksProviders: true).check(provider)
    }

    @Test("the transaction's time-out is the configured one, a minute by itself")
    func transactionTimeout() {
        #expect(configuration([:]).transactionTimeout == .seconds(60))
        #expect(
            configuration(["transaction.timeout.ms": "2500"]).transactionTimeout == .seconds(2.5))
        let own = KafkaConfiguration(
            bootstrap: "b", group: "g", instance: "s", common: ["transaction.timeout.ms": "1"],
            producer: ["transaction.timeout.ms": "7000"])
        #expect(own.transactionTimeout == .seconds(7))
    }

    @Test("cooperative-sticky is warned of before 2.10.0, range is not")
    func assignors() {
        let cooperative = configuration(["partition.assignment.strategy": "cooperative-sticky"])
        #expect(library(2, 0, 2).warnings(for: cooperative).count == 1)
        #expect(library(2, 5, 0).warnings(for: cooperative).count == 1)
        #expect(library(2, 10, 0).warnings(for: cooperative).isEmpty)
        #expect(library(2, 0, 2).warnings(for: configuration([:])).isEmpty)
    }
}
