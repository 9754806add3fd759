/// One value that a layer gives, not yet checked.
struct LayerEntry {
    /// The value as text, or as a sequence of texts.
    enum Raw {
        case one(String)
        case several([String])
        /// Something else stands there, such as a section.
        case misshapen(found: String)
    }

    /// The full dotted key.
    let key: String
    let raw: Raw
    let source: SettingSource
}
