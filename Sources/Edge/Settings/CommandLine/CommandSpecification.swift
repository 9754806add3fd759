internal import VigilCore

/// One command: its name may have several words, such as `topics create`.
package struct CommandSpecification: Sendable, Hashable {
    /// The words after the program's name.
    package let name: String
    /// One sentence.
    package let summary: String
    /// A whole command line that works.
    package let example: String
    package let options: [OptionSpecification]
    package let positionals: [PositionalSpecification]

    /// A command; `--help` is added to its options.
    package init(
        name: String, summary: String, example: String, options: [OptionSpecification] = [],
        positionals: [PositionalSpecification] = []
    ) {
        self.name = name
        self.summary = summary
        self.example = example
        self.options = options + [OptionSpecification(flag: "help", "Shows this text.")]
        self.positionals = positionals
    }

    /// The name's words.
    var words: [String] { name.split(separator: " ").map(String.init) }

    /// The help: at most 80 columns, with usage, options and the example.
    package func help(program: String = "vigil") -> String {
        var out = TextWrap.lines("\(program) \(name): \(summary)")
        out += ["", "Usage:"] + TextWrap.lines(usage(program), indent: 2)
        if !positionals.isEmpty {
            out += ["", "Arguments:"]
            for positional in positionals {
                out += TextWrap.item(positional.name, positional.summary)
            }
        }
        out += ["", "Options:"]
        for option in options {
            let title = "--" + option.name + (option.value.map { " " + $0 } ?? "")
            let note = option.isRequired ? " (required)" : option.isRepeated ? " (repeatable)" : ""
            out += TextWrap.item(title, option.summary + note)
        }
        out += ["", "Example:"] + Self.exampleLines(example)
        return out.joined(separator: "\n") + "\n"
    }

    private func usage(_ program: String) -> String {
        let required = options.filter(\.isRequired).map { " --\($0.name) \($0.value ?? "")" }
        let arguments = positionals.map { positional in
            let name = positional.name + (positional.isRepeated ? "…" : "")
            return positional.isRequired ? " \(name)" : " [\(name)]"
        }
        return "\(program) \(name)" + required.joined() + " [options]" + arguments.joined()
    }

    /// The example on lines that a shell takes as one.
    private static func exampleLines(_ example: String) -> [String] {
        let lines = TextWrap.lines(example, width: TextWrap.columns - 4, indent: 2)
        return lines.enumerated().map { index, line in
            (index == 0 ? line : "  " + line) + (index == lines.count - 1 ? "" : " \\")
        }
    }
}
