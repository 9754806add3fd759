import Settings
import Testing
import VigilCore

/// The command-line parser, its help and its completions.
struct CommandLineTests {
    static let program = ProgramSpecification(
        name: "vigil", summary: "Reads radiology studies.",
        listed: [
            CommandSpecification(
                name: "worker", summary: "Runs the worker.",
                example:
                    "vigil worker --bootstrap localhost:9092 --model models/a "
                    + "--set log.level=debug",
                options: [
                    OptionSpecification(
                        "bootstrap", value: "HOST:PORT", "Brokers.", isRequired: true),
                    OptionSpecification("model", value: "DIR", "Model.", completion: .directory),
                    OptionSpecification(
                        "set", value: "KEY=VALUE", "Sets a setting.", isRepeated: true),
                    OptionSpecification("threads", value: "N", "Threads."),
                    OptionSpecification(
                        "precision", value: "P", "Arithmetic.",
                        completion: .words(["fp32", "int8"])),
                    OptionSpecification(flag: "json", "Writes JSON."),
                ]),
            CommandSpecification(
                name: "model inspect", summary: "Shows a model.",
                example: "vigil model inspect DIR",
                positionals: [
                    PositionalSpecification("DIR", "The model.", completion: .directory)
                ]),
            CommandSpecification(
                name: "model verify", summary: "Checks a model.", example: "vigil model verify DIR",
                positionals: [
                    PositionalSpecification("DIR", "The model.", completion: .directory)
                ]),
            CommandSpecification(
                name: "infer", summary: "Runs files.", example: "vigil infer --embedding a.dcm",
                options: [OptionSpecification(flag: "embedding", "Writes embeddings.")],
                positionals: [
                    PositionalSpecification("FILE", "Images.", isRepeated: true, completion: .file)
                ]),
        ].map { .own($0) })

    private func parse(_ line: String) throws(UsageError) -> ParsedArguments? {
        let words = line.split(separator: " ").map(String.init)
        guard case .command(_, let parsed) = try Self.program.parse(words) else { return nil }
        return parsed
    }

    private func error(_ line: String) -> UsageError? {
        do throws(UsageError) {
            _ = try parse(line)
            return nil
        } catch { return error }
    }

    @Test("options, repeated options, flags and arguments are told apart")
    func parsing() throws {
        let worker = try #require(
            try parse("worker --bootstrap a:1 --set=x=1 --set y=2=3 --json --threads 4"))
        #expect(worker.string("bootstrap") == "a:1")
        #expect(worker.strings("set") == ["x=1", "y=2=3"])
        #expect(worker.has("json") && !worker.has("model"))
        #expect(try worker.integer("threads", in: 1...64) == 4)
        #expect(try worker.overrides().map(\.key) == ["x", "y"])
        #expect(try worker.overrides().last?.value == "2=3")
        let infer = try #require(try parse("infer a.dcm --embedding -- --b.dcm"))
        #expect(infer.positionals == ["a.dcm", "--b.dcm"])
        #expect(try parse("model verify m")?.positionals == ["m"])
        #expect(try parse("worker --bootstrap=")?.string("bootstrap") == "")
    }

    @Test(
        "a wrong line is named with the command and a remedy",
        arguments: [
            ("", "usage_command_missing", "'vigil --help'"),
            ("wroker", "usage_command_unknown", "'worker'"),
            ("model", "usage_command_unknown", "'model inspect'"),
            ("model verfy x", "usage_command_unknown", "'model verify'"),
            ("zzzzzzzzzz", "usage_command_unknown", "--help"),
            ("worker --bootsrap a", "usage_option_unknown", "'--bootstrap'"),
            ("worker --zzzzzzzzzz", "usage_option_unknown", "'vigil worker --help'"),
            ("worker -b a", "usage_option_unknown", "--help"),
            ("worker --bootstrap", "usage_value_missing", "--bootstrap HOST:PORT"),
            ("worker --bootstrap --json", "usage_value_missing", "--bootstrap HOST:PORT"),
            ("worker --json=1 --bootstrap a", "usage_value_unexpected", "--help"),
            ("worker --bootstrap a --bootstrap b", "usage_option_repeated", "--help"),
            ("worker --model m", "usage_option_missing", "--help"),
            ("worker --bootstrap a x", "usage_argument_unexpected", "--help"),
            ("worker --bootstrap a --precision fp64", "usage_value_refused", "fp32, int8"),
            ("model verify", "usage_argument_missing", "--help"),
        ])
    func mistakes(line: String, code: String, remedy: String) throws {
        let error = try #require(self.error(line))
        #expect(error.code.text == code)
        #expect(error.remedy.text.contains(remedy), "\(error)")
        #expect(error.disposition == .shutDown(.usage))
    }

    @Test("a value outside its bounds is refused", arguments: ["0", "65", "x", "1.5", "-1"])
    func bounds(text: String) throws {
        let parsed = try #require(try parse("worker --bootstrap a --threads=\(text)"))
        let error = #expect(throws: UsageError.self) { try parsed.integer("threads", in: 1...64) }
        #expect(error?.description.contains("from 1 to 64") == true)
    }

    @Test("help is within 80 columns and has usage, every option and a whole example")
    func help() throws {
        guard case .help(let text) = try Self.program.parse(["worker", "--help", "--nonsense"])
        else {
            Issue.record("no help")
            return
        }
        #expect(text.contains("Usage:\n  vigil worker --bootstrap HOST:PORT [options]\n"))
        for word in ["--model DIR", "--json", "(repeatable)", "Example:"] {
            #expect(text.contains(word))
        }
        let first = "vigil worker --bootstrap localhost:9092 --model models/a --set \\\n"
        #expect(text.contains(first))
        for line in (text + Self.program.help()).split(separator: "\n") {
            #expect(line.count <= 80)
        }
        guard case .help(let same) = try Self.program.parse(["help", "worker"]) else {
            Issue.record("no help")
            return
        }
        #expect(same == text)
        guard case .version = try Self.program.parse(["--version"]) else {
            Issue.record("no version")
            return
        }
    }

    @Test("the shell is given commands, options, values and kinds of paths")
    func completions() throws {
        func complete(_ words: String...) throws -> [String] {
            guard case .completions(let lines) = try Self.program.parse(["__complete"] + words)
            else { return [] }
            return lines
        }
        #expect(try complete("") == ["infer", "model", "worker", ":none"])
        #expect(try complete("w") == ["worker", ":none"])
        #expect(try complete("model", "") == ["inspect", "verify", ":none"])
        #expect(try complete("worker", "--b") == ["--bootstrap", ":none"])
        #expect(try complete("worker", "--precision", "") == ["fp32", "int8", ":none"])
        #expect(try complete("worker", "--model", "") == [":directory"])
        #expect(try complete("infer", "") == [":file"])
        #expect(try complete() == ["infer", "model", "worker", ":none"])
    }

    @Test("a completion script asks the program", arguments: ProgramSpecification.Shell.allCases)
    func scripts(shell: ProgramSpecification.Shell) {
        let script = Self.program.completion(for: shell)
        #expect(script.contains("vigil") && script.contains("__complete"))
    }

    @Test("words of any kind end in a request or an error")
    func mutations() {
        var random = SplitMix64(seed: 0x5eed)
        let pieces = ["worker", "model", "--", "-", "--=", "--set", "=", "é\u{0}", "verify", ""]
        for _ in 0..<5000 {
            let words = (0..<Int(random.next() % 6)).map { _ in
                pieces[Int(random.next() % UInt64(pieces.count))]
            }
            _ = try? Self.program.parse(words)
            _ = try? Self.program.parse(["__complete"] + words)
        }
    }
}
