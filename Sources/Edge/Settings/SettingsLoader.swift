internal import VigilCore

/// Checks the values of all layers, one layer over the other.
struct SettingsLoader {
    private var entries: [SettingKey: Settings.Entry] = [:]
    private var kafka = KafkaProperties()
    private var warnings: [SettingsWarning] = []
    private var errors: [SettingsError] = []

    /// Takes a file; a setting may stand in it once.
    mutating func add(_ layer: FileLayer) {
        errors += layer.errors
        var seen: [String: SettingSource] = [:]
        for entry in layer.entries {
            if let first = seen[entry.key] {
                errors.append(
                    .keyRepeated(key: .shown(entry.key), at: entry.source, first: first))
            } else {
                seen[entry.key] = entry.source
                take(entry)
            }
        }
    }

    /// Takes the environment and the flags over what is there, and ends the reading.
    mutating func finish(
        environment: [String: String], overrides: [SettingOverride]
    ) throws(SettingsError) -> Settings {
        let variables = EnvironmentLayer(environment)
        warnings += variables.warnings
        for entry in variables.entries { take(entry) }
        take(overrides)
        errors += variables.errors
        // Rules between settings are worth checking only when each is right by itself.
        if errors.isEmpty {
            let settings = Settings(entries: entries, kafka: kafka, warnings: [])
            errors = SettingsRules.broken(by: settings)
        }
        switch errors.count {
        case 0: return Settings(entries: entries, kafka: kafka, warnings: warnings)
        case 1: throw errors[0]
        default: throw .several(errors)
        }
    }

    /// Of one key's flags the last counts; those of a list add up.
    private mutating func take(_ overrides: [SettingOverride]) {
        var lists: [SettingKey: [String]] = [:]
        for override in overrides {
            let source = SettingSource.flag(override.flag)
            if let key = SettingKey(rawValue: override.key), key.definition.type.isList {
                let parts = override.value.split(separator: ",").map(String.init)
                lists[key, default: []] += parts
                let raw = LayerEntry.Raw.several(lists[key] ?? [])
                take(LayerEntry(key: override.key, raw: raw, source: source))
            } else {
                take(LayerEntry(key: override.key, raw: .one(override.value), source: source))
            }
        }
    }

    private mutating func take(_ entry: LayerEntry) {
        if let key = SettingKey(rawValue: entry.key) {
            set(key, entry)
        } else if let (scope, name) = KafkaProperties.split(entry.key) {
            set(scope, name, entry)
        } else {
            errors.append(
                .keyUnknown(
                    key: .shown(entry.key), at: entry.source,
                    nearest: Self.suggestion(for: entry.key)))
        }
    }

    private mutating func set(_ key: SettingKey, _ entry: LayerEntry) {
        let definition = key.definition
        let name = SafeText(operatorProvided: key.rawValue)
        let value: SettingValue?
        let found: SafeText
        switch entry.raw {
        case .misshapen(let shape):
            errors.append(.valueShape(key: name, at: entry.source, found: .shown(shape)))
            return
        case .one(let text):
            value = definition.type.parse(text)
            found = .shown(text)
        case .several(let texts):
            value = definition.type.parse(texts)
            found = .shown(texts.joined(separator: ","))
        }
        guard let value else {
            errors.append(
                .valueRefused(
                    key: name, at: entry.source, found: definition.isSecret ? nil : found,
                    expected: SafeText(operatorProvided: definition.type.expectation)))
            return
        }
        entries[key] = Settings.Entry(value: value, source: entry.source)
    }

    private mutating func set(
        _ scope: KafkaProperties.Scope, _ name: String, _ entry: LayerEntry
    ) {
        let full = SafeText(operatorProvided: scope.rawValue + name)
        guard case .one(let text) = entry.raw else {
            let found: SafeText =
                if case .misshapen(let shape) = entry.raw { .shown(shape) } else { "a list" }
            errors.append(.valueShape(key: full, at: entry.source, found: found))
            return
        }
        guard text.utf8.count <= SettingType.bytesMax * 4, !text.utf8.contains(0) else {
            errors.append(
                .valueRefused(
                    key: full, at: entry.source, found: nil,
                    expected: "text of at most \(SettingType.bytesMax * 4) bytes"))
            return
        }
        if name == "bootstrap.servers", !BrokerList.isWhole(text) {
            errors.append(
                .valueRefused(
                    key: full, at: entry.source, found: .shown(text),
                    expected: SafeText(operatorProvided: BrokerList.expectation)))
        }
        kafka.set(.init(name: name, value: text, source: entry.source), in: scope)
        if case .flag = entry.source, KafkaProperties.isSecret(name) {
            warnings.append(
                SettingsWarning(
                    subject: full, what: "a secret on the command line is seen by other users",
                    remedy: "Set it in a file as ${NAME}, or by its environment variable"))
        }
        if name == "auto.offset.reset", ["latest", "largest", "end"].contains(text) {
            warnings.append(
                SettingsWarning(
                    subject: full, what: "studies that arrived before the first start are skipped",
                    remedy: "Use earliest unless that is meant"))
        }
    }

    private static func suggestion(for key: String) -> SafeText? {
        let names = SettingKey.allCases.map(\.rawValue)
        // A name without its section, or under another one, is a common slip.
        let last = key.split(separator: ".").last.map(String.init) ?? key
        let tails = names.filter { $0.hasSuffix("." + last) }
        let nearest = Spelling.nearest(to: key, among: names) ?? (tails.count == 1 ? tails[0] : nil)
        return nearest.map { SafeText(operatorProvided: $0) }
    }
}
