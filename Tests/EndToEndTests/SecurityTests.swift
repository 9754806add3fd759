import BrokerTestKit
import Foundation
import KafkaTransport
import Testing

extension EndToEnd {
    @Suite(
        "Security", .serialized,
        .enabled(
            if: BrokerKind.canStartApacheKafka, "\(EndToEnd.apacheKafka.howToGet)"))
    struct SecurityTests {
        @Test(
            "with TLS, a password and rights events have outcomes; what is not allowed ends with 77"
        )
        func passwordsAndRights() throws {
            let broker = try TestBroker.startSecured(
                users: ["vigil": "correct horse", "clerk": "staple", "stranger": "battery"],
                superuser: "vigil")
            defer { broker.stop() }
            let scene = try Scene(broker)
            let messages = Load.make(40)
            // Without a topic for dead letters; it is asked for during ten seconds.
            let lost = try WorkerProcess(
                arguments: scene.arguments(
                    instance: "lost",
                    settings: ["topics.dead-letter=\(scene.topics.deadLetter).missing"]))
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(40, within: .seconds(120), worker: worker)
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
            try deadLettersRefused(scene, audit, earlier: messages)
            #expect(try lost.exit(within: .seconds(30)) == .exit(78))
            #expect(lost.log.contains { $0.contains("vigil topics create") })
            let missing = "\(scene.topics.deadLetter).missing"
            #expect(lost.log.contains { $0.contains("worker_failed") && $0.contains(missing) })
            #expect(!lost.log.contains { $0.contains("topic_awaited") && !$0.contains(".missing") })
            #expect(lost.output == [])
        }

        /// A worker that may not write dead letters ends at the first one.
        /// One that may has them all.
        private func deadLettersRefused(
            _ scene: Scene, _ audit: OutcomeAudit, earlier: [StudyMessage]
        ) throws {
            let login = ["kafka.sasl.username=clerk", "kafka.sasl.password=staple"]
            let topic = scene.topics.deadLetter
            try TopicRights.allow("clerk", .describe, topic: topic, on: scene.broker)
            try awaitRights(scene, hiding: topic)
            let bad = (0..<5).map { StudyMessage("bad-\($0)", body: "{") }
            let worker = try scene.startWorker(settings: login)
            try scene.send(bad)
            #expect(try worker.exit(within: .seconds(120)) == .exit(77))
            let refusal = worker.log.last { $0.contains("worker_failed") } ?? ""
            #expect(refusal.contains("kafka_not_permitted"))
            try audit.settle()
            #expect(audit.problems(earlier) == [])

            try TopicRights.allow("clerk", .write, topic: topic, on: scene.broker)
            let end = ContinuousClock.now + .seconds(30)
            // The broker may hear of the right a moment after the controller.
            while audit.count < earlier.count + bad.count, ContinuousClock.now < end {
                let next = try scene.startWorker(settings: login)
                try? audit.await(
                    earlier.count + bad.count, within: .seconds(30), worker: next)
                next.terminate()
                _ = try next.exit(within: .seconds(30))
            }
            try audit.settle()
            #expect(audit.problems(earlier + bad) == [])
        }

        /// Waits until the broker has heard of access lists: it hides a topic from a stranger.
        private func awaitRights(_ scene: Scene, hiding topic: String) throws {
            var configuration = scene.broker.configuration(group: "stranger")
            configuration.common["sasl.username"] = "stranger"
            configuration.common["sasl.password"] = "battery"
            let admin = try TopicAdmin(configuration: configuration)
            let end = ContinuousClock.now + .seconds(30)
            while try admin.describe(timeout: .seconds(10))[topic] != nil {
                try #require(ContinuousClock.now < end)
                Thread.sleep(forTimeInterval: 0.1)
            }
        }

        @Test("a certificate or a token lets a worker in, and neither side takes a bad certificate")
        func certificatesAndTokens() throws {
            let (door, tokens) = try TestBroker.startWithCertificatesAndTokens()
            defer { door.stop() }
            for broker in [door, tokens] {
                let scene = try Scene(broker)
                try scene.run(Load.make(20), on: scene.startWorker())
            }
            try tokensOfFile(tokens)
            if LibraryCapabilities.loaded.asksProviders { try tokensOfProvider(tokens) }
            try badCertificates(door)
        }

        /// A token in a file is read again before it ends; what is wrong with the file is told.
        private func tokensOfFile(_ broker: TestBroker) throws {
            let scene = try Scene(broker)
            let file = "\(scene.folder)/token"
            func write(_ text: String) throws {
                try text.write(toFile: file, atomically: true, encoding: .utf8)
            }
            let settings = [
                "kafka.enable.sasl.oauthbearer.unsecure.jwt=false",
                "kafka.sasl.oauthbearer.token.file=\(file)",
            ]
            try write(TokenServer.token(lasting: 20))
            let worker = try scene.startWorker(settings: settings)
            let messages = Load.make(20)
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(20, within: .seconds(120), worker: worker)
            try audit.settle()
            #expect(audit.problems(messages) == [])
            try write("none")
            #expect(try worker.exit(within: .seconds(40)) == .exit(77))
            #expect(worker.log.contains { $0.contains("holds no signed") })

            try FileManager.default.removeItem(atPath: file)
            let other = try WorkerProcess(
                arguments: scene.arguments(
                    instance: "other", settings: settings + ["startup.timeout-ms=5000"]))
            #expect(try other.exit(within: .seconds(40)) == .exit(77))
            #expect(other.log.contains { $0.contains("cannot be read") })
        }

        /// A token that an OpenID provider gives for a secret that stands in a file; none for a
        /// wrong one.
        private func tokensOfProvider(_ broker: TestBroker) throws {
            let provider = try TokenServer(client: "vigil", secret: "correct-horse")
            let scene = try Scene(broker)
            let (secret, config) = ("\(scene.folder)/secret", "\(scene.folder)/vigil.yaml")
            try """
            kafka:
              sasl.oauthbearer.method: oidc
              sasl.oauthbearer.client.id: vigil
              sasl.oauthbearer.client.secret: ${file:\(secret)}
              sasl.oauthbearer.token.endpoint.url: http://127.0.0.1:\(provider.port)/token
            """.write(toFile: config, atomically: true, encoding: .utf8)
            func arguments(_ more: [String] = []) -> [String] {
                scene.arguments(
                    instance: "slot-1",
                    settings: ["kafka.enable.sasl.oauthbearer.unsecure.jwt=false"] + more)
                    + ["--config", config]
            }
            try "correct-horse".write(toFile: secret, atomically: true, encoding: .utf8)
            let worker = try WorkerProcess(arguments: arguments())
            try worker.ready()
            try scene.run(Load.make(20), on: worker)
            #expect(provider.tokens > 0 && provider.denials == 0)

            try "battery-staple".write(toFile: secret, atomically: true, encoding: .utf8)
            let denied = try WorkerProcess(arguments: arguments(["startup.timeout-ms=5000"]))
            #expect(try denied.exit(within: .seconds(40)) == .exit(77))
            #expect(provider.denials > 0)
            #expect(!denied.log.joined().contains("battery-staple"))
        }

        /// Each is a worker that must not get in, or a server that must not be believed.
        private func badCertificates(_ door: TestBroker) throws {
            let folder = try RunFolder.make()
            let ended = try TestCertificates.selfSigned(address: "127.0.0.1", days: -1, in: folder)
            let other = try TestCertificates.selfSigned(address: "127.0.0.9", days: 2, in: folder)
            let unknown = try TestCertificates.selfSigned(address: "127.0.0.1", days: 2, in: folder)
            let servers = try [ended, other, unknown].map { try TestBroker.startTLSServer($0) }
            defer { for server in servers { server.stop() } }
            let cases: [(bootstrap: String, properties: [String: String])] = [
                (servers[0].bootstrap, servers[0].security),
                (servers[1].bootstrap, servers[1].security),
                // Nobody was told of this authority.
                (servers[2].bootstrap, ["security.protocol": "ssl"]),
                (
                    door.bootstrap,
                    door.security.merging(["ssl.ca.location": ended.certificate]) { $1 }
                ),
                // No certificate, and one of another authority.
                (
                    door.bootstrap,
                    door.security.filter {
                        !$0.key.contains("key") && !$0.key.contains("certificate")
                    }
                ),
                (
                    door.bootstrap,
                    door.security.merging([
                        "ssl.certificate.location": unknown.certificate,
                        "ssl.key.location": unknown.key,
                    ]) { $1 }
                ),
            ]
            let workers = try cases.map { bootstrap, properties in
                try WorkerProcess(
                    arguments: [
                        "--bootstrap", bootstrap, "--group", "g", "--instance", "a", "--model",
                        RunFolder.model.get(), "--input-root", Images.folder, "--set",
                        "startup.timeout-ms=3000",
                    ] + properties.flatMap { ["--set", "kafka.\($0.key)=\($0.value)"] })
            }
            for (index, worker) in workers.enumerated() {
                let end = try worker.exit(within: .seconds(40))
                #expect(end == .exit(69), "case \(index): \(worker.log.suffix(3))")
                let told = worker.log.joined().lowercased()
                #expect(told.contains("ssl") || told.contains("certificate"), "case \(index)")
            }
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
