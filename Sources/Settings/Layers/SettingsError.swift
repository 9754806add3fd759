package import VigilCore

/// What is wrong with a configuration: where, what, and how to mend it. Exit code 78.
package indirect enum SettingsError: VigilError, Hashable {
    /// The file cannot be opened or read.
    case fileUnreadable(path: SafeText, reason: SafeText)
    /// The file is larger than a configuration can be.
    case fileTooLarge(path: SafeText, bytesMax: Int)
    /// The file is no YAML.
    case fileMalformed(at: SettingSource, reason: SafeText)
    /// The file uses what configurations have no need of, or is beyond a bound.
    case fileRefused(at: SettingSource, reason: SafeText, remedy: SafeText)
    /// Two values for one setting in one file.
    case keyRepeated(key: SafeText, at: SettingSource, first: SettingSource)
    /// There is no such setting.
    case keyUnknown(key: SafeText, at: SettingSource, nearest: SafeText?)
    /// The value is missing, or is a section or a list where one value belongs.
    case valueShape(key: SafeText, at: SettingSource, found: SafeText)
    /// The value does not fit its type or bounds. `found` is nil for a secret.
    case valueRefused(key: SafeText, at: SettingSource, found: SafeText?, expected: SafeText)
    /// A file refers to a variable that is not set.
    case variableMissing(variable: SafeText, at: SettingSource)
    /// `${` without its end or its name.
    case interpolationMalformed(at: SettingSource)
    /// A flag's text is not `key=value`.
    case overrideMalformed(flag: SafeText, text: SafeText)
    /// Two settings contradict each other.
    case conflict(at: SettingSource, rule: SafeText, remedy: SafeText)
    /// A file or folder that a setting names is not there, of another kind, or may not be read.
    case pathUnusable(key: SafeText, at: SettingSource, path: SafeText, reason: SafeText)
    /// librdkafka or Vigil does not take a property.
    case propertyRefused(key: SafeText, at: SettingSource, reason: SafeText, remedy: SafeText)
    /// More than one thing is wrong; at least two, in the order of the layers.
    case several([SettingsError])

    package var code: SafeText {
        switch self {
        case .fileUnreadable: "settings_file_unreadable"
        case .fileTooLarge: "settings_file_too_large"
        case .fileMalformed: "settings_file_malformed"
        case .fileRefused: "settings_file_refused"
        case .keyRepeated: "setting_repeated"
        case .keyUnknown: "setting_unknown"
        case .valueShape: "setting_value_shape"
        case .valueRefused: "setting_value_refused"
        case .variableMissing: "settings_variable_missing"
        case .interpolationMalformed: "settings_interpolation_malformed"
        case .overrideMalformed: "settings_override_malformed"
        case .conflict: "settings_conflict"
        case .pathUnusable: "setting_path_unusable"
        case .propertyRefused: "setting_property_refused"
        case .several: "settings_several_errors"
        }
    }

    package var what: SafeText {
        switch self {
        case .fileUnreadable(let path, let reason): "\(path): cannot read it: \(reason)"
        case .fileTooLarge(let path, let bytesMax):
            "\(path): the file is larger than \(bytesMax) bytes"
        case .fileMalformed(let place, let reason): "\(place.text): not valid YAML: \(reason)"
        case .fileRefused(let place, let reason, _): "\(place.text): \(reason)"
        case .keyRepeated(let key, let place, let first):
            "\(place.text): \(key) is set twice, first at \(first.text)"
        case .keyUnknown(let key, let place, _): "\(place.text): there is no setting '\(key)'"
        case .valueShape(let key, let place, let found): "\(place.text): \(key) has \(found)"
        case .valueRefused(let key, let place, .some(let found), _):
            "\(place.text): \(key) cannot be '\(found)'"
        case .valueRefused(let key, let place, .none, _):
            "\(place.text): \(key) has a value that does not fit (hidden, for it is a secret)"
        case .variableMissing(let variable, let place):
            "\(place.text): the environment variable \(variable) is not set"
        case .interpolationMalformed(let place): "\(place.text): a '${' without NAME and '}'"
        case .overrideMalformed(let flag, let text): "\(flag) '\(text)' is not key=value"
        case .conflict(let place, let rule, _): "\(place.text): \(rule)"
        case .pathUnusable(let key, let place, let path, let reason):
            "\(place.text): \(key) names \(path): \(reason)"
        case .propertyRefused(let key, let place, let reason, _):
            "\(place.text): \(key) is refused: \(reason)"
        case .several(let errors): Self.joined(errors.map { "\($0.what)" })
        }
    }

    package var remedy: SafeText {
        switch self {
        case .fileUnreadable: "Check the path and the permissions, or leave --config out"
        case .fileTooLarge: "Give the path of a Vigil configuration"
        case .fileMalformed: "Check indentation, quotes and brackets there; tabs cannot indent"
        case .fileRefused(_, _, let remedy): remedy
        case .keyRepeated: "Remove one of the two"
        case .keyUnknown(_, _, .some(let nearest)): "Did you mean '\(nearest)'?"
        case .keyUnknown: "'vigil config print --list' shows all settings"
        case .valueShape(let key, _, _): "Write one value, such as '\(key): …', or remove the line"
        case .valueRefused(_, _, _, let expected): "Expected \(expected)"
        case .variableMissing(let variable, _):
            "Set it, or write a default: ${\(variable):default}"
        case .interpolationMalformed:
            "Write ${NAME}, ${NAME:default} or ${file:PATH}; a plain '${' is '$${'"
        case .overrideMalformed: "Write it as in --set batch.size-max=16"
        case .conflict(_, _, let remedy), .propertyRefused(_, _, _, let remedy): remedy
        case .pathUnusable: "Name a path that is there and that the worker's user may read"
        case .several(let errors): Self.joined(errors.map { "\($0.remedy)" })
        }
    }

    package var disposition: Disposition {
        // A model that is missing is an input that is missing.
        if case .pathUnusable(let key, _, _, _) = self, SettingPaths.models.contains(key.text) {
            return .shutDown(.noInput)
        }
        return .shutDown(.config)
    }

    /// One paragraph an error, with its remedy, for a terminal.
    package var description: String {
        guard case .several(let errors) = self else { return "\(what.text). \(remedy.text)" }
        return errors.map(\.description).joined(separator: "\n")
    }

    private static func joined(_ texts: [SafeText]) -> SafeText {
        texts.dropFirst().reduce(texts.first ?? "") { "\($0); \($1)" }
    }
}
