import BrokerTestKit
import Foundation
import KafkaTransport
import Processes
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite(
        "Waiting for cleaner hours", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct CarbonDeferralTests {
        /// A grid that is dirty now and clean some seconds later, for good.
        private static func forecast(_ scene: Scene, cleanAfter seconds: Int64) throws -> String {
            let now = SystemClock().wall().microseconds
            func point(_ offset: Int64, _ grams: Int) -> String {
                let time = Timestamp(microseconds: now + offset * 1_000_000)
                return "{\"location\":\"DE\",\"time\":\"\(time)\",\"rating\":\(grams)}"
            }
            let text = "[\(point(-3600, 500)),\(point(seconds, 100))]"
            return try scene.write(Array(text.utf8), to: "grid.json")
        }

        private static func settings(_ file: String) -> [String] {
            [
                "carbon.defer=true", "carbon.intensity-file=\(file)", "carbon.pue=1.2",
                "carbon.defer-idle-s=3600", "carbon.defer-margin-minutes=1",
                "triage.deadline-routine-ms=3600000", "energy.studies-min=1", "energy.interval-s=1",
            ]
        }

        private static func studies(_ priority: String, _ count: Int) -> [StudyMessage] {
            (0..<count).map {
                StudyMessage(
                    "\(priority)-\($0)", files: [Images.path(Images.quick[0])],
                    priority: priority, study: "1.2.\(priority.utf8.count).\($0)")
            }
        }

        @Test(
            "routine studies wait for the clean hour, others do not, and the grams saved are told",
            arguments: BrokerKind.available)
        func waiting(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let file = try Self.forecast(scene, cleanAfter: 14)
            let routine = Self.studies("routine", 6)
            let others = ["stat", "urgent", "asap"].flatMap { Self.studies($0, 2) }
            // A person's attribute counts before the body's word.
            let escalated = StudyMessage(
                "escalated", files: [Images.path(Images.quick[0])], study: "1.2.99"
            ).with("ce_triagepriority", "urgent")
            let worker = try scene.startWorker(settings: Self.settings(file))
            let audit = try scene.audit()
            try scene.send(routine + others + [escalated])
            try worker.events(6, "study_deferred")
            try audit.await(7, within: .seconds(120), worker: worker)
            let clean = audit.findings.keys.filter { $0.hasPrefix("routine") }
            #expect(clean.isEmpty, "a study did not wait")
            try audit.await(13, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(routine + others + [escalated]) == [])
            for message in routine { try Self.check(message, audit) }
            for message in others + [escalated] {
                #expect(try Self.share(message, audit).deferral == nil)
            }
        }

        /// Waits until the worker holds so many studies.
        private static func awaitHeld(_ count: Int, _ worker: WorkerProcess) throws {
            let port = try worker.port()
            let deadline = ContinuousClock.now + .seconds(30)
            while !HTTPExchange(port: port, path: "/metrics").body
                .contains("vigil_deferrals_waiting \(count)\n")
            {
                try #require(ContinuousClock.now < deadline, "they were not held")
                usleep(100_000)
            }
        }

        private static func share(
            _ message: StudyMessage, _ audit: OutcomeAudit
        ) throws -> EnergyRecord.StudyShare {
            let record = try EnergyDecoder.decode(try #require(audit.energy[message.id]?.first))
            guard case .study(let share) = record.subject else {
                throw ChildProcess.Failure(description: "no record of a study")
            }
            return share
        }

        private static func check(_ message: StudyMessage, _ audit: OutcomeAudit) throws {
            let share = try share(message, audit)
            let record = try EnergyDecoder.decode(try #require(audit.energy[message.id]?.first))
            let deferral = try #require(share.deferral)
            #expect(deferral.end == "clean" && deferral.intensity == 500)
            #expect(deferral.waited > .seconds(1) && deferral.waited < .seconds(60))
            let carbon = try #require(record.carbon)
            #expect(carbon.intensity == 100)
            // Not waiting would have cost five times as much.
            let saved = try #require(deferral.saved)
            #expect(abs(saved - 4 * carbon.grams) <= 1e-9 * carbon.grams)
            let finding = try audit.finding(message.id)
            #expect(finding.run.timeToNotification.total ?? .zero > .seconds(1))
            let published = try #require(finding.run.timeline.published)
            #expect(published < (try #require(finding.run.deadline)))
        }

        @Test("a study that waits outlives its worker, and is taken at once when waiting is off")
        func killed() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let file = try Self.forecast(scene, cleanAfter: 1800)
            let routine = Self.studies("routine", 3)
            let first = try scene.startWorker(settings: Self.settings(file))
            let audit = try scene.audit()
            try scene.send(routine)
            try first.events(3, "study_deferred")
            first.kill()
            _ = try first.exit(within: .seconds(30))
            let second = try scene.startWorker(settings: ["energy.studies-min=1"])
            try audit.await(3, within: .seconds(120), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems(routine) == [])
            #expect(try Self.share(routine[0], audit).deferral?.end == "off")
        }

        @Test("an idle worker takes those that wait, and an escalation takes its own at once")
        func early() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let file = try Self.forecast(scene, cleanAfter: 1800)
            let routine = Self.studies("routine", 3)
            let settings = Self.settings(file) + ["carbon.defer-idle-s=8"]
            let worker = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            try scene.send(routine)
            try Self.awaitHeld(3, worker)
            let escalation = StudyMessage(
                "again", files: [Images.path(Images.quick[0])], priority: "urgent",
                study: "1.2.7.1")
            try scene.send([escalation])
            try audit.await(4, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(routine + [escalation]) == [])
            #expect(try Self.share(routine[1], audit).deferral?.end == "escalated")
            #expect(try Self.share(routine[0], audit).deferral?.end == "idle")
        }
    }
}
