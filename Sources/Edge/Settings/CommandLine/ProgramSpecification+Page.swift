internal import VigilCore

extension ProgramSpecification {
    /// The reference page of all commands in Markdown: a list, the help of each, the exit codes.
    func page() -> String {
        var out = "# Commands\n\n"
        out += MarkdownText.origin(
            "\(name) help --markdown", file: "Deploy/reference/COMMANDS.md")
        out += MarkdownText.paragraph(
            "`\(name) COMMAND --help` prints one of these texts, `\(name) --version` the version.")
        out += "\n"
        for command in commands {
            let anchor = (name + " " + command.name).split(separator: " ").joined(separator: "-")
            out += MarkdownText.item(
                "[`\(name) \(command.name)`](#\(anchor)): "
                    + MarkdownText.escaped(command.summary))
        }
        out += MarkdownText.item("[Exit codes](#exit-codes)")
        for command in commands {
            out += "\n## \(name) \(command.name)\n\n```\n\(command.help(program: name))```\n"
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
