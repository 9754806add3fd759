package import Settings
package import VigilCore

/// Options that several commands share, and the settings that they make.
package enum CommonOptions {
    /// Of every command that speaks to brokers.
    package static let bootstrap = OptionSpecification(
        "bootstrap", value: "HOST:PORT[,…]", "Kafka brokers to start from.", isRequired: true)
    /// The file of settings.
    package static let configuration = OptionSpecification(
        "config", value: "FILE",
        "Settings in YAML or JSON (VIGIL_CONFIG); see 'vigil config print'.",
        completion: .file)
    /// Single settings.
    package static let set = OptionSpecification(
        "set", value: "KEY=VALUE",
        "A setting, above file and environment; 'kafka.…' goes to librdkafka.", isRepeated: true)
    /// Of every command whose result a program may read.
    package static let json = OptionSpecification(flag: "json", "Prints JSON for machines.")
    /// For commands that take the model's directory as an option alone.
    package static let model = OptionSpecification(
        "model", value: "DIR", "The model's directory.", isRequired: true, completion: .directory)

    /// For commands that take the model's directory as an argument too.
    package static let modelOrArgument = OptionSpecification(
        "model", value: "DIR", "The model's directory, instead of as an argument.",
        completion: .directory)
    /// The argument that ``modelOrArgument`` stands for.
    package static let modelArgument = PositionalSpecification(
        "DIR", "The model's directory; --model does as well.", isRequired: false,
        completion: .directory)

    /// Heads and LoRA adapters of the model.
    package static let adapter = OptionSpecification(
        "adapter", value: "FILE",
        "A head or LoRA adapter, besides those of the model's folder 'adapters'.",
        isRepeated: true, completion: .file)

    /// Checkpoints beside the model.
    package static let ensemble = OptionSpecification(
        "ensemble", value: "DIR",
        "A further checkpoint of the architecture, whose scores are averaged with the model's.",
        isRepeated: true, completion: .directory)

    /// The model's directory, by ``modelOrArgument`` or ``modelArgument``.
    package static func modelDirectory(
        _ arguments: ParsedArguments, of command: SafeText
    ) throws -> String {
        switch (arguments.string("model"), arguments.positionals.first) {
        case (let directory?, nil), (nil, let directory?): return directory
        case (_?, _?): throw UsageError.argumentUnexpected(command: command, found: "DIR")
        case (nil, nil): throw UsageError.argumentMissing(command: command, argument: "DIR")
        }
    }

    /// The settings of file, environment, `--set` and the given flags, which stand for settings.
    package static func settings(
        _ arguments: ParsedArguments, flags: [(option: String, key: SettingKey)] = []
    ) throws -> Settings {
        var overrides: [SettingOverride] = []
        for (option, key) in flags {
            guard arguments.has(option) else { continue }
            let value = arguments.strings(option).joined(separator: ",")
            overrides.append(SettingOverride(key: key.rawValue, value: value, flag: "--\(option)"))
        }
        return try Settings.load(
            file: file(arguments), environment: Environment.variables,
            overrides: overrides + arguments.overrides())
    }

    /// The file of settings that was named, by the flag or by the variable.
    package static func file(_ arguments: ParsedArguments) -> String? {
        if let named = arguments.string("config") { return named }
        return Environment.variables["VIGIL_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
