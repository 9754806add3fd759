import BrokerTestKit
import Context
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Workers that read what is known of patients.
    @Suite(
        "Workers with context", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct ContextWorkerTests {
        private static let mayRaise = "triage.unvalidated-may-raise=true"

        @Test("what is known raises a finding share by share, is replayed, and can be taken back")
        func raises() throws {
            let plainScene = try Scene(anyBroker)
            let plain = try plainScene.run(
                [ContextScene.message("plain", ofPatient: false)],
                on: plainScene.startWorker(settings: [Self.mayRaise])
            ).finding("plain")
            let scene = try Scene(anyBroker)
            try scene.makeContext()
            try scene.sendLactate(4.1)
            let settings = [
                Self.mayRaise, "context.topic=\(scene.contextTopic)",
                "context.weights=\(try ContextScene.weights(plain))",
            ]
            let audit = try scene.run(
                [
                    ContextScene.message("plain", ofPatient: false),
                    ContextScene.message("known", ofPatient: true),
                ],
                on: scene.startWorker(settings: settings))

            let same = try audit.finding("plain")
            #expect(same.decision.context == nil)
            #expect(same.deterministicDigest == plain.deterministicDigest)

            let known = try audit.finding("known")
            let context = try #require(known.decision.context)
            #expect(context.state == .used && context.observations.count == 1)
            let used = try #require(context.observations.first)
            #expect(used.item == .lactate && used.value == nil)
            #expect(used.position.topic == scene.contextTopic)
            let first = try #require(known.findings.first)
            let fused = try #require(first.fused)
            #expect(first.answer == .flagged && first.probability == plain.findings[0].probability)
            #expect(fused.shares.map(\.part) == [.image, .laboratory, .rest])
            #expect(fused.shares[1].item == .lactate && fused.shares[2].share.value == -0.25)
            #expect(fused.score > 0.99 && known.priority.effective <= plain.priority.effective)
            #expect(known.findings.dropFirst().allSatisfy { $0.fused == nil })
            #expect(try scene.verdicts(settings) == ["same", "same"])
            // By other weights another finding, and none without.
            #expect(Set(try scene.verdicts([Self.mayRaise])) == ["same", "differs"])

            try scene.sendLactate(nil)
            let after = try scene.audit()
            let worker = try scene.startWorker(settings: settings)
            try scene.send([ContextScene.message("after", ofPatient: true)])
            try after.await(3, within: .seconds(120), worker: worker)
            try worker.stop()
            let last = try after.finding("after")
            #expect(last.decision.context?.state == .nothingKnown)
            #expect(last.findings.allSatisfy { $0.fused == nil })
            #expect(Set(try scene.verdicts(settings)) == ["same"])
        }

        @Test("values that a site wants in its records are replayed without the topic")
        func values() throws {
            let plainScene = try Scene(anyBroker)
            let plain = try plainScene.run(
                [ContextScene.message("plain", ofPatient: false)], on: plainScene.startWorker()
            ).finding("plain")
            let scene = try Scene(anyBroker)
            try scene.makeContext()
            try scene.sendLactate(4.1)
            let file = try ContextScene.weights(plain)
            func settings(_ topic: String) -> [String] {
                [
                    "context.topic=\(topic)", "context.weights=\(file)",
                    "context.values-in-records=true",
                ]
            }
            let audit = try scene.run(
                [ContextScene.message("known", ofPatient: true)],
                on: scene.startWorker(settings: settings(scene.contextTopic)))
            let known = try audit.finding("known")
            #expect(known.decision.context?.observations.map(\.value) == [4.1])
            // Unvalidated, the model moves nothing, whatever is known.
            #expect(known.priority.effective == known.priority.ordered)
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "scene"))
            _ = try admin.deleteTopics([scene.contextTopic], timeout: .seconds(30))
            #expect(try scene.verdicts(settings(scene.contextTopic)) == ["same"])
        }

        @Test("without the topic, or a pseudonym, studies go and their findings say so")
        func without() throws {
            let plainScene = try Scene(anyBroker)
            let plain = try plainScene.run(
                [ContextScene.message("plain", ofPatient: false)], on: plainScene.startWorker()
            ).finding("plain")
            let scene = try Scene(anyBroker)
            let settings = [
                "context.topic=\(scene.contextTopic)",
                "context.weights=\(try ContextScene.weights(plain))",
            ]
            var named = ContextScene.message("named", ofPatient: true)
            named.value = named.value.map {
                Array(
                    String(decoding: $0, as: UTF8.self)
                        .replacing(ContextScene.patient, with: "DOE^JANE").utf8)
            }
            let worker = try scene.startWorker(settings: settings)
            let audit = try scene.run(
                [ContextScene.message("unread", ofPatient: true), named], on: worker)
            let unread = try audit.finding("unread")
            #expect(unread.decision.context?.state == .notRead)
            #expect(try audit.finding("named").decision.context?.state == .patientUnclear)
            #expect(unread.assessed?.output == plain.assessed?.output)
            #expect(unread.findings == plain.findings)
            let told = worker.log.filter { $0.contains("context_topic_followed") }
            #expect(told.count == 1, "\(told)")
            #expect(worker.log.allSatisfy { !$0.contains("JANE") })
            #expect(try scene.verdicts(settings) == ["same", "same"])
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
