import BrokerTestKit
import KafkaTransport
import Testing

extension EndToEnd {
    @Suite(
        "Security", .serialized,
        .enabled(
            if: BrokerKind.canStartApacheKafka, "\(EndToEnd.apacheKafka.howToGet)"))
    struct SecurityTests {
        @Test("over TLS with a password events have their outcomes, a wrong password exit code 77")
        func passwords() throws {
            let broker = try TestBroker.startSecured(user: "vigil", password: "correct horse")
            defer { broker.stop() }
            let scene = try Scene(broker)
            let messages = Load.make(40)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(40, within: .seconds(60), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            let log = worker.log.joined() + worker.output.joined()
            #expect(!log.contains("correct horse"))

            let refused = try CommandRun(
                ["worker"]
                    + scene.arguments(
                        instance: "slot-1", settings: ["kafka.sasl.password=battery staple"]))
            #expect(refused.code == 77)
            #expect(!refused.error.contains("battery staple"))
        }

        @Test(
            "SCRAM is refused with a librdkafka before 2.6.1, exit code 78 and the remedy",
            .enabled(if: LibraryCapabilities.loaded.number < 0x0206_0100, "a newer one is loaded"))
        func scram() throws {
            let scene = try Scene(anyBroker)
            let refused = try CommandRun(
                ["worker"]
                    + scene.arguments(
                        instance: "slot-1", settings: ["kafka.sasl.mechanism=SCRAM-SHA-512"]))
            #expect(refused.code == 78)
            #expect(refused.error.contains("2.6.1"))
        }
    }
}
