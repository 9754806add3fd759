import KafkaTransport
import Testing
import VigilCore

@Suite("Plain connections to Kafka")
struct PlaintextTests {
    private func refusal(_ brokers: String, _ properties: [String: String] = [:]) -> KafkaError? {
        let configuration = KafkaConfiguration(
            bootstrap: brokers, group: "g", instance: "s", common: properties)
        do throws(KafkaError) {
            try configuration.validate()
            return nil
        } catch { return error }
    }

    @Test(
        "to this machine they need no word",
        arguments: [
            "localhost:9092", "LOCALHOST:1", "127.0.0.1:1,127.8.7.6:2", "[::1]:9092", "",
            "PLAINTEXT://127.0.0.1:1", "127.0.0.1:1, localhost:2",
        ])
    func here(brokers: String) { #expect(refusal(brokers) == nil) }

    @Test(
        "to another machine they are refused, with the remedy, until somebody writes plaintext",
        arguments: [
            "kafka:9092", "10.0.0.1:9092", "127.0.0.1:1,kafka:9092", "127.0.0.1.example.org:1",
            "127.1.example:1", "[fe80::1]:9092", "localhost.example.org:1", "127.0.0.256:1",
            "PLAINTEXT://kafka:9092", "127.0.0.1:1, 127.0.0:1",
        ])
    func elsewhere(brokers: String) {
        let error = refusal(brokers)
        #expect(error.map { "\($0)" }?.contains("bootstrap.servers") == true)
        #expect(error?.remedy.text.contains("kafka.security.protocol") == true)
        #expect(refusal(brokers, ["security.protocol": "plaintext"]) == nil)
        #expect(refusal(brokers, ["security.protocol": "ssl"]) == nil)
    }

    @Test("a list of brokers under librdkafka's other name is looked at too")
    func otherName() {
        #expect(refusal("", ["metadata.broker.list": "kafka:9092"]) != nil)
        #expect(refusal("127.0.0.1:1", ["bootstrap.servers": "kafka:9092"]) != nil)
    }
}
