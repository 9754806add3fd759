/// A command that another program carries out, which alone knows its options and its help.
package struct DelegatedCommand: Sendable, Hashable {
    /// The words after the program's name.
    package let name: String
    /// One sentence, the same that the other program has for it.
    package let summary: String

    /// A command.
    package init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }
}

/// A command as the list of a program has it.
package enum ListedCommand: Sendable, Hashable {
    case own(CommandSpecification)
    case delegated(DelegatedCommand)

    /// The words after the program's name.
    package var name: String {
        switch self {
        case .own(let command): command.name
        case .delegated(let command): command.name
        }
    }

    /// One sentence.
    package var summary: String {
        switch self {
        case .own(let command): command.summary
        case .delegated(let command): command.summary
        }
    }

    /// The name's words.
    var words: [String] { name.split(separator: " ").map(String.init) }
}
