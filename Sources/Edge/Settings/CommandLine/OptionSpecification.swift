/// One `--option` of a command.
package struct OptionSpecification: Sendable, Hashable {
    /// How a shell completes a value.
    package enum Completion: Sendable, Hashable {
        case none
        case file
        case directory
        case words([String])
    }

    /// The name without its hyphens.
    package let name: String
    /// What stands for the value in the help, such as `HOST:PORT`; nil for an option without value.
    package let value: String?
    /// One sentence.
    package let summary: String
    package let isRepeated: Bool
    package let isRequired: Bool
    /// Words are also the only values allowed.
    package let completion: Completion

    /// An option with a value.
    package init(
        _ name: String, value: String, _ summary: String, isRepeated: Bool = false,
        isRequired: Bool = false, completion: Completion = .none
    ) {
        self.name = name
        self.value = value
        self.summary = summary
        self.isRepeated = isRepeated
        self.isRequired = isRequired
        self.completion = completion
    }

    /// An option without a value, true when given.
    package init(flag name: String, _ summary: String) {
        self.name = name
        value = nil
        self.summary = summary
        isRepeated = false
        isRequired = false
        completion = .none
    }
}

/// An argument without a name of its own.
package struct PositionalSpecification: Sendable, Hashable {
    /// What stands for it in the help, such as `FILE`.
    package let name: String
    package let summary: String
    package let isRequired: Bool
    /// Takes all that is left; only the last may.
    package let isRepeated: Bool
    package let completion: OptionSpecification.Completion

    /// An argument.
    package init(
        _ name: String, _ summary: String, isRequired: Bool = true, isRepeated: Bool = false,
        completion: OptionSpecification.Completion = .none
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        self.isRepeated = isRepeated
        self.completion = completion
    }
}
