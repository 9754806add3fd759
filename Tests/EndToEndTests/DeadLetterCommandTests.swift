import BrokerTestKit
import Testing
import VigilCore

extension EndToEnd {
    @Suite(
        "Dead letters", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct DeadLetterCommandTests {
        private func run(_ scene: Scene, _ words: String...) throws -> CommandRun {
            let dead = scene.topics.deadLetter
            return try CommandRun(
                ["dlq"] + words + [
                    "--bootstrap", scene.broker.bootstrap, "--group", scene.group, "--json",
                    "--set", "topics.input=\(scene.topics.input)",
                    "--set", "topics.dead-letter=\(dead)",
                ])
        }

        @Test("names and texts of senders reach a terminal escaped, in JSON as well")
        func hostileNames() throws {
            let scene = try Scene(anyBroker)
            let hostile = "\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}gpj\u{2066}\nletter 0:9 forged\r"
            var message = StudyMessage("id" + hostile, body: "{" + hostile)
            message.headers.append(RecordHeader("name" + hostile, hostile))
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send([message])
            try audit.await(within: .seconds(120)) { !$0.deadLetters.isEmpty }
            try worker.stop()
            let dead = scene.topics.deadLetter
            let rest = [
                "--bootstrap", scene.broker.bootstrap, "--set",
                "topics.input=\(scene.topics.input)", "--set", "topics.dead-letter=\(dead)",
            ]
            let name = try #require(try letters(try run(scene, "ls")).first?["letter"]?.stringValue)
            for words in [["ls"], ["ls", "--json"], ["show", name], ["show", name, "--json"]] {
                let shown = try CommandRun(["dlq"] + words + rest)
                #expect(shown.code == 0 && !shown.output.isEmpty)
                for scalar in shown.output.joined().unicodeScalars {
                    let kind = scalar.properties.generalCategory
                    #expect(kind != .control && kind != .format, "\(words): \(scalar.value)")
                }
                #expect(!shown.output.contains { $0.hasPrefix("letter 0:9") })
            }
            let json = try letters(try run(scene, "show", name)).first
            let headers = json?["headers"]?.arrayValue ?? []
            #expect(headers.contains { $0["name"]?.stringValue == "name" + hostile })
        }

        @Test("a letter of several lines is shown line by line, and a table has 100 columns")
        func lines() throws {
            let scene = try Scene(anyBroker)
            let message = StudyMessage("lines", body: "{\n\t\"study\":\r\n\t\"Jos\u{e9}\"")
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send([message])
            try audit.await(within: .seconds(120)) { !$0.deadLetters.isEmpty }
            try worker.stop()
            let rest = [
                "--bootstrap", scene.broker.bootstrap, "--set",
                "topics.dead-letter=\(scene.topics.deadLetter)",
            ]
            let name = try #require(try letters(try run(scene, "ls")).first?["letter"]?.stringValue)
            let shown = try CommandRun(["dlq", "show", name] + rest)
            #expect(shown.output.contains("        \"study\":"), "\(shown.output)")
            #expect(shown.output.contains("        \"Jos\u{e9}\""), "\(shown.output)")
            let list = try CommandRun(["dlq", "ls"] + rest)
            #expect(list.output.contains { $0.contains("of \(scene.topics.input)/") })
            #expect(list.output.filter { $0.count > 100 } == [])
            let none = try CommandRun(["dlq", "show", name, "--code", "file_missing"] + rest)
            #expect(none.code == 66 && none.output == [])
            let empty = try CommandRun(["dlq", "ls", "--code", "file_missing"] + rest)
            #expect(empty.code == 0 && empty.error.contains("no dead letter fits"))
        }

        private func letters(_ run: CommandRun) throws -> [JSONValue] {
            try run.output.map { try JSONParser.parse(Array($0.utf8)) }
        }

        @Test(
            "letters are listed, shown, and sent again once, after which the study has its finding",
            arguments: BrokerKind.available)
        func replay(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let path = scene.folder + "/late.dcm"
            let late = StudyMessage("late", files: [path])
            let bad = StudyMessage("bad", body: "{\"study\":")
            let worker = try scene.startWorker(
                settings: ["retry.attempts-max=1", "topics.retry-count=0"])
            let audit = try scene.audit()
            try scene.send([late, bad])
            try audit.await(2, within: .seconds(120), worker: worker)
            #expect(audit.problems([late, bad]) == [])

            let list = try letters(try run(scene, "ls"))
            #expect(list.count == 2 && list.allSatisfy { $0["replayed"] == .bool(false) })
            let missing = try letters(try run(scene, "ls", "--code", "file_missing"))
            #expect(missing.count == 1)
            let name = try #require(missing.first?["letter"]?.stringValue)
            let shown = try letters(try run(scene, "show", name))
            #expect(shown.first?["value"]?.stringValue?.contains(path) == true)
            #expect(try run(scene, "show", "0:999999").code == 65)
            #expect(try run(scene, "replay").code == 64)

            // The file has come, and the letter goes out; asked for again, it does not.
            _ = try scene.write(try Images.bytes(Images.quick[0]), to: "late.dcm")
            let dry = try run(scene, "replay", name, "--dry-run")
            #expect(try dry.code == 0 && letters(dry).count == 1)
            #expect(try letters(try run(scene, "replay", name)).count == 1)
            let again = try run(scene, "replay", name)
            #expect(again.code == 66 && again.output == [])
            #expect(again.error.contains("1 were sent before"), "\(again.error)")
            let after = try letters(try run(scene, "ls", "--code", "file_missing"))
            #expect(after.first?["replayed"] == .bool(true))
            try audit.await(within: .seconds(120)) { $0.findings["late"] != nil }
            // All that is left, the other letter: it comes back with one attempt more.
            #expect(try letters(try run(scene, "replay", "--all")).count == 1)
            try audit.await(within: .seconds(120)) { $0.deadLetters["bad"]?.count == 2 }
            try worker.stop()
            try audit.settle()
            #expect(audit.findings["late"]?.count == 1)
            let attempts = try letters(try run(scene, "ls", "--stage", "parse")).map {
                $0["dead_letter"]?["vigil-attempt"]?.stringValue
            }
            #expect(attempts == ["1", "2"] || attempts == ["2", "1"])
        }
    }
}
