internal import VigilCore

/// The values of environment variables: `VIGIL_SECTION__KEY`, and `VIGIL_KAFKA__PROPERTY_NAME` for
/// `kafka.property.name`.
struct EnvironmentLayer {
    /// Variables of Vigil that are no settings.
    static let known: Set<String> = [
        "VIGIL_ISA", "VIGIL_CONFIG", "VIGIL_CACHE", "VIGIL_KAFKA_BOOTSTRAP", "VIGIL_KAFKA_HOME",
        "VIGIL_TEST_KAFKA", "VIGIL_DICOM_DECODER",
    ]

    private(set) var entries: [LayerEntry] = []
    private(set) var warnings: [SettingsWarning] = []

    /// Picks the variables that begin with `VIGIL_`; one that means nothing is warned about.
    init(_ environment: [String: String]) {
        let settings = Dictionary(
            uniqueKeysWithValues: SettingKey.allCases.map { ($0.variable, $0) })
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) {
            guard variable.hasPrefix("VIGIL_"), !Self.known.contains(variable) else { continue }
            if let key = settings[variable]?.rawValue ?? Self.kafkaKey(variable) {
                let source = SettingSource.environment(variable: variable)
                entries.append(LayerEntry(key: key, raw: .one(value), source: source))
            } else {
                let candidates = Array(settings.keys) + Self.known
                warnings.append(
                    SettingsWarning(
                        subject: SettingSource.environment(variable: variable).text,
                        what: "no setting has this name, so it is left out",
                        remedy: Self.advice(Spelling.nearest(to: variable, among: candidates))))
            }
        }
    }

    private static func advice(_ nearest: String?) -> SafeText {
        guard let nearest else { return "Unset it; 'vigil config list' shows all names" }
        return "Did you mean \(SafeText(operatorProvided: nearest))?"
    }

    /// `VIGIL_KAFKA__CONSUMER__SESSION_TIMEOUT_MS` is `kafka.consumer.session.timeout.ms`.
    private static func kafkaKey(_ variable: String) -> String? {
        let prefix = "VIGIL_KAFKA__"
        guard variable.hasPrefix(prefix), variable.count > prefix.count else { return nil }
        let words = variable.dropFirst(prefix.count).split(separator: "_")
        return "kafka." + words.joined(separator: ".").lowercased()
    }
}
