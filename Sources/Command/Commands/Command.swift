package import Settings
package import VigilCore

/// One command of a program.
package protocol Command: SendableMetatype {
    /// Its name, options and help.
    static var specification: CommandSpecification { get }

    /// Those of its options that stand for a setting.
    static var settingFlags: [(option: String, key: SettingKey)] { get }

    /// Carries it out and gives the exit code.
    static func run(_ arguments: ParsedArguments) throws -> ExitCode
}

extension Command {
    package static var settingFlags: [(option: String, key: SettingKey)] { [] }
}
