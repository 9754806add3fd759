package import VigilCore

extension ProgramSpecification {
    /// Carries out what the arguments ask for, by a program that delegates no command; turns errors
    /// into a text on standard error and an exit code.
    ///
    /// - Parameters:
    ///   - arguments: those after the program's name.
    ///   - command: carries out one of the program's commands.
    package func run(
        _ arguments: [String],
        command: (CommandSpecification, ParsedArguments) throws -> ExitCode
    ) -> ExitCode {
        do {
            switch try parse(arguments) {
            case .help(let text): StandardStream.out(text)
            case .version: StandardStream.line("\(name) \(BuildVersion.current)")
            case .completions(let lines): lines.forEach { StandardStream.line($0) }
            case .page: StandardStream.out(help())
            case .delegated: return .software
            case .command(let specification, let arguments):
                return try command(specification, arguments)
            }
            return .ok
        } catch {
            return ErrorReport.tell(error, by: name)
        }
    }
}
