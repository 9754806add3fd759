internal import VigilCore

/// The values of environment variables: `VIGIL_SECTION__KEY`, and `VIGIL_KAFKA__PROPERTY_NAME` for
/// `kafka.property.name`.
struct EnvironmentLayer {
    /// Variables of Vigil that are no settings.
    static let known: Set<String> = [
        "VIGIL_ISA", "VIGIL_CONFIG", "VIGIL_CACHE", "VIGIL_KAFKA_BOOTSTRAP", "VIGIL_KAFKA_HOME",
        "VIGIL_TEST_KAFKA", "VIGIL_DICOM_DECODER", "VIGIL_DICOM_ENCODER",
    ]

    private(set) var entries: [LayerEntry] = []
    private(set) var warnings: [SettingsWarning] = []
    private(set) var errors: [SettingsError] = []

    /// So many slips make a variable that was meant for a setting.
    private static let slipsMax = 2

    /// Picks the variables that begin with `VIGIL_`. One that was meant for a setting and names
    /// none is refused; others that mean nothing are warned about, since an orchestrator may have
    /// set them for a service of that name.
    init(_ environment: [String: String]) {
        let settings = Dictionary(
            uniqueKeysWithValues: SettingKey.allCases.map { ($0.variable, $0) })
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) {
            guard variable.hasPrefix("VIGIL_"), !Self.known.contains(variable) else { continue }
            if let key = settings[variable]?.rawValue ?? Self.kafkaKey(variable) {
                let source = SettingSource.environment(variable: variable)
                entries.append(LayerEntry(key: key, raw: .one(value), source: source))
            } else {
                refuseOrWarn(variable, settings: settings.keys)
            }
        }
    }

    private mutating func refuseOrWarn(
        _ variable: String, settings: some Sequence<String>
    ) {
        let source = SettingSource.environment(variable: variable)
        let nearest = Spelling.nearest(to: variable, among: Array(settings) + Self.known)
        let isSlip = nearest.map { Spelling.distance($0, variable) <= Self.slipsMax } ?? false
        if isSlip || variable.dropFirst("VIGIL_".count).contains("__") {
            errors.append(
                .keyUnknown(
                    key: .shown(variable), at: source,
                    nearest: nearest.map { SafeText(operatorProvided: $0) }))
        } else {
            warnings.append(
                SettingsWarning(
                    subject: source.text, what: "no setting has this name, so it is left out",
                    remedy: "Unset it; 'vigil config print --list' shows all names"))
        }
    }

    /// `VIGIL_KAFKA__CONSUMER__SESSION_TIMEOUT_MS` is `kafka.consumer.session.timeout.ms`.
    private static func kafkaKey(_ variable: String) -> String? {
        let prefix = "VIGIL_KAFKA__"
        guard variable.hasPrefix(prefix), variable.count > prefix.count else { return nil }
        let words = variable.dropFirst(prefix.count).split(separator: "_")
        return "kafka." + words.joined(separator: ".").lowercased()
    }
}
