import BrokerTestKit
import KafkaTransport
import Processes
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite(
        "Cascade and budget", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct CascadeAndBudgetTests {
        private static func studies(_ priorities: [String]) -> [StudyMessage] {
            priorities.enumerated().map { place, priority in
                StudyMessage(
                    "\(priority)-\(place)", files: [Images.path("RG1_UNCR.dcm")],
                    priority: priority, study: "1.2.3.\(place)")
            }
        }

        private static func share(
            _ id: String, _ audit: OutcomeAudit
        ) throws -> EnergyRecord.StudyShare {
            let record = try EnergyDecoder.decode(try #require(audit.energy[id]?.first))
            guard case .study(let share) = record.subject else {
                throw ChildProcess.Failure(description: "no record of a study")
            }
            return share
        }

        /// Runs studies on a worker of its own and reads what comes of them.
        private static func run(
            _ messages: [StudyMessage], _ settings: [String]
        ) throws -> OutcomeAudit {
            let scene = try Scene(anyBroker)
            return try scene.run(
                messages,
                on: scene.startWorker(settings: settings + ["energy.studies-min=1"]))
        }

        @Test("the small model answers where it is sure, never for urgent studies unless asked")
        func cascade() throws {
            let messages = Self.studies(["routine", "stat", "urgent", "asap", "routine"])
            let small = try RunFolder.otherModel.get()
            let plain = try Self.run(messages, [])
            let sure = try Self.run(messages, ["cascade.model=\(small)", "cascade.threshold=1"])
            let unsure = try Self.run(
                messages, ["cascade.model=\(small)", "cascade.threshold=0"])
            let all = try Self.run(
                messages,
                ["cascade.model=\(small)", "cascade.threshold=1", "cascade.urgent=true"])
            for message in messages {
                let id = message.id
                let large = try plain.finding(id)
                let isRoutine = id.hasPrefix("routine")
                // Where the large model answers, its bits are those without a cascade.
                #expect(
                    try unsure.finding(id).deterministicDigest == large.deterministicDigest)
                #expect(
                    (try sure.finding(id).assessed?.model == large.assessed?.model) == !isRoutine)
                #expect(try all.finding(id).assessed?.model != large.assessed?.model)
                let decision = try Self.share(id, sure).cascade?.decision
                #expect(decision == (isRoutine ? "small" : nil))
                let both = try Self.share(id, unsure).cascade
                #expect(both?.decision == (isRoutine ? "large" : nil))
                #expect((both?.saved ?? .zero) <= .zero)
            }
        }

        @Test("two models that want other images are refused")
        func unlike() throws {
            let folder = try RunFolder.make() + "/other"
            let made = try CommandRun(["model", "untrained", "--size", "small", folder])
            try #require(made.code == 0, "\(made.error)")
            let scene = try Scene(anyBroker)
            let run = try CommandRun(
                ["worker"]
                    + scene.arguments(instance: "slot-1", settings: ["cascade.model=\(folder)"]))
            #expect(run.code == 78)
            #expect(run.error.contains("prepare images differently"))
        }

        @Test("when the day's energy is spent, routine studies wait or get the small model alone")
        func budget() throws {
            let scene = try Scene(anyBroker)
            let small = try RunFolder.otherModel.get()
            let worker = try scene.startWorker(
                settings: [
                    "energy.budget-joules-a-day=0.000001", "energy.interval-s=1",
                    "energy.studies-min=1", "cascade.model=\(small)", "cascade.threshold=0",
                    // Two days, so that midnight is always within it.
                    "triage.deadline-routine-ms=172800000",
                ])
            let audit = try scene.audit()
            _ = try worker.event("budget_spent")
            let messages = Self.studies(["routine", "stat", "urgent", "asap"])
            // One that nobody wants any more by the next day cannot wait for it.
            let soon = Timestamp(microseconds: SystemClock().wall().microseconds + 1_200_000_000)
            let pressing = Self.studies(["routine"])[0].with("ce_expirytime", "\(soon)")
                .with("ce_id", "pressing")
            try scene.send(messages + [pressing])
            try audit.await(4, within: .seconds(120), worker: worker)
            let event = try worker.event("study_deferred")
            #expect(event["reason"]?.stringValue == "budget")
            try worker.stop()
            try audit.settle()
            #expect(audit.findings["routine-0"] == nil)
            for message in messages.dropFirst() {
                #expect(try Self.share(message.id, audit).cascade == nil)
            }
            #expect(try Self.share("pressing", audit).cascade?.decision == "budget")
        }
    }
}
