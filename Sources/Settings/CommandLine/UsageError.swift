package import VigilCore

/// Wrong flags or arguments. Exit code 64.
package enum UsageError: VigilError, Hashable {
    /// No command was given.
    case commandMissing(program: SafeText)
    /// There is no such command.
    case commandUnknown(program: SafeText, found: SafeText, nearest: SafeText?)
    /// There is no such option.
    case optionUnknown(command: SafeText, found: SafeText, nearest: SafeText?)
    /// An option that takes a value stands alone.
    case valueMissing(command: SafeText, option: SafeText, value: SafeText)
    /// An option that takes no value has one.
    case valueUnexpected(command: SafeText, option: SafeText)
    /// A value does not fit.
    case valueRefused(command: SafeText, option: SafeText, found: SafeText, expected: SafeText)
    /// An option that may stand once stands twice.
    case optionRepeated(command: SafeText, option: SafeText)
    /// An option that must be given is not.
    case optionMissing(command: SafeText, option: SafeText)
    /// An argument that must be given is not.
    case argumentMissing(command: SafeText, argument: SafeText)
    /// An argument does not fit.
    case argumentRefused(
        command: SafeText, argument: SafeText, found: SafeText, expected: SafeText)
    /// An argument is too many.
    case argumentUnexpected(command: SafeText, found: SafeText)

    package var code: SafeText {
        switch self {
        case .commandMissing: "usage_command_missing"
        case .commandUnknown: "usage_command_unknown"
        case .optionUnknown: "usage_option_unknown"
        case .valueMissing: "usage_value_missing"
        case .valueUnexpected: "usage_value_unexpected"
        case .valueRefused: "usage_value_refused"
        case .optionRepeated: "usage_option_repeated"
        case .optionMissing: "usage_option_missing"
        case .argumentMissing: "usage_argument_missing"
        case .argumentRefused: "usage_argument_refused"
        case .argumentUnexpected: "usage_argument_unexpected"
        }
    }

    package var what: SafeText {
        switch self {
        case .commandMissing(let program): "\(program): no command was given"
        case .commandUnknown(let program, let found, _):
            "\(program): there is no command '\(found)'"
        case .optionUnknown(let command, let found, _):
            "\(command): there is no option '\(found)'"
        case .valueMissing(let command, let option, _): "\(command): --\(option) has no value"
        case .valueUnexpected(let command, let option): "\(command): --\(option) takes no value"
        case .valueRefused(let command, let option, let found, _):
            "\(command): --\(option) cannot be '\(found)'"
        case .optionRepeated(let command, let option): "\(command): --\(option) is given twice"
        case .optionMissing(let command, let option): "\(command): --\(option) is missing"
        case .argumentMissing(let command, let argument): "\(command): \(argument) is missing"
        case .argumentRefused(let command, let argument, let found, _):
            "\(command): \(argument) cannot be '\(found)'"
        case .argumentUnexpected(let command, let found):
            "\(command): the argument '\(found)' is too many"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .commandMissing(let program): "'\(program) --help' lists the commands"
        case .commandUnknown(let program, _, .none): "'\(program) --help' lists the commands"
        case .commandUnknown(_, _, .some(let nearest)): "Did you mean '\(nearest)'?"
        case .optionUnknown(_, _, .some(let nearest)): "Did you mean '--\(nearest)'?"
        case .valueMissing(_, let option, let value): "Write --\(option) \(value)"
        case .valueRefused(_, _, _, let expected), .argumentRefused(_, _, _, let expected):
            "Expected \(expected)"
        case .optionUnknown(let command, _, .none), .valueUnexpected(let command, _),
            .optionRepeated(let command, _), .optionMissing(let command, _),
            .argumentMissing(let command, _), .argumentUnexpected(let command, _):
            "See '\(command) --help'"
        }
    }

    package var disposition: Disposition { .shutDown(.usage) }
}
