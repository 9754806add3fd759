internal import Energy
internal import Imaging
internal import Processes
internal import Settings
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// What happens to a study between taking its record in and publishing what came of it: reading and
/// the model, on threads that share the decisions.
struct StudyStages {
    /// The decisions, and what wakes the threads.
    let work: LockedCore
    let model: StudyInference
    private let reader: StudyReader

    /// Makes the decisions, for a decoding thread of each of the pool's slots, and opens the roots
    /// of the input.
    init(
        _ settings: Settings, model: StudyInference, decoders: DecoderPool, meter: any EnergyMeter,
        pseudonyms: PseudonymKey, clock: any VigilClock, telemetry: Telemetry,
        health: HealthState
    ) throws {
        self.model = model
        work = try LockedCore(
            limits: WorkerLimits(settings, input: model.input),
            decoders: Self.decoderCount(settings))
        reader = StudyReader(
            sources: try InstanceSources(settings, telemetry: telemetry, health: health),
            decoders: decoders, gate: HeaderGate(model, settings), input: model.input,
            budget: StudyBudget(settings), pseudonymKey: pseudonyms.bytes, meter: meter,
            clock: clock, telemetry: telemetry,
            patients: KnownPatients(settings, late: model.lateRule(settings)),
            control: model.model.control)
    }

    /// What is known of patients.
    var patients: KnownPatients { reader.patients }

    /// One more than the setting says, for stat studies.
    static func decoderCount(_ settings: Settings) -> Int { settings.decodeProcesses + 1 }

    /// Starts the threads; they end when the work does.
    ///
    /// - Parameters:
    ///   - assembler: puts studies together that come in parts.
    ///   - generator: asks a site's own generator of drafts; nil: there is none.
    func start(
        assembler: StudyAssembler, energy: EnergyAccounts, generator: GeneratorStage?,
        clock: any VigilClock, telemetry: Telemetry
    ) throws -> StageThreads {
        var threads = StageThreads(ended: work.transport)
        for index in work.decoders.indices {
            let onlyStat = index == work.decoders.indices.last
            let stage = DecodeStage(
                work: work, index: index, onlyStat: onlyStat,
                reader: reader, assembler: assembler, clock: clock, telemetry: telemetry)
            try threads.start(niceness: onlyStat ? 0 : DecodeStage.niceness) { stage.run() }
        }
        let inference = InferenceStage(
            work: work, model: model, energy: energy, generator: generator, clock: clock,
            telemetry: telemetry)
        try threads.start(niceness: InferenceStage.niceness) { inference.run() }
        if let generator { try threads.start { generator.run() } }
        return threads
    }
}
