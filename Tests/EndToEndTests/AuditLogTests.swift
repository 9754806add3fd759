import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore

extension EndToEnd {
    /// The audit log of real workers, as Vigil's commands and the verifier in Python see it.
    @Suite(
        "Audit log", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct AuditLogTests {
        private static let verifier = Checkout.root + "/Deploy/audit/verify.py"

        private func topic(_ scene: Scene) throws -> String {
            let name = scene.topics.input + ".audit"
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "scene"))
            let topic = TopicSpecification(name: name, partitions: 1, replication: 1, config: [:])
            let made = try admin.createTopics([topic], timeout: .seconds(30))
            try #require(made[name] == .created)
            return name
        }

        /// The lines of JSON that a command ends with.
        private func lines(_ run: CommandRun) throws -> [JSONValue] {
            try run.output.map { try JSONParser.parse(Array($0.utf8)) }
        }

        @Test(
            "a log is whole after a kill and a stop, and strangers can check it and find a change",
            arguments: BrokerKind.showingAfterKills)
        func whole(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let (keys, audited) = (try MadeKeys(), try topic(scene))
            let settings = [
                "topics.audit=\(audited)", "audit.key-file=\(keys.secret)",
                "audit.checkpoint-interval-ms=500",
                "audit.checkpoint-file=\(scene.folder)/newest",
            ]
            let messages = Load.make(60)
            let outcomes = try scene.audit()
            try scene.send(messages)
            let first = try scene.startWorker(settings: settings)
            try outcomes.await(20, within: .seconds(120), worker: first)
            first.kill()
            #expect(try first.exit(within: .seconds(30)) == .signal(9))
            let second = try scene.startWorker(settings: settings)
            try outcomes.await(60, within: .seconds(120), worker: second)
            try second.stop()
            try outcomes.settle()
            #expect(outcomes.problems(messages) == [])

            let source = [
                "--bootstrap", scene.broker.bootstrap, "--topic", audited, "--key", keys.open,
            ]
            let held = ["--held", scene.folder + "/newest"]
            let verified = try CommandRun(["audit", "verify", "--json"] + source + held)
            #expect(verified.code == 0, "\(verified.error)")
            let log = try #require(try lines(verified).first)
            #expect(log["good"]?.boolValue == true && log["unsigned"]?.intValue == 0)
            #expect(log["leaves"]?.intValue ?? 0 >= 63)

            let folder = scene.folder + "/export"
            #expect(try CommandRun(["audit", "export"] + source + [folder]).code == 0)
            let record = try #require(outcomes.findings.values.first?.first?.value)
            let finding = try #require(try JSONParser.parse(record)["finding_id"]?.stringValue)
            let proof = try CommandRun(
                ["audit", "prove", finding, "--export", folder, "--key", keys.open])
            #expect(proof.code == 0, "\(proof.error)")
            try expectWitness(scene, keys, folder)
            try expectStrangersAgree(scene, keys, folder, proof.output, record)
        }

        /// A second key cosigns the log, and nothing that is not the one that it cosigned.
        private func expectWitness(_ scene: Scene, _ keys: MadeKeys, _ folder: String) throws {
            let (witness, other) = (try MadeKeys(), try MadeKeys())
            let kept = try RunFolder.make()
            func run(_ export: String) throws -> CommandRun {
                try CommandRun([
                    "audit", "witness", "--export", export, "--key", keys.open, "--witness-key",
                    witness.secret, "--name", "board", "--folder", kept,
                ])
            }
            #expect(try run(folder).code == 0)
            #expect(try run(folder).code == 0, "what it has cosigned it cosigns again")
            let files = try FileManager.default.contentsOfDirectory(atPath: kept)
            let file = try #require(files.first.map { "\(kept)/\($0)" })
            #expect(files.count == 1 && file.hasSuffix("slot--1.checkpoint"))
            let verify = ["audit", "verify", "--export", folder, "--key", keys.open, "--held"]
            let held = verify + [file, "--witness"]
            #expect(try CommandRun(held + ["board=\(witness.open)"]).code == 0)
            let unknown = try CommandRun(held + ["board=\(other.open)"])
            #expect(unknown.code == 65 && unknown.error.contains("board"))
            let alone = try CommandRun(
                verify + [scene.folder + "/newest", "--witness", "board=\(witness.open)"])
            #expect(alone.code == 65, "the worker's own file has no cosignature")
            if let python = SandboxTests.python {
                let check =
                    "\(python) \(Self.verifier) log \(folder) --key \(keys.open) "
                    + "--held \(file) --witness board="
                #expect(try CommandRun(shell: check + witness.open).code == 0)
                #expect(try CommandRun(shell: check + other.open).code == 65)
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: file))
            let changed = try RunFolder.make() + "/export"
            try FileManager.default.copyItem(atPath: folder, toPath: changed)
            try flip(try #require(bundle(below: changed)))
            let refused = try run(changed)
            #expect(refused.code == 65 && refused.error.contains("NOT cosigned"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
        }

        private func flip(_ path: String) throws {
            var leaves = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            leaves[leaves.count / 2] ^= 1
            try Data(leaves).write(to: URL(fileURLWithPath: path))
        }

        private func expectStrangersAgree(
            _ scene: Scene, _ keys: MadeKeys, _ folder: String, _ proof: [String],
            _ record: [UInt8]
        ) throws {
            guard let python = SandboxTests.python else { return }
            let text = try scene.write(Array((proof.joined(separator: "\n") + "\n").utf8), to: "p")
            let bytes = try scene.write(record, to: "record")
            let proved = try CommandRun(
                shell: "\(python) \(Self.verifier) proof \(text) --key \(keys.open) "
                    + "--record \(bytes)")
            #expect(proved.code == 0, "\(proved.output) \(proved.error)")
            let check =
                "\(python) \(Self.verifier) log \(folder) --key \(keys.open) "
                + "--held \(scene.folder)/newest"
            let good = try CommandRun(shell: check)
            #expect(good.code == 0, "\(good.output) \(good.error)")
            try flip(try #require(bundle(below: folder)))
            #expect(try CommandRun(shell: check).code == 65)
            let own = try CommandRun([
                "audit", "verify", "--export", folder, "--key", keys.open,
            ])
            #expect(own.code == 65, "\(own.output)")
        }

        /// A file of leaves.
        private func bundle(below folder: String) -> String? {
            let files = FileManager.default.enumerator(atPath: folder)?.allObjects ?? []
            return files.compactMap { $0 as? String }
                .first { $0.contains("tile/entries/000.p/") }.map { "\(folder)/\($0)" }
        }
    }
}
