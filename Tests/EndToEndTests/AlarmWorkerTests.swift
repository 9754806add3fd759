import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Workers on which alarms act.
    @Suite(
        "Workers under alarms", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct AlarmWorkerTests {
        private static let demo = Checkout.root + "/Deploy/demo/"
        /// The study of the demonstration's film of a pneumothorax.
        private static let study = "2.25.10962640531518782538582825314242535583"
        private static let settings = [
            "triage.calibrations=\(demo)synthetic.calibration",
            "triage.calibration-keys=\(demo)synthetic.pub", "triage.unvalidated-may-raise=true",
        ]

        private func finding(
            _ id: String, _ desk: AlarmDesk, _ worker: WorkerProcess, _ audit: OutcomeAudit
        ) throws -> Finding {
            // A worker hears of an alarm within a second.
            Thread.sleep(forTimeInterval: 1.5)
            try desk.scene.send([
                StudyMessage(
                    id, files: [desk.scene.folder + "/film.dcm"], priority: "asap",
                    study: Self.study)
            ])
            try audit.await(audit.count + 1, within: .seconds(120), worker: worker)
            return try audit.finding(id)
        }

        private func scene() throws -> AlarmDesk {
            let scene = try Scene(
                anyBroker, model: Checkout.root + "/Deploy/models/vigil-mini")
            let film = URL(fileURLWithPath: Self.demo + "synthetic-pneumothorax.dcm")
            _ = try scene.write([UInt8](Data(contentsOf: film)), to: "film.dcm")
            return try AlarmDesk(scene)
        }

        private func answer(_ finding: Finding, _ code: String) -> Finding.Answer? {
            finding.findings.first { $0.head != nil && $0.code == code }?.answer
        }

        @Test("an alarm makes its finding abstain until a person clears it, also after a restart")
        func acts() throws {
            let desk = try scene()
            let audit = try desk.scene.audit()
            let settings = Self.settings + desk.settings
            var worker = try desk.scene.startWorker(settings: settings)
            let first = try finding("first", desk, worker, audit)
            let flagged = try #require(
                first.findings.first { $0.head != nil && $0.code == "pneumothorax" })
            let calibration = try #require(flagged.calibrated?.digest)
            #expect(flagged.answer == .flagged && first.decision.alarms.isEmpty)
            #expect(first.priority.effective < .asap)

            // Of another finding, another modality and another calibration: none of this study's.
            let code = "pneumothorax/" + (flagged.head ?? "")
            try desk.raise("nodule/none", "view=PA", against: [calibration])
            try desk.raise(code, "view=PA,modality=CT", against: [calibration])
            try desk.raise(code, "view=PA,modality=DX", against: [Digest(of: [1])])
            let other = try finding("other", desk, worker, audit)
            #expect(other.findings.map(\.answer) == first.findings.map(\.answer))
            #expect(other.decision.alarms.isEmpty)

            let id = try desk.raise(code, "modality=DX,model=m@1", against: [calibration])
            let alarmed = try finding("alarmed", desk, worker, audit)
            #expect(answer(alarmed, "pneumothorax") == .abstained([.qualityAlarm]))
            #expect(alarmed.decision.alarms.map(\.cause?.id) == [id])
            #expect(alarmed.decision.alarms.map(\.finding) == [code])
            for (now, before) in zip(alarmed.findings, first.findings) {
                let isIt = before.head == flagged.head && before.code == "pneumothorax"
                #expect(isIt || now.answer == before.answer)
            }
            #expect(alarmed.priority.effective <= .asap)

            try worker.stop()
            worker = try desk.scene.startWorker(settings: settings)
            let again = try finding("again", desk, worker, audit)
            #expect(answer(again, "pneumothorax") == .abstained([.qualityAlarm]))
            try clears(desk, worker, audit, id, first)
            try worker.stop()
            #expect(worker.log.contains { $0.contains("quality_alarm_refused") })
            try expectReplay(desk, settings)
            try expectListed(desk, id)
        }

        /// Another's key clears nothing, a person's does, and a removal of the alarm is one.
        private func clears(
            _ desk: AlarmDesk, _ worker: WorkerProcess, _ audit: OutcomeAudit, _ id: UUIDv5,
            _ first: Finding
        ) throws {
            #expect(try desk.clear(id, by: MadeKeys().secret).code == 0)
            let forged = try finding("forged", desk, worker, audit)
            #expect(answer(forged, "pneumothorax") == .abstained([.qualityAlarm]))
            let shown = try desk.shown()
            #expect(shown.code == 0 && shown.output.allSatisfy { $0.count <= 100 })
            #expect(shown.output.contains { $0.contains("unknown_key") }, "\(shown.output)")

            let cleared = try desk.clear(id)
            #expect(cleared.code == 0, "\(cleared.error)")
            let after = try finding("after", desk, worker, audit)
            #expect(after.findings.map(\.answer) == first.findings.map(\.answer))
            try desk.write(nil, under: id.safeText)
            let removed = try finding("removed", desk, worker, audit)
            let calibrated = removed.findings.filter { $0.calibrated != nil }
            #expect(calibrated.allSatisfy { $0.answer == .abstained([.qualityAlarm]) })
            #expect(removed.priority.effective == .asap && removed.priority.ai == nil)
            #expect(removed.reasons.first?.code == "quality_alarm")
        }

        /// A replay reads no topic of alarms: without one it comes to the same.
        private func expectReplay(_ desk: AlarmDesk, _ settings: [String]) throws {
            for settings in [settings, Self.settings] {
                let replay = try CommandRun(
                    ["replay", "--verify", "--from", "0", "--to", "99", "--json"]
                        + desk.scene.replayArguments(settings: settings))
                #expect(replay.code == 0, "\(replay.error) \(replay.output)")
                #expect(replay.output.contains { $0.contains("\"same\"") }, "\(replay.output)")
            }
        }

        private func expectListed(_ desk: AlarmDesk, _ id: UUIDv5) throws {
            let listed = try JSONParser.parse(
                Array((try desk.shown("--json").output.first ?? "").utf8))
            let rows = listed["alarms"]?.arrayValue ?? []
            #expect(rows.count == 4 && listed["standing"]?.intValue == 4)
            let row = rows.first { $0["alarm"]?.stringValue == id.safeText }
            // Removed: whom it is against nobody knows.
            #expect(row?["standing"]?.stringValue == "stands" && row?["calibrations"] == nil)
            let again = try desk.clear(id)
            #expect(again.code == 0, "\(again.error)")
            let told = try JSONParser.parse(Array((again.output.first ?? "").utf8))
            let now = told["alarms"]?.arrayValue?.first { $0["alarm"]?.stringValue == id.safeText }
            #expect(now?["standing"]?.stringValue == "cleared")
            #expect(now?["cleared"]?["reason"]?.stringValue == "a test")
            #expect(now?["cleared"]?["key"]?.stringValue?.count == 64)
        }

        @Test("a topic of alarms that is not there lets no calibration answer, and no study wait")
        func missing() throws {
            let desk = try scene()
            let audit = try desk.scene.audit()
            let settings =
                Self.settings + [
                    "quality.alarm-topic=\(desk.topic).no", "quality.alarm-keys=\(desk.keys.open)",
                ]
            let worker = try WorkerProcess(
                arguments: desk.scene.arguments(instance: "slot-1", settings: settings))
            // It waits 30 s for the topic before it takes anything in.
            try worker.ready(within: .seconds(100))
            let found = try finding("unread", desk, worker, audit)
            #expect(answer(found, "pneumothorax") == .abstained([.qualityAlarm]))
            #expect(found.decision.alarms.map(\.cause) == [nil])
            #expect(found.priority.effective == .asap)
            try worker.stop()
        }

        @Test("alarms that cannot be cleared are refused with what to do")
        func refused() throws {
            let desk = try scene()
            let none = try desk.clear(UUIDv5(namespace: nil, fields: ["none"]))
            #expect(none.code == 66 && none.error.contains("quality alarms"), "\(none.error)")
            let word = try CommandRun([
                "quality", "clear", "it", "--key", desk.keys.secret, "--reason", "x",
                "--bootstrap", desk.scene.broker.bootstrap,
            ])
            #expect(word.code == 64 && word.error.contains("UUID"), "\(word.error)")
            #expect(try desk.shown().output.contains { $0.contains("No alarm") })
        }
    }
}
