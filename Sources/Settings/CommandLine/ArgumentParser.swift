internal import VigilCore

/// Reads a command's arguments: `--name value`, `--name=value`, `--flag`, and `--` before arguments
/// that begin with a hyphen.
struct ArgumentParser {
    private let command: CommandSpecification
    private let title: SafeText
    private var values: [String: [String]] = [:]
    private var positionals: [String] = []

    init(command: CommandSpecification, program: String) {
        self.command = command
        title = SafeText(operatorProvided: "\(program) \(command.name)")
    }

    mutating func parse(_ arguments: [String]) throws(UsageError) -> ParsedArguments {
        if arguments.prefix(while: { $0 != "--" }).contains(where: ["--help", "-h"].contains) {
            return finished(isHelpWanted: true)
        }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                positionals += rest
                break
            } else if argument.hasPrefix("-"), argument != "-" {
                try takeOption(argument, &rest)
            } else {
                positionals.append(argument)
            }
        }
        try checkMissing()
        return finished(isHelpWanted: false)
    }

    private mutating func takeOption(
        _ argument: String, _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let written = String(parts.first ?? "")
        let name = String(written.drop { $0 == "-" })
        guard written.hasPrefix("--"),
            let option = command.options.first(where: { $0.name == name })
        else {
            let nearest = Spelling.nearest(to: name, among: command.options.map(\.name))
            throw .optionUnknown(
                command: title, found: .shown(written),
                nearest: nearest.map { SafeText(operatorProvided: $0) })
        }
        let shown = SafeText(operatorProvided: name)
        if values[name] != nil, !option.isRepeated, option.value != nil {
            throw .optionRepeated(command: title, option: shown)
        }
        guard let stand = option.value else {
            if parts.count == 2 { throw .valueUnexpected(command: title, option: shown) }
            values[name] = []
            return
        }
        let next = parts.count == 2 ? String(parts[1]) : takeNext(&rest)
        guard let value = next else {
            throw .valueMissing(
                command: title, option: shown, value: SafeText(operatorProvided: stand))
        }
        if case .words(let words) = option.completion, !words.contains(value) {
            throw .valueRefused(
                command: title, option: shown, found: .shown(value),
                expected: SafeText(operatorProvided: SettingType.choice(words).expectation))
        }
        values[name, default: []].append(value)
    }

    /// The next argument, unless it is an option itself; `--name=--value` gives such a value.
    private func takeNext(_ rest: inout ArraySlice<String>) -> String? {
        guard let next = rest.first, !next.hasPrefix("--") else { return nil }
        return rest.popFirst()
    }

    private func checkMissing() throws(UsageError) {
        for option in command.options where option.isRequired && values[option.name] == nil {
            throw .optionMissing(command: title, option: SafeText(operatorProvided: option.name))
        }
        let required = command.positionals.filter(\.isRequired)
        if positionals.count < required.count {
            let name = required[positionals.count].name
            throw .argumentMissing(command: title, argument: SafeText(operatorProvided: name))
        }
        for (positional, value) in zip(command.positionals, positionals) {
            guard case .words(let words) = positional.completion, !words.contains(value) else {
                continue
            }
            throw .argumentRefused(
                command: title, argument: SafeText(operatorProvided: positional.name),
                found: .shown(value),
                expected: SafeText(operatorProvided: SettingType.choice(words).expectation))
        }
        let isOpen = command.positionals.contains(where: \.isRepeated)
        if !isOpen, positionals.count > command.positionals.count {
            throw .argumentUnexpected(
                command: title, found: .shown(positionals[command.positionals.count]))
        }
    }

    private func finished(isHelpWanted: Bool) -> ParsedArguments {
        ParsedArguments(
            title: title, isHelpWanted: isHelpWanted, positionals: positionals, values: values)
    }
}
