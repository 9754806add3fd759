import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Results that come after a study was published.
    @Suite(
        "Workers with late context", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct LateContextTests {
        private func revisions(_ audit: OutcomeAudit, _ id: String) throws -> [Finding] {
            try (audit.findings[id] ?? []).map { try FindingDecoder.decode($0) }
        }

        /// Each is a revision of the one before, and answers otherwise.
        private func expectChain(_ records: [Finding]) {
            for (before, after) in zip(records, records.dropFirst()) {
                #expect(after.revision?.closing == .context)
                #expect(after.revision?.number == (before.revision?.number ?? 1) + 1)
                #expect(after.revision?.previous == before.deterministicDigest)
                #expect(after.findingID == before.findingID && after.cause == before.cause)
                #expect(after.findings.map(\.answer) != before.findings.map(\.answer))
                #expect(after.priority.effective <= after.priority.ordered)
                #expect(after.assessed?.output == before.assessed?.output)
            }
        }

        @Test("a late result raises once, is replayed, and one that changes no class makes nothing")
        func late() throws {
            let scene = try Scene(anyBroker)
            let settings = try scene.contextSettings(plain: Scene(anyBroker))
            let worker = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            try scene.send([ContextScene.message("known", ofPatient: true)])
            try audit.await(1, within: .seconds(120), worker: worker)
            #expect(try revisions(audit, "known").last?.decision.context?.state == .nothingKnown)

            try scene.sendLactate(4.1)
            try audit.await(within: .seconds(120)) { $0.findings["known"]?.count == 2 }
            let raised = try #require(try revisions(audit, "known").last)
            #expect(raised.findings.first?.answer == .flagged)
            #expect(raised.findings.first?.fused?.shares.count == 3)
            #expect(raised.decision.context?.state == .used)
            let records = try #require(audit.findings["known"])
            #expect(records[1].header("ce_type") == WireNames.revisionType)
            #expect(records[0].header("ce_id") != records[1].header("ce_id"))
            #expect(try scene.verdicts(settings) == ["same"])

            // Neither is seen: the next revision is the third.
            try scene.sendLactate(4.6, id: "lactate-2")
            try scene.sendLactate(nil)
            try scene.sendLactate(nil, id: "lactate-2")
            try audit.await(within: .seconds(120)) { $0.findings["known"]?.count == 3 }
            try worker.stop()
            try audit.settle()
            let all = try revisions(audit, "known")
            #expect(all.count == 3 && all[2].findings.first?.answer == .notFlagged)
            expectChain(all)
            #expect(audit.energy["known"]?.count == 1)
            #expect(try scene.verdicts(settings) == ["same"])
        }

        @Test("a worker that dies between a late result and its revision neither loses nor repeats")
        func killed() throws {
            let scene = try Scene(anyBroker)
            let settings = try scene.contextSettings(plain: Scene(anyBroker))
            let first = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            try scene.send([ContextScene.message("known", ofPatient: true)])
            try audit.await(1, within: .seconds(120), worker: first)
            first.kill()
            _ = try first.exit(within: .seconds(30))
            let points = ["after-begin", "after-first-record", "after-offsets", "after-commit"]
            for (number, point) in points.enumerated() {
                let isRaising = number.isMultiple(of: 2)
                try scene.sendLactate(isRaising ? 4.1 : nil, id: "lactate-\(number / 2)")
                let worker = try WorkerProcess(
                    arguments: scene.arguments(
                        instance: "slot-1",
                        settings: settings + ["test.crash-at=\(point)", "test.crash-after=1"]))
                #expect(try worker.exit(within: .seconds(120)) == .signal(SIGKILL), "\(point)")
                let last = try scene.startWorker(settings: settings)
                try audit.await(within: .seconds(120)) {
                    $0.findings["known"]?.count == number + 2
                }
                last.kill()
                _ = try last.exit(within: .seconds(30))
            }
            let worker = try scene.startWorker(settings: settings)
            try scene.send([ContextScene.message("other", ofPatient: false)])
            try audit.await(2, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            let all = try revisions(audit, "known")
            #expect(all.count == 1 + points.count)
            expectChain(all)
        }
    }
}
