import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    /// Workers that operators stop.
    @Suite(
        "Stopping workers", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct ControlWorkerTests {
        private static let mayRaise = "triage.unvalidated-may-raise=true"

        /// A scene with a control topic, and whoever may write to it.
        private struct Desk {
            let scene: Scene
            let keys: MadeKeys
            var topic: String { scene.topics.input + ".control" }
            var settings: [String] {
                [mayRaise, "control.topic=\(topic)", "control.keys=\(keys.open)"]
            }

            init() throws {
                scene = try Scene(anyBroker)
                keys = try MadeKeys()
                let run = try CommandRun(
                    ["topics", "create", "--bootstrap", scene.broker.bootstrap, "--json"]
                        + settings.flatMap { ["--set", $0] })
                try #require(run.code == 0, "\(run.error)")
                let made = try run.output.map { try JSONParser.parse(Array($0.utf8)) }.first {
                    $0["topic"]?.stringValue == topic
                }
                try #require(made?["partitions"]?.intValue == 1)
            }

            @discardableResult
            func order(_ words: String...) throws -> JSONValue {
                let run = try CommandRun(
                    ["control"] + words + [
                        "--bootstrap", scene.broker.bootstrap, "--key", keys.secret, "--reason",
                        "a test", "--json",
                    ] + settings.flatMap { ["--set", $0] })
                try #require(run.code == 0, "\(run.error)")
                return try JSONParser.parse(Array((run.output.last ?? "").utf8))
            }

            /// Writes what no command would.
            func write(_ value: [UInt8]?, under key: String) throws {
                let producer = try PlainProducer(
                    configuration: scene.broker.configuration(group: "stranger"))
                try producer.send(
                    OutboundRecord(
                        topic: topic, key: Array(key.utf8), value: value, headers: []))
                try producer.flush(within: .seconds(30))
            }

            func replay() throws -> CommandRun {
                try CommandRun(
                    ["replay", "--verify", "--from", "0", "--to", "99", "--json"]
                        + scene.replayArguments(settings: settings))
            }
        }

        /// Sends a study and waits for its finding, on a worker that goes on.
        private func finding(
            _ id: String, _ desk: Desk, _ worker: WorkerProcess, _ audit: OutcomeAudit,
            priority: String = "asap"
        ) throws -> Finding {
            // A worker hears of an order within a second.
            Thread.sleep(forTimeInterval: 1)
            try desk.scene.send([
                StudyMessage(id, files: [Images.path("SC_rgb.dcm")], priority: priority)
            ])
            try audit.await(audit.count + 1, within: .seconds(120), worker: worker)
            return try audit.finding(id)
        }

        private func isStopped(_ finding: Finding, by reason: String) -> Bool {
            finding.assessed == nil && finding.reasons.map(\.code) == ["stopped"]
                && finding.decision.gates.first
                    == Finding.Gate("control", .refused, reason: reason)
                && finding.priority.effective == .asap
        }

        @Test(
            "nothing is assessed before all may run, while it is stopped, or after a forged record"
        )
        func stops() throws {
            let desk = try Desk()
            let audit = try desk.scene.audit()
            let worker = try desk.scene.startWorker(settings: desk.settings)
            #expect(isStopped(try finding("new", desk, worker, audit), by: "all"))
            let state = try desk.order("run", "all")
            let first = try finding("first", desk, worker, audit)
            let digest = try #require(first.decision.control?.digest)
            #expect(first.assessed != nil && digest.hex == state["digest"]?.stringValue)
            try desk.order("stop", "all")
            #expect(isStopped(try finding("stopped", desk, worker, audit), by: "all"))
            try desk.order("run", "all")
            #expect(try finding("again", desk, worker, audit).assessed != nil)
            try desk.write(nil, under: "all")
            #expect(isStopped(try finding("removed", desk, worker, audit), by: "all"))
            try desk.order("run", "all")
            try desk.write(Array("{}".utf8), under: "anything else")
            #expect(isStopped(try finding("forged", desk, worker, audit), by: "all"))
            try worker.stop()
            let replay = try desk.replay()
            #expect(replay.code == 0, "\(replay.error) \(replay.output)")
        }

        @Test("a model, a site or a file stops a worker, and a finding is stopped alone")
        func parts() throws {
            let desk = try Desk()
            try desk.order("run", "all")
            let audit = try desk.scene.audit()
            let file = desk.scene.folder + "/stop"
            let worker = try desk.scene.startWorker(
                settings: desk.settings + ["control.stop-file=\(file)"])
            let plain = try finding("plain", desk, worker, audit)
            let model = try #require(plain.assessed).model.digest
            for (scope, reason) in [("model/\(model.hex)", "model"), ("site/north", "site")] {
                try desk.order("stop", scope)
                #expect(isStopped(try finding(reason, desk, worker, audit), by: reason))
                try desk.order("run", scope)
            }
            _ = try desk.scene.write([], to: "stop")
            #expect(isStopped(try finding("file", desk, worker, audit), by: "stop_file"))
            try FileManager.default.removeItem(atPath: file)
            let code = try #require(plain.findings.first { $0.answer == .flagged }).code
            try desk.order("stop", "finding/\(code)")
            let partly = try finding("partly", desk, worker, audit)
            for (result, before) in zip(partly.findings, plain.findings) {
                #expect(
                    result.answer == (result.code == code ? .abstained([.stopped]) : before.answer))
                #expect(result.probability == before.probability)
            }
            try worker.stop()
            let replay = try desk.replay()
            #expect(replay.code == 0, "\(replay.error) \(replay.output)")
        }

        @Test("orders that cannot be given are refused with what to do")
        func refused() throws {
            let desk = try Desk()
            let other = try MadeKeys()
            let base = [
                "--bootstrap", desk.scene.broker.bootstrap, "--set", "control.topic=\(desk.topic)",
                "--set", "control.keys=\(desk.keys.open)", "--key", desk.keys.secret,
            ]
            let cases: [([String], Int32, String)] = [
                (["control", "stop", "everything", "--reason", "x"] + base, 64, "SCOPE"),
                (["control", "stop", "all"] + base, 64, "--reason"),
                (
                    ["control", "stop", "all", "--reason", String(repeating: "x", count: 300)]
                        + base, 64, "200 bytes"
                ),
                (
                    ["control", "stop", "all", "--reason", "x"] + base.dropLast() + [other.open],
                    77, "chmod 600"
                ),
            ]
            for (words, code, text) in cases {
                let run = try CommandRun(words)
                #expect(run.code == code && run.error.contains(text), "\(words): \(run.error)")
            }
            // An order of a key that workers do not trust stops what it names.
            let stranger = try CommandRun(
                ["control", "run", "all", "--reason", "x"] + base.dropLast() + [other.secret])
            #expect(stranger.code == 0, "\(stranger.error)")
            let shown = try CommandRun(["control", "show"] + base.dropLast(2))
            #expect(shown.code == 0 && shown.output.contains { $0.contains("unknown_key") })
        }
    }
}
