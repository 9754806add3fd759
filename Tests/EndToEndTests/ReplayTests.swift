import BrokerTestKit
import Testing
import VigilCore

extension EndToEndAnswers {
    @Suite(
        "Replay", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct ReplayTests {
        private func replay(_ scene: Scene, _ settings: [String] = []) throws -> CommandRun {
            try CommandRun(
                ["replay", "--verify", "--from", "0", "--to", "1000", "--json"]
                    + scene.replayArguments(settings: settings))
        }

        @Test("a range that holds no event is no success")
        func empty() throws {
            let scene = try Scene(anyBroker)
            let run = try replay(scene)
            #expect(run.code == 66 && run.output == [], "\(run.output)")
            #expect(run.error.contains("offset from 0 to before 1000"), "\(run.error)")
        }

        private func verdicts(_ run: CommandRun) throws -> [String: Int] {
            try run.output.dropLast().reduce(into: [:]) { counts, line in
                let verdict = try JSONParser.parse(Array(line.utf8))["verdict"]?.stringValue
                counts[verdict ?? "?", default: 0] += 1
            }
        }

        @Test(
            "a range run again gives the digests that were published, and a changed image does not")
        func verify() throws {
            let scene = try Scene(anyBroker)
            let own = try scene.write(try Images.bytes("SC_rgb.dcm"), to: "own.dcm")
            let messages = Load.make(40) + [StudyMessage("own", files: [own])]
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(41, within: .seconds(120), worker: worker)
            try worker.stop()

            let same = try replay(scene)
            #expect(same.code == 0, "\(same.error)")
            #expect(try verdicts(same) == ["same": 37, "fails_again": 4])
            _ = try scene.write(try Images.bytes("color-px.dcm"), to: "own.dcm")
            let changed = try replay(scene)
            #expect(changed.code == 65)
            #expect(try verdicts(changed) == ["same": 36, "fails_again": 4, "differs": 1])
            let other = try replay(scene, ["engine.precision=int8"])
            #expect(other.code == 65)
            #expect(try verdicts(other)["differs"] == 37)
        }
    }
}
