internal import VigilCore

/// All commands of a program.
package struct ProgramSpecification: Sendable {
    /// What the arguments ask for.
    package enum Request: Sendable {
        /// `--help`, `-h` or `help`: this text goes to standard output.
        case help(String)
        /// `help --markdown`: ``ProgramSpecification/page(helpOf:)`` goes to standard output.
        case page
        /// `--version` or `version`.
        case version
        /// A command with its checked arguments.
        case command(CommandSpecification, ParsedArguments)
        /// A command of another program, its help or its completions: that program is to get the
        /// same arguments.
        case delegated(DelegatedCommand)
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
    /// In the order of the help.
    package let listed: [ListedCommand]
    /// The program by whose name people run these commands.
    package let caller: String

    /// A program.
    ///
    /// - Parameter caller: nil for the program itself.
    package init(
        name: String, summary: String, listed: [ListedCommand], caller: String? = nil
    ) {
        self.name = name
        self.summary = summary
        self.listed = listed
        self.caller = caller ?? name
    }

    /// Reads the arguments after the program's name.
    package func parse(_ arguments: [String]) throws(UsageError) -> Request {
        let title = SafeText(operatorProvided: name)
        guard let first = arguments.first else { throw .commandMissing(program: title) }
        switch first {
        case "--version", "version": return .version
        case "--help", "-h": return .help(help())
        case "help" where arguments.count == 1: return .help(help())
        case "help" where arguments == ["help", "--markdown"]: return .page
        case Self.completionCommand: return complete(Array(arguments.dropFirst()))
        default: break
        }
        let isHelp = first == "help"
        let words = isHelp ? Array(arguments.dropFirst()) : arguments
        let command: CommandSpecification
        switch match(words) {
        case .own(let own)?: command = own
        case .delegated(let delegated)?: return .delegated(delegated)
        case nil: throw unknown(words)
        }
        if isHelp { return .help(command.help(program: caller)) }
        var parser = ArgumentParser(command: command, program: caller)
        let parsed = try parser.parse(Array(words.dropFirst(command.words.count)))
        return parsed.isHelpWanted
            ? .help(command.help(program: caller)) : .command(command, parsed)
    }

    /// The list of commands, at most 80 columns.
    package func help() -> String {
        var out = TextWrap.lines("\(name): \(summary)")
        out += ["", "Usage:", "  \(caller) COMMAND [options]", "", "Commands:"]
        for command in listed { out += TextWrap.item(command.name, command.summary) }
        out += ["", "'\(caller) COMMAND --help' shows a command's options with an example."]
        out += ["'\(caller) help --markdown' prints the help of all commands as a page."]
        return out.joined(separator: "\n") + "\n"
    }

    /// The longest command whose words the arguments begin with.
    func match(_ arguments: [String]) -> ListedCommand? {
        listed.filter { arguments.starts(with: $0.words) }.max { $0.words.count < $1.words.count }
    }

    private func unknown(_ arguments: [String]) -> UsageError {
        let words = arguments.prefix { !$0.hasPrefix("-") }
        let first = words.first ?? arguments.first ?? ""
        let group = listed.filter { $0.words.count > 1 && $0.words.first == first }
        let found = group.isEmpty ? first : words.prefix(2).joined(separator: " ")
        let candidates = group.isEmpty ? listed : group
        // Of a group with no second word, any member is a fair hint.
        let nearest =
            Spelling.nearest(to: found, among: candidates.map(\.name)) ?? group.first?.name
        return .commandUnknown(
            program: SafeText(operatorProvided: name), found: .shown(found),
            nearest: nearest.map { SafeText(operatorProvided: $0) })
    }
}
