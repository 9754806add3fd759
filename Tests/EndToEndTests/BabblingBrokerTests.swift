import Testing

extension EndToEnd {
    @Suite("Babbling broker", .serialized)
    struct BabblingBrokerTests {
        @Test("answers that are no answers end no process but in order")
        func garbage() throws {
            let servers = try (1...4).map { try BabblingServer(seed: $0) }
            let workers = try servers.map { server in
                try WorkerProcess(
                    arguments: [
                        "--bootstrap", "127.0.0.1:\(server.port)", "--group", "g",
                        "--instance", "a", "--model", RunFolder.model.get(), "--input-root",
                        Images.folder, "--set", "startup.timeout-ms=3000", "--set",
                        "kafka.reconnect.backoff.ms=1", "--set",
                        "kafka.reconnect.backoff.max.ms=2",
                    ])
            }
            for (index, worker) in workers.enumerated() {
                let end = try worker.exit(within: .seconds(40))
                guard case .exit(let code) = end, code != 0 else {
                    Issue.record("seed \(index + 1): \(end) \(worker.log.suffix(3))")
                    continue
                }
                // How often a client asks again in the time that it has is its own affair.
                #expect(servers[index].answers > 0, "seed \(index + 1)")
            }
            #expect(servers.reduce(0) { $0 + $1.answers } > servers.count)
        }
    }
}
