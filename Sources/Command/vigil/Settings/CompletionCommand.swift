import Commands
import Settings
import VigilCore

/// `vigil completion`: the script that teaches a shell Vigil's commands and options.
enum CompletionCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "completion", summary: "Print the completion script of a shell",
            example: "vigil completion bash > /etc/bash_completion.d/vigil",
            positionals: [
                PositionalSpecification(
                    "SHELL", "bash, zsh or fish", isRequired: true,
                    completion: .words(ProgramSpecification.Shell.allCases.map(\.rawValue)))
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let name = arguments.positionals.first ?? ""
        guard let shell = ProgramSpecification.Shell(rawValue: name) else { return .usage }
        Terminal.out(VigilCommand.program.specification.completion(for: shell))
        return .ok
    }
}
