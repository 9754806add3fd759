import Foundation
import Testing

extension EndToEnd {
    @Suite("Mistakes in a configuration", .serialized)
    struct MistakeTests {
        /// The arguments of a worker that are right, but for what a mistake puts in their place.
        private func arguments(_ mistake: Mistake, in folder: String) throws -> [String] {
            var options = [
                ("--bootstrap", "127.0.0.1:1"), ("--model", try RunFolder.model.get()),
                ("--input-root", Images.folder), ("--instance", "a"),
            ]
            var added = ["--set", "startup.timeout-ms=500"]
            switch mistake.given {
            case .file(let text):
                let key = folder + "/short.key"
                try Data("short".utf8).write(to: URL(fileURLWithPath: key))
                chmod(key, 0o600)
                let file = folder + "/vigil.yaml"
                try (text.replacing("SHORT-KEY", with: key) + "\n")
                    .write(toFile: file, atomically: false, encoding: .utf8)
                added += ["--config", file]
            case .variable: break
            case .set(let text): added += ["--set", text]
            case .arguments(let words):
                options.removeAll { $0.0 == words.first }
                added = words.count == 1 ? added + words : words + added
            }
            return ["worker"] + options.flatMap { [$0.0, $0.1] } + added
        }

        @Test("there are more mistakes than the 87 that were once planted")
        func count() { #expect(Mistake.all.count > 87) }

        @Test(
            "a mistake ends the worker before any work, with its place, its name and what to do",
            arguments: Mistake.all)
        func told(_ mistake: Mistake) throws {
            let folder = try RunFolder.make()
            var variables: [String: String] = [:]
            if case .variable(let name, let value) = mistake.given { variables[name] = value }
            let run = try CommandRun(
                arguments(mistake, in: folder), variables: variables, within: .seconds(30))
            #expect(run.code == mistake.code, "\(run.error)")
            for words in [mistake.place, mistake.named, mistake.remedy] where !words.isEmpty {
                #expect(run.error.contains(words), "\(words): \(run.error)")
            }
            #expect(!run.error.contains("broker_out_of_reach"), "\(run.error)")
            #expect(!run.error.contains("worker_starting"), "\(run.error)")
            #expect(!run.error.contains("vigil: vigil"), "\(run.error)")
        }
    }
}
