import BrokerTestKit
import Testing

extension EndToEnd {
    @Suite(
        "Brokers that cannot be used", .serialized,
        .enabled(
            if: BrokerKind.canStartApacheKafka, "\(EndToEnd.apacheKafka.howToGet)"))
    struct ConnectionTests {
        @Test("why no broker can be used is told in the client's words, each cause by its own name")
        func causes() throws {
            let folder = try RunFolder.make()
            let pair = try TestCertificates.selfSigned(address: "127.0.0.1", days: 2, in: folder)
            let encrypted = try TestBroker.startTLSServer(pair)
            defer { encrypted.stop() }
            let misled = try TestBroker.startMisadvertised()
            defer { misled.stop() }
            let plain = try TestBroker.shared(apacheKafka)
            let cases: [(bootstrap: String, protocol: String, cause: String, remedy: String)] = [
                ("nohost.invalid:9092", "plaintext", "Failed to resolve", "DNS"),
                ("127.0.0.1:1", "plaintext", "Connection refused", "listens there"),
                // OpenSSL tells of a failed handshake, or of its end where the broker was first.
                (plain.bootstrap, "ssl", "SSL", "Take TLS out"),
                // Here the client may hear of no cause in time, and says no more than that.
                (encrypted.bootstrap, "plaintext", "", "kafka.security.protocol"),
                (encrypted.bootstrap, "ssl", "certificate", "kafka.ssl.ca.location"),
                (misled.bootstrap, "plaintext", "", ""),
            ]
            let workers = try cases.map { bootstrap, security, _, _ in
                try WorkerProcess(
                    arguments: [
                        "--bootstrap", bootstrap, "--group", "g", "--instance", "a", "--model",
                        RunFolder.model.get(), "--input-root", Images.folder, "--set",
                        "startup.timeout-ms=9000", "--set", "kafka.security.protocol=\(security)",
                    ])
            }
            for (worker, wanted) in zip(workers, cases) {
                #expect(try worker.exit(within: .seconds(40)) == .exit(69))
                let failed = worker.log.last { $0.contains("\"event\":\"worker_failed\"") } ?? ""
                for words in [wanted.cause, wanted.remedy] where !words.isEmpty {
                    #expect(failed.contains(words), "\(words): \(failed)")
                }
            }
        }
    }
}
