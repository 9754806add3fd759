import Foundation
import LoopbackKit
import Testing

extension EndToEnd {
    @Suite("Commands without a broker", .serialized)
    struct SilentBrokerTests {
        /// Every command that speaks to a broker, right but for the broker.
        static let commands: [[String]] = [
            ["topics", "create"], ["dlq", "ls"], ["dlq", "show", "0:0"],
            ["dlq", "replay", "--all"], ["demo", Images.path(Images.quick[0])],
            ["replay", "--verify", "--from", "0", "--to", "9", "--input-root", "/tmp"],
            ["evaluate", "--truth", "TRUTH"], ["energy", "csv"],
            ["synth", "--count", "1", "--rate", "5/s", "--out", "OUT"], ["bench", "pipeline"],
        ]

        private func run(_ words: [String], at broker: String) throws -> CommandRun {
            let folder = try RunFolder.make()
            let truth = folder + "/truth.csv"
            try "study,cardiomegaly\n1,0\n".write(
                toFile: truth, atomically: false, encoding: .utf8)
            let model = words[0] == "replay" ? ["--model", try RunFolder.model.get()] : []
            let placed = words.map { ["TRUTH": truth, "OUT": folder + "/out"][$0] ?? $0 }
            return try CommandRun(placed + model + ["--bootstrap", broker, "--timeout", "2"])
        }

        @Test(
            "a command says whom it waits for, and ends with the broker's name and the reason",
            arguments: commands)
        func refused(words: [String]) throws {
            let run = try run(words, at: "127.0.0.1:1")
            #expect(run.code == 69, "\(run.error)")
            #expect(run.output == [])
            #expect(run.error.contains("no broker at 127.0.0.1:1 has answered yet; waiting up to"))
            #expect(run.error.contains("127.0.0.1:1 answered within 2.0 s, and nothing was done"))
            #expect(run.error.contains("Connection refused"), "\(run.error)")
            #expect(!run.error.contains("tried again"), "\(run.error)")
        }

        @Test("a listener that takes connections and says nothing is told apart from an answer")
        func silent() throws {
            let listener = try LoopbackListener()
            listener.start { _ in }
            let broker = "127.0.0.1:\(listener.port)"
            for words in [["topics", "create"], ["dlq", "ls"]] {
                let run = try run(words, at: broker)
                #expect(run.code == 69, "\(run.error)")
                #expect(run.error.contains("\(broker) answered within 2.0 s"), "\(run.error)")
                #expect(run.error.contains("kafka.security.protocol"), "\(run.error)")
            }
        }

        @Test("how long a command waits is within bounds and named when it is not")
        func bounds() throws {
            for value in ["0", "-1", "x", "1,5", "nan", "1e9"] {
                let run = try CommandRun(
                    ["topics", "create", "--bootstrap", "127.0.0.1:1", "--timeout=\(value)"])
                #expect(run.code == 64 && run.error.contains("--timeout"), "\(run.error)")
            }
        }
    }
}
