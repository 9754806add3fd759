/// A piece of a configuration file with its place.
package struct YamlNode: Sendable, Equatable {
    /// What stands there.
    package indirect enum Content: Sendable, Equatable {
        /// Text, and whether it stood in quotes.
        case scalar(String, isQuoted: Bool)
        case sequence([YamlNode])
        case mapping([Entry])
    }

    /// One name of a mapping with its value.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let place: SettingSource
        package let value: YamlNode
    }

    /// What stands there.
    package let content: Content
    /// Where.
    package let place: SettingSource
}
