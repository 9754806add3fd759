import Foundation
import Testing

extension EndToEndAnswers {
    /// What pages and help texts tell a person to type.
    @Suite("Command lines of pages", .serialized)
    struct PageCommandTests {
        /// The pages, and every command's own help with its example.
        private func texts(_ commands: [String]) throws -> [String] {
            var texts: [String] = []
            let below = ["", "/models", "/energy", "/bench"].map { "Deploy" + $0 }
            for folder in ["", "Schemas"] + below {
                let names = try FileManager.default.contentsOfDirectory(
                    atPath: Checkout.root + "/" + folder)
                for name in names where name.hasSuffix(".md") {
                    texts.append(
                        try String(
                            contentsOfFile: "\(Checkout.root)/\(folder)/\(name)", encoding: .utf8))
                }
            }
            for command in commands {
                texts.append(
                    try help(command).components(separatedBy: "Example:").last ?? "")
            }
            return texts
        }

        private func help(_ command: String) throws -> String {
            let run = try CommandRun(command.split(separator: " ").map(String.init) + ["--help"])
            try #require(run.code == 0, "\(command): \(run.error)")
            return run.output.joined(separator: "\n")
        }

        private func commands() throws -> [String] {
            try CommandRun(["help"]).output.compactMap { line in
                line.firstMatch(of: /^  ([a-z]+(?: [a-z]+)?)(?: {2,}|$)/).map { String($0.1) }
            }
        }

        @Test("every option that a page gives to a command is in that command's help")
        func options() throws {
            let commands = try commands()
            #expect(commands.count > 20)
            var helps: [String: String] = [:]
            var checked = 0
            for text in try texts(commands) {
                let joined = text.replacing(/\\\n\s*/, with: " ")
                for match in joined.matches(of: /(?:^|[`\n]) *vigil ([^`\n|]*)/) {
                    let words = match.1.split(separator: " ").prefix { $0 != "#" && $0 != ">" }
                    let name = commands.filter { command in
                        words.starts(with: command.split(separator: " "))
                    }.max { $0.count < $1.count }
                    guard let name else { continue }
                    let help = try helps[name] ?? help(name)
                    helps[name] = help
                    for word in words where word.hasPrefix("--") && word.count > 2 {
                        let option = word.prefix { $0 != "=" && $0 != "," && $0 != ";" }
                        #expect(help.contains("\(option)"), "vigil \(name) \(option)")
                        checked += 1
                    }
                }
            }
            #expect(checked > 40)
        }
    }
}
