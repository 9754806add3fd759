import Commands
import Energy
import FoundationModel
import KafkaTransport
import Pipeline
import Settings
import Synchronization
import Tensor
import Triage
import VigilCore

/// Something that several checks need, found out by the first that asks; the others wait for it.
/// Any thread.
final class DoctorFact<Value: Sendable>: Sendable {
    private let find: @Sendable () throws -> Value
    private let found = Mutex<Result<Value, any Error>?>(nil)

    init(_ find: @escaping @Sendable () throws -> Value) {
        self.find = find
    }

    func get() throws -> Value {
        try found.withLock { found in
            let result = found ?? Result { try find() }
            found = result
            return result
        }.get()
    }
}

/// The worker that is looked at: its settings, and what is found out about it by the worker's own
/// parts. Any thread.
final class DoctorCase: Sendable {
    let settings: Settings
    /// As the worker's clients have it.
    let kafka: KafkaConfiguration
    let now: Timestamp
    /// Where the worker keeps what it derives; nil: nowhere.
    let cacheDirectory: String?
    /// What brokers tell.
    let cluster: DoctorFact<ClusterFacts>
    /// The settings whose files or folders cannot be used.
    private let badPaths: DoctorFact<Set<String>>
    let rules: DoctorFact<TriageRules>
    let models: DoctorFact<LoadedModels>
    let calibrations: DoctorFact<SiteCalibrations>

    /// - Parameter brokersMax: how long brokers may take over all questions.
    init(
        _ settings: Settings, _ kafka: KafkaConfiguration, now: Timestamp, brokersMax: Duration
    ) {
        (self.settings, self.kafka, self.now) = (settings, kafka, now)
        let cache = settings.cacheDirectory ?? EngineOptions.cacheDirectory
        cacheDirectory = cache
        cluster = DoctorFact { try ClusterFacts(settings, kafka, within: brokersMax) }
        let badPaths = DoctorFact { Self.badPaths(settings) }
        self.badPaths = badPaths
        let rules = DoctorFact { try TriageRules(settings) }
        self.rules = rules
        let models = DoctorFact {
            if let isa = settings.engineISA.flatMap({ InstructionSet(rawValue: $0) }),
                !isa.isSupported
            {
                throw DoctorSkip(needs: MachineCheck.instructionSet)
            }
            if settings.modelDirectory.isEmpty {
                throw PipelineError.settingMissing("model.directory")
            }
            return try LoadedModels(
                settings, cacheDirectory: cache, meter: try EnergyMeters.detect(.none))
        }
        self.models = models
        calibrations = DoctorFact {
            try Self.need(models, ModelCheck.loads).calibrations(
                settings, rules: Self.need(rules, RulesCheck.policy), at: now)
        }
    }

    /// What a fact says; where it cannot be found out, another check tells why.
    func need<Value: Sendable>(
        _ fact: DoctorFact<Value>, _ check: any DoctorCheck
    ) throws(DoctorSkip) -> Value {
        try Self.need(fact, check)
    }

    private static func need<Value: Sendable>(
        _ fact: DoctorFact<Value>, _ check: any DoctorCheck
    ) throws(DoctorSkip) -> Value {
        do { return try fact.get() } catch { throw DoctorSkip(needs: check) }
    }

    /// Skips what rests on files that the check of paths has found to be amiss.
    func needPaths(_ keys: SettingKey...) throws {
        let bad = try badPaths.get()
        guard bad.isDisjoint(with: keys.map(\.rawValue)) else {
            throw DoctorSkip(needs: SettingsCheck.paths)
        }
    }

    /// The settings whose paths cannot be used.
    private static func badPaths(_ settings: Settings) -> Set<String> {
        do throws(SettingsError) {
            try SettingPaths.check(settings)
            return []
        } catch {
            let all = if case .several(let errors) = error { errors } else { [error] }
            return all.reduce(into: []) { bad, error in
                guard case .pathUnusable(let key, _, _, _) = error else { return }
                bad.insert(key.text)
            }
        }
    }
}
