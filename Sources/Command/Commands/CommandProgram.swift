package import Settings
package import VigilCore

/// A program of several commands: from its arguments to its exit code.
package struct CommandProgram: Sendable {
    /// A command of this program, or one that the other program beside it carries out.
    package enum Member: Sendable {
        case own(any Command.Type)
        case delegated(DelegatedCommand)
    }

    /// What its arguments are read by, and its help.
    package let specification: ProgramSpecification
    private let members: [Member]
    /// Carries out the commands that are delegated.
    private let delegate: SisterProgram

    /// A program.
    ///
    /// - Parameters:
    ///   - caller: the program by whose name people run these commands; nil for this one.
    ///   - delegate: carries out the commands that are delegated.
    package init(
        name: String, summary: String, members: [Member], caller: String? = nil,
        delegate: SisterProgram = .laboratory
    ) {
        self.members = members
        self.delegate = delegate
        let listed = members.map { member -> ListedCommand in
            switch member {
            case .own(let command): .own(command.specification)
            case .delegated(let command): .delegated(command)
            }
        }
        specification = ProgramSpecification(
            name: name, summary: summary, listed: listed, caller: caller)
    }

    /// The commands that this program carries out itself.
    package var commands: [any Command.Type] {
        members.compactMap { member in
            guard case .own(let command) = member else { return nil }
            return command
        }
    }

    /// Finds the command that the arguments name and runs it; turns errors into a text on standard
    /// error and an exit code after sysexits(3).
    ///
    /// - Parameter arguments: those after the program's name.
    package func run(_ arguments: [String]) -> ExitCode {
        do {
            switch try specification.parse(arguments) {
            case .help(let text): Terminal.out(text)
            case .page:
                Terminal.out(
                    try specification.page { command throws(CommandError) in
                        try delegate.help(of: command)
                    })
            case .version: Terminal.line("\(specification.name) \(BuildVersion.current)")
            case .completions(let lines): lines.forEach { Terminal.line($0) }
            case .delegated: try delegate.takeOver()
            case .command(let specification, let arguments):
                let command = commands.first { $0.specification.name == specification.name }
                return try command?.run(arguments) ?? .software
            }
            return .ok
        } catch {
            return ErrorReport.tell(error)
        }
    }
}
