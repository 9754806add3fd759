internal import VigilCore

/// The arguments of one command, checked against its specification.
package struct ParsedArguments: Sendable, Hashable {
    /// `--help` was given: show ``CommandSpecification/help(program:)``; nothing else was checked.
    package let isHelpWanted: Bool
    /// The arguments without names.
    package let positionals: [String]
    private let title: SafeText
    private let values: [String: [String]]

    init(title: SafeText, isHelpWanted: Bool, positionals: [String], values: [String: [String]]) {
        self.title = title
        self.isHelpWanted = isHelpWanted
        self.positionals = positionals
        self.values = values
    }

    /// Whether an option was given.
    package func has(_ option: String) -> Bool { values[option] != nil }

    /// The value of an option, or nil when it was not given.
    package func string(_ option: String) -> String? { values[option]?.last }

    /// All values of an option that may be repeated.
    package func strings(_ option: String) -> [String] { values[option] ?? [] }

    /// The value as a whole number within bounds, or nil when it was not given.
    package func integer(
        _ option: String, in bounds: ClosedRange<Int>
    ) throws(UsageError) -> Int? {
        guard let text = string(option) else { return nil }
        if let value = Int(text), bounds.contains(value) { return value }
        throw refused(option, text, SettingType.integer(bounds).expectation)
    }

    /// The value as a number within bounds, or nil when it was not given.
    package func number(
        _ option: String, in bounds: ClosedRange<Double>
    ) throws(UsageError) -> Double? {
        guard let text = string(option) else { return nil }
        if let value = Double(text), bounds.contains(value) { return value }
        throw refused(option, text, SettingType.number(bounds).expectation)
    }

    /// The value as a case of an enum, or nil when it was not given.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ option: String, of type: Choice.Type
    ) throws(UsageError) -> Choice? {
        guard let text = string(option) else { return nil }
        if let value = Choice(rawValue: text) { return value }
        throw refused(option, text, SettingType.choice(type.allCases.map(\.rawValue)).expectation)
    }

    /// The value as a list of brokers; empty when it was not given.
    package func brokers(_ option: String = "bootstrap") throws(UsageError) -> String {
        guard let text = string(option) else { return "" }
        if BrokerList.isWhole(text) { return text }
        throw refused(option, text, BrokerList.expectation)
    }

    /// The `key=value` texts of `--set` as overrides of settings.
    package func overrides(_ option: String = "set") throws(SettingsError) -> [SettingOverride] {
        var out: [SettingOverride] = []
        for text in strings(option) {
            out.append(try SettingOverride(parsing: text, flag: "--\(option)"))
        }
        return out
    }

    private func refused(_ option: String, _ text: String, _ expected: String) -> UsageError {
        .valueRefused(
            command: title, option: SafeText(operatorProvided: option), found: .shown(text),
            expected: SafeText(operatorProvided: expected))
    }
}
