import Settings
import Testing
import VigilCore

/// What people and editors are shown of the settings.
struct ShowTests {
    @Test("the listing names every setting within 80 columns")
    func listing() {
        let text = SettingsListing.text()
        for definition in SettingDefinition.all {
            #expect(
                text.contains("\n\(definition.key.rawValue)\n")
                    || text.hasPrefix(definition.key.rawValue))
            #expect(text.contains(definition.key.variable))
        }
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("a name ends with its unit, and a unit is in the name")
    func units() {
        let suffixes = ["ms": "-ms", "s": "-s", "MB": "-mb", "hours": "-hours"]
        for definition in SettingDefinition.all {
            guard let suffix = suffixes[definition.unit] else { continue }
            #expect(definition.key.rawValue.hasSuffix(suffix))
        }
    }

    @Test("every default fits its own type")
    func defaults() throws {
        for definition in SettingDefinition.all {
            let override = SettingOverride(
                key: definition.key.rawValue, value: definition.standard.text)
            #expect(
                try Settings.load(overrides: [override]).entry(definition.key).value
                    == definition.standard)
        }
    }

    @Test("the schema is JSON, closed, and has every setting with its bounds")
    func schema() throws {
        let schema = try JSONParser.parse(Array(SettingsListing.jsonSchema().utf8))
        #expect(schema["additionalProperties"] == false)
        for definition in SettingDefinition.all {
            let section = schema["properties"]?[definition.key.section]
            let tail = definition.key.rawValue.dropFirst(definition.key.section.count + 1)
            let property = section?["properties"]?[String(tail)]
            #expect(property?["description"] != nil, "\(definition.key.rawValue)")
            #expect(section?["additionalProperties"] == false)
        }
        let size = schema["properties"]?["batch"]?["properties"]?["size-max"]
        #expect(size?["minimum"] == 1 && size?["maximum"] == 256 && size?["default"] == 8)
    }

    @Test("the effective settings read back as the same settings, with their sources")
    func effective() throws {
        let settings = try Settings.load(overrides: [
            SettingOverride(key: "worker.group", value: "a: \"b\" # $5 ${X}"),
            SettingOverride(key: "input.roots", value: "/a,/b c"),
            SettingOverride(key: "kafka.client.id", value: "x"),
        ])
        let text = settings.effective()
        #expect(text.contains("batch.size-max: 8  # default\n"))
        #expect(text.contains("kafka.client.id: \"x\"  # --set\n"))
        let file = TemporaryFile(text)
        let again = try withExtendedLifetime(file) { try Settings.load(file: file.path) }
        for key in SettingKey.allCases where settings.entry(key).value != .text("") {
            #expect(again.entry(key).value == settings.entry(key).value, "\(key.rawValue)")
        }
        #expect(again.kafka.effective(for: .common) == ["client.id": "x"])
    }

    @Test(
        "secrets are hidden wherever settings are shown",
        arguments: [
            "kafka.sasl.password", "kafka.ssl.key.password", "kafka.consumer.ssl.key.pem",
            "kafka.sasl.oauthbearer.client.secret", "kafka.sasl.oauthbearer.config",
        ])
    func secrets(key: String) throws {
        let settings = try Settings.load(
            environment: ["S": "hunter2"],
            overrides: [
                SettingOverride(key: key, value: "hunter2")
            ])
        #expect(settings.effective().contains("\(key): (hidden)"))
        #expect(!settings.effective().contains("hunter2"))
        #expect(!"\(settings.warnings)".contains("hunter2"))
    }

    @Test("the name of a file with a secret is shown, and not warned of on the command line")
    func secretFiles() throws {
        let settings = try Settings.load(
            environment: [:],
            overrides: [
                SettingOverride(key: "kafka.sasl.oauthbearer.token.file", value: "/run/token")
            ])
        #expect(settings.effective().contains("kafka.sasl.oauthbearer.token.file: \"/run/token\""))
        #expect(settings.warnings.isEmpty)
    }
}
