internal import VigilCore

/// All commands of a program.
package struct ProgramSpecification: Sendable {
    /// What the arguments ask for.
    package enum Request: Sendable {
        /// `--help`, `-h`, `help` or `help --markdown`: this text goes to standard output.
        case help(String)
        /// `--version` or `version`.
        case version
        /// A command with its checked arguments.
        case command(CommandSpecification, ParsedArguments)
        /// A shell asks for completions: these lines go to standard output.
        case completions([String])
    }

    /// Shells that a completion can be written for.
    package enum Shell: String, Sendable, Hashable, CaseIterable {
        case bash
        case zsh
        case fish
    }

    /// The program's name.
    package let name: String
    /// One sentence.
    package let summary: String
    package let commands: [CommandSpecification]

    /// A program.
    package init(name: String, summary: String, commands: [CommandSpecification]) {
        self.name = name
        self.summary = summary
        self.commands = commands
    }

    /// Reads the arguments after the program's name.
    package func parse(_ arguments: [String]) throws(UsageError) -> Request {
        let title = SafeText(operatorProvided: name)
        guard let first = arguments.first else { throw .commandMissing(program: title) }
        switch first {
        case "--version", "version": return .version
        case "--help", "-h": return .help(help())
        case "help" where arguments.count == 1: return .help(help())
        case "help" where arguments == ["help", "--markdown"]: return .help(page())
        case Self.completionCommand:
            return .completions(completions(for: Array(arguments.dropFirst())))
        default: break
        }
        let isHelp = first == "help"
        let words = isHelp ? Array(arguments.dropFirst()) : arguments
        guard let command = match(words) else { throw unknown(words) }
        if isHelp { return .help(command.help(program: name)) }
        var parser = ArgumentParser(command: command, program: name)
        let parsed = try parser.parse(Array(words.dropFirst(command.words.count)))
        return parsed.isHelpWanted ? .help(command.help(program: name)) : .command(command, parsed)
    }

    /// The list of commands, at most 80 columns.
    package func help() -> String {
        var out = TextWrap.lines("\(name): \(summary)")
        out += ["", "Usage:", "  \(name) COMMAND [options]", "", "Commands:"]
        for command in commands { out += TextWrap.item(command.name, command.summary) }
        out += ["", "'\(name) COMMAND --help' shows a command's options with an example."]
        out += ["'\(name) help --markdown' prints the help of all commands as a page."]
        return out.joined(separator: "\n") + "\n"
    }

    /// The longest command whose words the arguments begin with.
    func match(_ arguments: [String]) -> CommandSpecification? {
        commands.filter { arguments.starts(with: $0.words) }.max { $0.words.count < $1.words.count }
    }

    private func unknown(_ arguments: [String]) -> UsageError {
        let words = arguments.prefix { !$0.hasPrefix("-") }
        let first = words.first ?? arguments.first ?? ""
        let group = commands.filter { $0.words.count > 1 && $0.words.first == first }
        let found = group.isEmpty ? first : words.prefix(2).joined(separator: " ")
        let candidates = group.isEmpty ? commands : group
        // Of a group with no second word, any member is a fair hint.
        let nearest =
            Spelling.nearest(to: found, among: candidates.map(\.name)) ?? group.first?.name
        return .commandUnknown(
            program: SafeText(operatorProvided: name), found: .shown(found),
            nearest: nearest.map { SafeText(operatorProvided: $0) })
    }
}
