import VigilCore

/// A check of `vigil doctor`. Each subject has a closed enum of them, in a file of its own.
protocol DoctorCheck: Sendable {
    /// Its stable name in kebab case, which `--check` takes.
    var rawValue: String { get }

    /// Looks. Any thread; may block, and is left behind when it takes too long.
    ///
    /// - Throws: what the worker itself would fail with, which becomes the verdict, or
    ///   ``DoctorSkip``.
    func examine(_ worker: DoctorCase) throws -> DoctorVerdict
}

extension DoctorCheck {
    var name: SafeText { SafeText(fixedMessage: rawValue) }
}

/// All checks in the order in which they are shown.
enum DoctorChecks {
    /// By the name of their subject.
    static let groups: [(name: String, checks: [any DoctorCheck])] = [
        ("settings", SettingsCheck.allCases), ("brokers", BrokerCheck.allCases),
        ("topics", TopicCheck.allCases), ("model", ModelCheck.allCases),
        ("rules", RulesCheck.allCases), ("keys", KeysCheck.allCases),
        ("inputs", InputsCheck.allCases), ("machine", MachineCheck.allCases),
    ]

    static let names = groups.flatMap { $0.checks.map(\.rawValue) }
}
