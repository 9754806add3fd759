package import VigilCore

/// Something allowed but doubtful in a configuration, for the event `setting_warning`.
package struct SettingsWarning: Sendable, Hashable {
    /// The setting, the variable or the place.
    package let subject: SafeText
    /// What is doubtful.
    package let what: SafeText
    /// What to do.
    package let remedy: SafeText
}
