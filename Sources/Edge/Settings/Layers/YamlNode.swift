/// A piece of a configuration file with its place.
struct YamlNode: Sendable, Equatable {
    /// What stands there.
    indirect enum Content: Sendable, Equatable {
        /// Text, and whether it stood in quotes.
        case scalar(String, isQuoted: Bool)
        case sequence([YamlNode])
        case mapping([Entry])
    }

    /// One name of a mapping with its value.
    struct Entry: Sendable, Equatable {
        let name: String
        let place: SettingSource
        let value: YamlNode
    }

    let content: Content
    let place: SettingSource
}
