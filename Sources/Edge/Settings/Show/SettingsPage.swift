internal import VigilCore

/// The reference page of all settings.
package enum SettingsPage {
    /// The page in Markdown, a heading for each section.
    ///
    /// - Parameter flags: the options of commands that stand for settings.
    package static func text(flags: [SettingFlag]) -> String {
        var out = "# Settings\n\n"
        out += MarkdownText.origin(
            "vigil config print --markdown", file: "Deploy/reference/SETTINGS.md")
        out += MarkdownText.paragraph(
            "A later layer wins: the default, the file of `--config` or `VIGIL_CONFIG` (YAML or "
                + "JSON), the environment variable, then `--set NAME=VALUE` and the options named "
                + "here. A mistake is told with its file, line and column. "
                + "`vigil config print` shows what is in force and where each value came from; a "
                + "value may hold `${VARIABLE}`.")
        var section = ""
        for definition in SettingDefinition.all {
            if definition.key.section != section {
                section = definition.key.section
                out += "\n## \(section)\n\n"
            }
            out += MarkdownText.item(item(definition, flags))
        }
        out += "\n## kafka\n\n"
        return out + MarkdownText.paragraph(MarkdownText.escaped(SettingsListing.kafkaDoc))
    }

    /// Name, default, bounds, unit, variable, options and meaning of one setting.
    private static func item(_ definition: SettingDefinition, _ flags: [SettingFlag]) -> String {
        let standard = definition.standard.text
        let unit = definition.unit.isEmpty ? "" : ", in \(definition.unit)"
        let parts = [
            standard.isEmpty ? "no default" : "default `\(standard)`",
            MarkdownText.escaped(definition.type.expectation + unit),
            "`\(definition.key.variable)`",
        ]
        return "**`\(definition.key.rawValue)`**: "
            + MarkdownText.escaped(definition.doc.description)
            + " (" + (parts + options(definition.key, flags)).joined(separator: "; ") + ")"
    }

    /// The options that stand for a setting, each with the commands that have it.
    private static func options(_ key: SettingKey, _ flags: [SettingFlag]) -> [String] {
        let ours = flags.filter { $0.key == key }
        return Set(ours.map(\.option)).sorted().map { option in
            let commands = ours.filter { $0.option == option }.map { "`vigil \($0.command)`" }
            return "`--\(option)` of " + commands.joined(separator: ", ")
        }
    }
}
