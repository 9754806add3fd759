/// A checked configuration. It never changes; a new one is read at a restart.
package struct Settings: Sendable {
    /// A value and where it came from.
    package struct Entry: Sendable, Hashable {
        package let value: SettingValue
        package let source: SettingSource
    }

    /// What is handed to librdkafka.
    package let kafka: KafkaProperties
    /// What is allowed but doubtful, to be logged once at start.
    package let warnings: [SettingsWarning]
    private let entries: [SettingKey: Entry]

    init(
        entries: [SettingKey: Entry], kafka: KafkaProperties, warnings: [SettingsWarning]
    ) {
        self.entries = entries
        self.kafka = kafka
        self.warnings = warnings
    }

    /// Reads all layers: table < file < environment < flags. Every error is collected, so that one
    /// run shows all of them; the one thrown is ``SettingsError/several(_:)`` when there are more.
    package static func load(
        file: String? = nil, environment: [String: String] = [:],
        overrides: [SettingOverride] = []
    ) throws(SettingsError) -> Settings {
        var loader = SettingsLoader()
        if let file { try loader.add(FileLayer(path: file, environment: environment)) }
        return try loader.finish(environment: environment, overrides: overrides)
    }

    /// The value of a setting and its source; that of the table where no layer gives one.
    package func entry(_ key: SettingKey) -> Entry {
        entries[key] ?? Entry(value: key.definition.standard, source: .standard)
    }
}
