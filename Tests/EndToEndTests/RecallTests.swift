import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEnd {
    /// `vigil recall`, and what workers make of it.
    @Suite(
        "Recalling findings", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct RecallTests {
        private static let study = "1.2.826.0.1.3680043.8.498.77"

        private struct Desk {
            let scene: Scene
            let keys: MadeKeys
            let settings: [String]

            init() throws {
                scene = try Scene(anyBroker)
                keys = try MadeKeys()
                settings = [
                    "triage.unvalidated-may-raise=true", "topics.finding=\(scene.topics.finding)",
                    "topics.input=\(scene.topics.input)",
                    "control.topic=\(scene.topics.input).control", "control.keys=\(keys.open)",
                ]
                for words in [
                    ["topics", "create"],
                    ["control", "run", "all", "--key", keys.secret, "--reason", "a test"],
                ] {
                    var run = try CommandRun(words + common)
                    // A topic that was just made has no leader for a moment.
                    let end = ContinuousClock.now + .seconds(60)
                    while [69, 75].contains(run.code), ContinuousClock.now < end {
                        Thread.sleep(forTimeInterval: 1)
                        run = try CommandRun(words + common)
                    }
                    try #require(run.code == 0, "\(run.error)")
                }
            }

            private var common: [String] {
                ["--bootstrap", scene.broker.bootstrap] + settings.flatMap { ["--set", $0] }
            }

            func recall(_ words: String...) -> [String] { ["recall"] + words + common }

            /// What is listed of a model.
            func listed(_ model: Digest, _ words: String...) throws -> [JSONValue] {
                let run = try CommandRun(
                    ["recall", "--model", model.hex, "--json"] + words + common)
                try #require(run.code == 0, "\(run.error)")
                return try run.output.map { try JSONParser.parse(Array($0.utf8)) }
            }

            func replay() throws -> CommandRun {
                try CommandRun(
                    ["replay", "--verify", "--from", "0", "--to", "9999", "--json"]
                        + scene.replayArguments(settings: settings))
            }
        }

        private func part(_ id: String) -> StudyMessage {
            StudyMessage(
                id,
                body: """
                    {"study":{"uid":"\(Self.study)"},"priority":"urgent","expected":{"series":1},\
                    "instances":[{"uri":"file://\(Images.path(Images.quick[0]))",\
                    "series":"\(Self.study).1"}]}
                    """
            ).keyed(by: Self.study)
        }

        private func messages(_ count: Int) -> [StudyMessage] {
            (0..<count).map {
                StudyMessage(
                    "whole-\($0)", files: [Images.path(Images.quick[$0 % Images.quick.count])],
                    priority: Priority.allCases[$0 % 4].rawValue)
            } + [part("part")]
        }

        /// All findings of the topic, by study, in their order.
        private func findings(_ audit: OutcomeAudit) throws -> [Pseudonym: [Finding]] {
            let records = audit.findings.values.flatMap(\.self).sorted {
                ($0.position.partition, $0.position.offset)
                    < ($1.position.partition, $1.position.offset)
            }
            return Dictionary(grouping: try records.map { try FindingDecoder.decode($0) }) {
                $0.pseudonym
            }
        }

        /// The command is killed as soon as it has told what it is about to send.
        private func killed(_ words: [String]) throws {
            let command = try ChildProcess(
                Programs.vigil, words, variables: RunFolder.variables)
            _ = try command.line(on: .error, within: .seconds(60)) {
                $0.contains("studies fit")
            }
            command.send(SIGKILL)
            _ = try command.exit(within: .seconds(60))
        }

        @Test("each finding of a model is recalled once, over kills of the command and the worker")
        func once() throws {
            let desk = try Desk()
            let audit = try desk.scene.audit()
            let sent = messages(24)
            let first = try desk.scene.startWorker(settings: desk.settings)
            try desk.scene.send(sent)
            try audit.await(sent.count, within: .seconds(60), worker: first)
            let said = try findings(audit)
            let model = try #require(try audit.finding("part").assessed).model.digest
            let listed = try desk.listed(model)
            #expect(
                Set(listed.compactMap { $0["record_digest"]?.stringValue })
                    == Set(said.values.compactMap { $0.last?.deterministicDigest.hex }))
            first.kill()
            _ = try first.exit(within: .seconds(30))

            let words = desk.recall(
                "--model", model.hex, "--publish", "--key", desk.keys.secret, "--json")
            for _ in 0..<3 { try killed(words) }
            // Nothing is recalled yet, so all are sent, and sent once more.
            for _ in 0..<2 { #expect(try CommandRun(words).code == 0) }
            let second = try desk.scene.startWorker(settings: desk.settings)
            try audit.await(within: .seconds(60)) { $0.findings.keys.count > sent.count }
            second.kill()
            _ = try second.exit(within: .seconds(30))
            try killed(words)
            let third = try desk.scene.startWorker(settings: desk.settings)
            try audit.await(within: .seconds(60)) {
                $0.findings.keys.count >= 2 * sent.count
            }
            #expect(try desk.listed(model).isEmpty)
            try check(try findings(audit), after: said)
            try revise(desk, audit, model)
            try third.stop()
            try audit.settle()
            let again = try audit.finding("again").pseudonym
            let after = try findings(audit).filter { $0.key != again }
            try check(after, after: said.filter { $0.key != again })
            #expect(audit.deadLetters.isEmpty)
            let replay = try desk.replay()
            #expect(replay.code == 0, "\(replay.error) \(replay.output)")
        }

        /// A recalled study that comes again is read with what it was made of.
        private func revise(_ desk: Desk, _ audit: OutcomeAudit, _ model: Digest) throws {
            try desk.scene.send([part("again")])
            try audit.await(within: .seconds(60)) { $0.findings["again"] != nil }
            let again = try audit.finding("again")
            #expect(again.assessed?.model.digest == model && again.revision?.number == 3)
            #expect(again.revision?.closing == .late && again.instances.count == 1)
        }

        /// One finding of each study and one recall of it, at the same order.
        private func check(
            _ all: [Pseudonym: [Finding]], after said: [Pseudonym: [Finding]]
        ) throws {
            #expect(Set(all.keys) == Set(said.keys))
            for (study, findings) in all {
                try #require(findings.count == 2, "\(study): \(findings.map(\.reasons))")
                let (before, recalled) = (findings[0], findings[1])
                let revision = try #require(recalled.revision)
                #expect(recalled.isRecalled && recalled.findingID == before.findingID)
                #expect(revision.number == 2 && revision.closing == .recalled)
                #expect(revision.previous == before.deterministicDigest)
                #expect(recalled.priority.ordered == before.priority.ordered)
                #expect(recalled.priority.effective == before.priority.ordered)
            }
        }

        @Test("another key's recalls are refused, and so are words that name nothing")
        func refused() throws {
            let desk = try Desk()
            let other = try MadeKeys()
            let audit = try desk.scene.audit()
            let worker = try desk.scene.startWorker(settings: desk.settings)
            try desk.scene.send([part("part")])
            try audit.await(1, within: .seconds(60), worker: worker)
            let model = try #require(try audit.finding("part").assessed).model.digest.hex
            let stranger = try CommandRun(
                desk.recall("--model", model, "--publish", "--key", other.secret))
            #expect(stranger.code == 0 && stranger.error.contains("1 recalls were sent"))
            try audit.await(2, within: .seconds(60), worker: worker)
            let letter = try DeadLetterDecoder.decode(
                try #require(audit.deadLetters.values.first?.first))
            #expect(letter.errorCode == "not_authorised")
            #expect(try desk.listed(try #require(Digest(text: model))).count == 1)
            try worker.stop()
            let cases: [([String], String)] = [
                (desk.recall(), "--model"), (desk.recall("--model", "c5ce"), "64 digits"),
                (desk.recall("--model", model, "--since", "yesterday"), "2026-11-01"),
                (desk.recall("--model", model, "--publish"), "--key"),
            ]
            for (words, text) in cases {
                let run = try CommandRun(words)
                #expect(run.code == 64 && run.error.contains(text), "\(words): \(run.error)")
            }
        }
    }
}
