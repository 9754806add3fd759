/// All that is known of a setting: the row of the table that drives reading, checking, help, schema
/// and documentation.
package struct SettingDefinition: Sendable {
    package let key: SettingKey
    package let type: SettingType
    /// The unit of a number, such as `ms`; empty when it has none.
    package let unit: String
    /// The value where no layer sets one.
    package let standard: SettingValue
    /// What it does, in one or two sentences.
    package let doc: StaticString
    /// Whether the value is hidden wherever settings are shown.
    package let isSecret: Bool

    init(
        _ key: SettingKey, _ type: SettingType, _ standard: SettingValue, unit: String = "",
        _ doc: StaticString, isSecret: Bool = false
    ) {
        self.key = key
        self.type = type
        self.unit = unit
        self.standard = standard
        self.doc = doc
        self.isSecret = isSecret
    }

    /// All settings, in the order of the table.
    package static let all: [SettingDefinition] = SettingKey.allCases.map(\.definition)
}
