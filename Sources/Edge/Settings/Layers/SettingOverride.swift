internal import VigilCore

/// A value that a flag gives.
package struct SettingOverride: Sendable, Hashable {
    /// The dotted key.
    package let key: String
    package let value: String
    /// The flag that a person wrote, such as `--set` or `--bootstrap`.
    package let flag: String

    /// A value that its own flag gives, such as `--bootstrap`.
    package init(key: String, value: String, flag: String = "--set") {
        self.key = key
        self.value = value
        self.flag = flag
    }

    /// A value that its own flag gives.
    package init(_ key: SettingKey, _ value: String, flag: String) {
        self.init(key: key.rawValue, value: value, flag: flag)
    }

    /// Reads the `key=value` of `--set`.
    package init(parsing text: String, flag: String = "--set") throws(SettingsError) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw .overrideMalformed(flag: .init(operatorProvided: flag), text: .shown(text))
        }
        self.init(
            key: String(text[..<equals]), value: String(text[text.index(after: equals)...]),
            flag: flag)
    }
}
