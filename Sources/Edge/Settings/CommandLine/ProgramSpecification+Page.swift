internal import VigilCore

extension ProgramSpecification {
    /// The reference page of all commands in Markdown: a list, the help of each, the exit codes.
    ///
    /// - Parameter helpOf: gives the help of a command that another program carries out.
    package func page<Failure: Error>(
        helpOf: (DelegatedCommand) throws(Failure) -> String
    ) throws(Failure) -> String {
        var out = "# Commands\n\n"
        out += MarkdownText.origin(
            "\(caller) help --markdown", file: "Deploy/reference/COMMANDS.md")
        out += MarkdownText.paragraph(
            "`\(caller) COMMAND --help` prints one of these texts, `\(caller) --version` the "
                + "version.")
        out += "\n"
        for command in listed {
            let anchor = (caller + " " + command.name).split(separator: " ").joined(separator: "-")
            out += MarkdownText.item(
                "[`\(caller) \(command.name)`](#\(anchor)): "
                    + MarkdownText.escaped(command.summary))
        }
        out += MarkdownText.item("[Exit codes](#exit-codes)")
        for command in listed {
            let help =
                switch command {
                case .own(let own): own.help(program: caller)
                case .delegated(let delegated): try helpOf(delegated)
                }
            out += "\n## \(caller) \(command.name)\n\n```\n\(help)```\n"
        }
        return out + "\n## Exit codes\n\n" + Self.exitCodes
    }

    private static var exitCodes: String {
        var out = "| code | means | start again? |\n|---:|---|---|\n"
        for code in ExitCode.all {
            let again =
                switch code.restart {
                case .ended: ""
                case .useless: "no, mend the cause first"
                case .advised: "yes"
                }
            out += "| \(code.rawValue) | \(code.meaning) | \(again) |\n"
        }
        return out
    }
}
