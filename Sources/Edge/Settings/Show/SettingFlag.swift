/// An option of a command that stands for a setting.
package struct SettingFlag: Sendable, Hashable {
    /// The command's words after the program's name.
    package let command: String
    /// The option without its hyphens.
    package let option: String
    package let key: SettingKey

    package init(command: String, option: String, key: SettingKey) {
        self.command = command
        self.option = option
        self.key = key
    }
}
