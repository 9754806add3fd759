import BrokerTestKit
import Context
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    /// Workers that read what is known of patients.
    @Suite(
        "Workers with context", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct ContextWorkerTests {
        private static let image = "SC_rgb.dcm"
        private static let patient = String(repeating: "0a", count: 16)
        private static let mayRaise = "triage.unvalidated-may-raise=true"

        private func topic(_ scene: Scene) -> String { scene.topics.input + ".context" }

        private func make(_ scene: Scene) throws {
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "scene"))
            let specification = TopicSpecification(
                name: topic(scene), partitions: 3, replication: 1,
                config: ["cleanup.policy": "compact"])
            let made = try admin.createTopics([specification], timeout: .seconds(30))
            try #require(made[specification.name] == .created)
        }

        /// Weights of the model's first finding by its digest, by which a lactate above the middle
        /// raises it beyond doubt.
        private func weights(_ finding: Finding) throws -> String {
            let assessed = try #require(finding.assessed)
            let first = try #require(assessed.findings.first)
            let fit = ContextFit(
                code: first.code, head: first.head, intercept: -0.25, slope: 1,
                terms: [
                    ContextTerm(item: .lactate, scale: .linear, center: 1, spread: 1, weight: 12)
                ],
                gain: .init(
                    studies: 900, positives: 200, image: 0.8, fused: 0.9, low: 0.05, high: 0.15))
            let weights = ContextWeights(
                site: "north", made: Timestamp(microseconds: 1_790_000_000_000_000),
                model: assessed.model.digest, fits: [fit])
            return try RunFolder.write(weights.text, "site.context")
        }

        private func send(_ value: Double?, to scene: Scene) throws {
            let now = Timestamp(
                microseconds: Int64(Date().timeIntervalSince1970 * 1e6) - 60_000_000)
            let body = value.map {
                "{\"codes\":[{\"system\":\"http://loinc.org\",\"code\":\"2524-7\"}],"
                    + "\"value\":\($0),"
                    + "\"unit\":\"mmol/L\",\"status\":\"final\",\"effective\":\"\(now)\"}"
            }
            let producer = try PlainProducer(
                configuration: scene.broker.configuration(group: "laboratory"))
            try producer.send(
                OutboundRecord(
                    topic: topic(scene), key: Array("\(Self.patient)/lactate-1".utf8),
                    value: body.map { Array($0.utf8) },
                    headers: [
                        RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", "l"),
                        RecordHeader("ce_source", "urn:test:lab"),
                        RecordHeader("ce_type", WireNames.contextType),
                    ]))
            try producer.flush(within: .seconds(30))
        }

        private func message(_ id: String, ofPatient: Bool) -> StudyMessage {
            var message = StudyMessage(id, files: [Images.path(Self.image)])
            guard ofPatient, let value = message.value else { return message }
            let text = String(decoding: value, as: UTF8.self).dropFirst()
            message.value = Array("{\"patient\":\"\(Self.patient)\",\(text)".utf8)
            return message
        }

        private func replay(_ scene: Scene, _ settings: [String]) throws -> [String] {
            let run = try CommandRun(
                ["replay", "--verify", "--from", "0", "--to", "99", "--json"]
                    + scene.replayArguments(settings: settings))
            return try run.output.dropLast().map {
                try JSONParser.parse(Array($0.utf8))["verdict"]?.stringValue ?? "?"
            }
        }

        @Test("what is known raises a finding share by share, is replayed, and can be taken back")
        func raises() throws {
            let plainScene = try Scene(anyBroker)
            let plain = try plainScene.run(
                [message("plain", ofPatient: false)],
                on: plainScene.startWorker(settings: [Self.mayRaise])
            ).finding("plain")
            let scene = try Scene(anyBroker)
            try make(scene)
            try send(4.1, to: scene)
            let settings = [
                Self.mayRaise, "context.topic=\(topic(scene))",
                "context.weights=\(try weights(plain))",
            ]
            let audit = try scene.run(
                [message("plain", ofPatient: false), message("known", ofPatient: true)],
                on: scene.startWorker(settings: settings))

            let same = try audit.finding("plain")
            #expect(same.decision.context == nil)
            #expect(same.deterministicDigest == plain.deterministicDigest)

            let known = try audit.finding("known")
            let context = try #require(known.decision.context)
            #expect(context.state == .used && context.observations.count == 1)
            let used = try #require(context.observations.first)
            #expect(used.item == .lactate && used.value == nil)
            #expect(used.position.topic == topic(scene))
            let first = try #require(known.findings.first)
            let fused = try #require(first.fused)
            #expect(first.answer == .flagged && first.probability == plain.findings[0].probability)
            #expect(fused.shares.map(\.part) == [.image, .laboratory, .rest])
            #expect(fused.shares[1].item == .lactate && fused.shares[2].share.value == -0.25)
            #expect(fused.score > 0.99 && known.priority.effective <= plain.priority.effective)
            #expect(known.findings.dropFirst().allSatisfy { $0.fused == nil })
            #expect(try replay(scene, settings) == ["same", "same"])
            // By other weights another finding, and none without.
            #expect(Set(try replay(scene, [Self.mayRaise])) == ["same", "differs"])

            try send(nil, to: scene)
            let after = try scene.audit()
            let worker = try scene.startWorker(settings: settings)
            try scene.send([message("after", ofPatient: true)])
            try after.await(3, within: .seconds(60), worker: worker)
            try worker.stop()
            let last = try after.finding("after")
            #expect(last.decision.context?.state == .nothingKnown)
            #expect(last.findings.allSatisfy { $0.fused == nil })
            #expect(Set(try replay(scene, settings)) == ["same"])
        }

        @Test("values that a site wants in its records are replayed without the topic")
        func values() throws {
            let plainScene = try Scene(anyBroker)
            let plain = try plainScene.run(
                [message("plain", ofPatient: false)], on: plainScene.startWorker()
            ).finding("plain")
            let scene = try Scene(anyBroker)
            try make(scene)
            try send(4.1, to: scene)
            let file = try weights(plain)
            func settings(_ topic: String) -> [String] {
                [
                    "context.topic=\(topic)", "context.weights=\(file)",
                    "context.values-in-records=true",
                ]
            }
            let audit = try scene.run(
                [message("known", ofPatient: true)],
                on: scene.startWorker(settings: settings(topic(scene))))
            let known = try audit.finding("known")
            #expect(known.decision.context?.observations.map(\.value) == [4.1])
            // Unvalidated, the model moves nothing, whatever is known.
            #expect(known.priority.effective == known.priority.ordered)
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "scene"))
            _ = try admin.deleteTopics([topic(scene)], timeout: .seconds(30))
            #expect(try replay(scene, settings(topic(scene))) == ["same"])
        }

        @Test("without the topic, or a pseudonym, studies go and their findings say so")
        func without() throws {
            let plainScene = try Scene(anyBroker)
            let plain = try plainScene.run(
                [message("plain", ofPatient: false)], on: plainScene.startWorker()
            ).finding("plain")
            let scene = try Scene(anyBroker)
            let settings = [
                "context.topic=\(topic(scene))", "context.weights=\(try weights(plain))",
            ]
            var named = message("named", ofPatient: true)
            named.value = named.value.map {
                Array(
                    String(decoding: $0, as: UTF8.self)
                        .replacing(Self.patient, with: "DOE^JANE").utf8)
            }
            let worker = try scene.startWorker(settings: settings)
            let audit = try scene.run([message("unread", ofPatient: true), named], on: worker)
            let unread = try audit.finding("unread")
            #expect(unread.decision.context?.state == .notRead)
            #expect(try audit.finding("named").decision.context?.state == .patientUnclear)
            #expect(unread.assessed?.output == plain.assessed?.output)
            #expect(unread.findings == plain.findings)
            let told = worker.log.filter { $0.contains("context_topic_followed") }
            #expect(told.count == 1, "\(told)")
            #expect(worker.log.allSatisfy { !$0.contains("JANE") })
            #expect(try replay(scene, settings) == ["same", "same"])
        }

        @Test("weights of another model or site stop the start, and say why")
        func refused() throws {
            let mini = Checkout.root + "/Deploy/models/vigil-mini"
            func file(_ site: String, model: Digest) throws -> [String] {
                let weights = ContextWeights(
                    site: site, made: Timestamp(microseconds: 1_790_000_000_000_000),
                    model: model, fits: [])
                return [
                    "context.topic=context",
                    "context.weights=\(try RunFolder.write(weights.text, "w.context"))",
                ]
            }
            let inspected = try CommandRun(["model", "inspect", "--json", mini])
            let facts = try JSONParser.parse(Array((inspected.output.first ?? "").utf8))
            let digest = try #require(
                facts["digest"]?.stringValue.flatMap { Digest(text: $0) })
            let own = try CommandRun.ofWorker(mini, try file("north", model: digest))
            #expect(own.code == 69, "only the broker is missing: \(own.error)")
            let model = try CommandRun.ofWorker(mini, try file("north", model: Digest(of: [1])))
            #expect(model.code == 78 && model.error.contains("other_model"), "\(model.error)")
            let site = try CommandRun.ofWorker(
                mini, try file("north", model: digest) + ["triage.site=south"])
            #expect(site.code == 78 && site.error.contains("other_site"), "\(site.error)")
            let alone = try CommandRun.ofWorker(mini, ["context.topic=context"])
            #expect(alone.code == 78 && alone.error.contains("context.weights"), "\(alone.error)")
        }
    }
}
