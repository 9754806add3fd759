package import VigilCore

/// A setting is allowed but doubtful.
package struct SettingWarning: TelemetryEvent {
    /// The setting or the environment variable.
    package let setting: SafeText
    /// What is doubtful about it.
    package let what: SafeText
    /// What to do.
    package let remedy: SafeText

    /// All that the event says.
    package init(setting: SafeText, what: SafeText, remedy: SafeText) {
        self.setting = setting
        self.what = what
        self.remedy = remedy
    }

    /// `setting_warning`
    package var name: StaticString { "setting_warning" }
    /// `warning`
    package var level: LogLevel { .warning }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("setting", setting), LogField("what", what), LogField("remedy", remedy)]
    }
}
