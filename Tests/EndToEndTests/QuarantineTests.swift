import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Records at which workers die", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct QuarantineTests {
        @Test("a study at which workers die is given up once, and the others have their findings")
        func killer() throws {
            let scene = try Scene(anyBroker, partitions: 2)
            let image = try Images.bytes(Images.quick[0])
            let deadly = try scene.write(image, to: "deadly.dcm")
            let poison = StudyMessage("poison", files: [deadly], priority: "stat")
            let others = Load.make(30)
            let audit = try scene.audit()
            try scene.send(Array(others[..<15]) + [poison] + others[15...])
            let assassin = try FileAssassin([deadly])
            var lives = 0
            while audit.count < others.count + 1 {
                lives += 1
                try #require(lives <= 20, "\(audit.count) outcomes")
                assassin.forget()
                let worker = try scene.startWorker()
                // Its files are opened within the time, or it lives to answer all.
                if assassin.strike(worker.process, within: 3_000) {
                    #expect(try worker.exit(within: .seconds(30)) == .signal(9))
                    try audit.await(within: .seconds(30)) { _ in true }
                } else {
                    try audit.await(others.count + 1, within: .seconds(120), worker: worker)
                    try worker.stop()
                }
            }
            try audit.settle()
            #expect(audit.deadLetters["poison"]?.count == 1)
            let letter = try audit.deadLetter("poison")
            #expect(letter.errorCode == "quarantined")
            #expect(audit.findings["poison"]?.count == 1)
            let finding = try audit.finding("poison")
            #expect(finding.assessed == nil && finding.reasons.map(\.code) == ["quarantined"])
            #expect(finding.priority.ordered == .stat && finding.priority.effective == .stat)
            let rest = audit.problems(others)
            #expect(rest == ["an outcome of poison, which nobody sent"])
            #expect(others.filter { audit.deadLetters[$0.id] != nil }.count == 3, "the bad ones")
            #expect((5...18).contains(assassin.kills), "\(assassin.kills) deaths")
        }

        @Test("a worker that is stopped in order again and again condemns nobody")
        func stops() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let image = try Images.bytes(Images.quick[0])
            let waiting = StudyMessage("waiting", files: ["\(scene.folder)/late.dcm"])
            try scene.send([waiting])
            let audit = try scene.audit()
            for _ in 0..<4 {
                let worker = try scene.startWorker(settings: ["retry.attempts-max=100"])
                try worker.events(1, "study_retried")
                try worker.stop()
                #expect(!worker.log.contains { $0.contains("suspect_tried") })
            }
            _ = try scene.write(image, to: "late.dcm")
            let worker = try scene.startWorker()
            try audit.await(1, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems([waiting]) == [])
            _ = try audit.finding("waiting")
        }
    }
}
