import Commands
import Settings
import VigilCore

/// `vigil config print`: the settings in force and where each came from.
enum ConfigPrintCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "config print",
            summary: "Print the settings in force and where each came from; secrets are hidden",
            example: "vigil config print --config /etc/vigil.yaml --set batch.size-max=16",
            options: [
                CommonOptions.configuration, CommonOptions.set,
                OptionSpecification(flag: "list", "Lists every setting with unit and meaning."),
                OptionSpecification(
                    flag: "markdown", "Prints the list as a page, Deploy/reference/SETTINGS.md."),
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        if arguments.has("markdown") {
            Terminal.out(SettingsPage.text(flags: VigilCommand.settingFlags))
            return .ok
        }
        if arguments.has("list") {
            Terminal.out(SettingsListing.text())
            return .ok
        }
        let settings = try CommonOptions.settings(arguments)
        for warning in settings.warnings {
            Terminal.error("vigil: \(warning.subject): \(warning.what). \(warning.remedy)")
        }
        Terminal.out(settings.effective())
        return .ok
    }
}
