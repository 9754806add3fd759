import Settings
import Testing
import VigilCore

/// Commands of a program that another one carries out.
struct DelegationTests {
    private static let tune = DelegatedCommand("model tune", "Fits a head.")
    private static let inspect = CommandSpecification(
        name: "model inspect", summary: "Shows a model.", example: "vigil model inspect DIR",
        options: [OptionSpecification(flag: "json", "Writes JSON.")])
    private static let program = ProgramSpecification(
        name: "vigil", summary: "Reads studies.",
        listed: [.own(inspect), .delegated(tune)])

    private func delegated(_ words: [String]) throws -> DelegatedCommand? {
        guard case .delegated(let command) = try Self.program.parse(words) else { return nil }
        return command
    }

    @Test(
        "the command, its help and its completions are the other program's, whatever the options",
        arguments: [
            ["model", "tune"], ["model", "tune", "--no-such-option", "\u{1}"],
            ["model", "tune", "--help"], ["help", "model", "tune"],
            ["__complete", "model", "tune", "--o"], ["__complete", "model", "tune", ""],
        ])
    func passedOn(words: [String]) throws { #expect(try delegated(words) == Self.tune) }

    @Test(
        "what only begins like it is not",
        arguments: [
            ["model", "inspect"], ["help", "model", "inspect"], ["help"], ["help", "--markdown"],
            ["__complete", "model", "inspect", "--j"], ["__complete", "model", "t"],
        ])
    func kept(words: [String]) throws { #expect(try delegated(words) == nil) }

    @Test("it is listed, completed and suggested among the program's own")
    func listing() throws {
        #expect(Self.program.help().contains("  model tune"))
        guard case .completions(let words) = try Self.program.parse(["__complete", "model", ""])
        else {
            Issue.record("no completions")
            return
        }
        #expect(words == ["inspect", "tune", ":none"])
        let error = #expect(throws: UsageError.self) { try Self.program.parse(["model", "tuen"]) }
        #expect(error?.remedy.text.contains("'model tune'") == true)
    }

    @Test("the page has its help in its place, as the other program gives it")
    func page() {
        let page = Self.program.page { "help of \($0.name)\n" }
        #expect(page.contains("\n## vigil model tune\n\n```\nhelp of model tune\n```\n"))
        #expect(page.contains("[`vigil model tune`](#vigil-model-tune): Fits a head."))
        #expect(page.contains("\n## vigil model inspect\n\n```\nvigil model inspect:"))
    }

    @Test("a program that people call by another's name writes that into every text")
    func caller() throws {
        let lab = ProgramSpecification(
            name: "vigil-lab", summary: "Tries.", listed: [.own(Self.inspect)], caller: "vigil")
        #expect(lab.help().contains("Usage:\n  vigil COMMAND [options]\n"))
        guard case .help(let help) = try lab.parse(["model", "inspect", "--help"]) else {
            Issue.record("no help")
            return
        }
        #expect(help.contains("Usage:\n  vigil model inspect [options]\n"))
        let option = #expect(throws: UsageError.self) {
            try lab.parse(["model", "inspect", "--jsom"])
        }
        #expect(option?.what.text.hasPrefix("vigil model inspect: ") == true)
        // But a command that it has not may well be the caller's.
        let command = #expect(throws: UsageError.self) { try lab.parse(["worker"]) }
        #expect(command?.what.text.hasPrefix("vigil-lab: ") == true)
    }
}
