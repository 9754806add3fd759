internal import VigilCore

extension Settings {
    /// What stands in the place of a secret.
    package static let hidden = "(hidden)"

    /// Every setting with its value and, as a comment, its source. The text is YAML that gives the
    /// same settings again, secrets and credentials within addresses aside.
    package func effective() -> String {
        var out = ""
        for definition in SettingDefinition.all {
            let entry = entry(definition.key)
            let value = definition.isSecret ? Self.hidden : Self.yaml(entry.value)
            out += "\(definition.key.rawValue): \(value)  # \(entry.source.text.text)\n"
        }
        for scope in [KafkaProperties.Scope.common, .consumer, .producer] {
            for property in kafka.properties(scope) {
                let isSecret = KafkaProperties.isSecret(property.name)
                let value = isSecret ? Self.hidden : Self.yaml(.text(property.value))
                out += "\(scope.rawValue)\(property.name): \(value)"
                out += "  # \(property.source.text.text)\n"
            }
        }
        return out
    }

    /// A value in a form that YAML reads back: texts as JSON strings, with `$` guarded.
    private static func yaml(_ value: SettingValue) -> String {
        switch value {
        case .bool, .integer, .number: value.text
        case .text(let text): quoted(text)
        case .list(let texts): "[" + texts.map(quoted).joined(separator: ", ") + "]"
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = ""
        for character in Credentials.hidden(in: text) {
            if character == "{", out.hasSuffix("$") { out += "$" }  // "$${" reads back as "${"
            out.append(character)
        }
        return JSONWriter.text(.string(out))
    }
}
