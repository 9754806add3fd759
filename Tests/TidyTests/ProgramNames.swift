import Foundation

/// What the program knows by name, as its sources declare it: what a text may send a reader to.
struct ProgramNames {
    /// Such as `topics create`.
    let commands: Set<String>
    /// Without hyphens before them, of all commands.
    let options: Set<String>
    let settings: Set<String>
    let metrics: Set<String>
    /// Variables of the environment.
    let variables: Set<String>

    /// The sections of settings.
    var sections: Set<String> {
        Set(settings.compactMap { $0.split(separator: ".").first.map(String.init) })
    }

    /// Of programs that Vigil's texts tell to run, and of test programs.
    private static let foreignOptions: Set<String> = [
        "help", "version", "add", "allow-principal", "operation", "group", "topic", "product",
        "transactional-id", "build-system",
    ]

    /// Variables of scripts and of tests, which no program of Vigil reads as a setting, and what
    /// synthetic files say that they were made by.
    private static let foreignVariables: Set<String> = [
        "VIGIL_PEERS_PYTHON", "VIGIL_SIMULATION_SEED", "VIGIL_SIMULATION_SEEDS", "VIGIL_SYNTH",
        "VIGIL_SHARED_RUNTIME", "VIGIL_GATEWAY_STUDIES", "VIGIL_GATEWAY_KILLS",
        "VIGIL_GATEWAY_REPORT", "VIGIL_PAGE_PYTHON", "VIGIL_PAGE_STUDIES", "VIGIL_PAGE_REPORT",
        "VIGIL_PAGE_PICTURES",
    ]

    init(_ files: [SourceFile]) {
        func texts(below folder: String) -> String {
            files.filter { $0.path.hasPrefix(folder) && $0.isSwift }
                .map { $0.lines.joined(separator: "\n") }.joined(separator: "\n")
        }
        let commands = texts(below: "Sources/Command/")
        self.commands = Set(
            commands.matches(of: /CommandSpecification\(\s*name: "([a-z ]+)"/).map { String($0.1) }
        ).union(["help", "version"])  // The program answers these itself.
        let declared = commands.matches(
            of: /OptionSpecification\(\s*(?:flag: )?"([a-z0-9-]+)"/)
        options = Set(declared.map { String($0.1) }).union(Self.foreignOptions)
        let settings = texts(below: "Sources/Edge/Settings/Table/SettingKey.swift")
        self.settings = Set(settings.matches(of: /= "([a-z0-9.-]+)"/).map { String($0.1) })
        let metrics = texts(below: "Sources/Edge/Telemetry/Metrics/")
        self.metrics = Set(metrics.matches(of: /"(vigil_[a-z0-9_]+)"/).map { String($0.1) })
        let layer = texts(below: "Sources/Edge/Settings/Layers/EnvironmentLayer.swift")
        variables = Set(layer.matches(of: /"(VIGIL_[A-Z_]+)"/).map { String($0.1) })
            .union(self.settings.map(Self.variable)).union(Self.foreignVariables)
    }

    private static func variable(_ setting: String) -> String {
        "VIGIL_"
            + setting.replacing(".", with: "__").replacing("-", with: "_").uppercased()
    }

    /// Whether the words after `vigil` begin a command, or are all of a group's name.
    func isCommand(_ words: [Substring]) -> Bool {
        guard let first = words.first else { return true }
        if commands.contains(String(first)) { return true }
        let group = commands.filter { $0.hasPrefix(first + " ") }
        guard words.count > 1 else { return !group.isEmpty }
        return group.contains("\(first) \(words[1])")
    }
}
