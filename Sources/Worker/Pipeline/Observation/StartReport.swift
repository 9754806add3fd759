internal import Energy
internal import FoundationModel
internal import Imaging
internal import KafkaTransport
internal import Settings
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// What a worker tells of itself as it starts: what it runs, how well its decoders are locked in,
/// and what of its settings is doubtful.
struct StartReport {
    let settings: Settings
    let kafka: KafkaConfiguration
    let model: StudyInference
    let energy: WorkerEnergy
    let sandbox: SandboxStatus
    /// Whether pseudonyms are made with the key that everybody knows.
    let isKeyPublic: Bool

    /// Tells it to the log, the metrics and the probes.
    ///
    /// - Parameter now: which calibrations are in force is told of this moment.
    func tell(_ telemetry: Telemetry, _ health: HealthState, at now: Timestamp) {
        telemetry.emit(starting)
        telemetry.emit(
            DecoderSandboxed(
                protections: sandbox.protections,
                policy: SafeText(operatorProvided: settings.decodeSandbox),
                missing: sandbox.missing))
        telemetry.emit(ModelAnswerChecked(isRecorded: model.answer == .matches))
        if let calibrations = model.calibrationsInForce(at: now) { telemetry.emit(calibrations) }
        if let missing = sandbox.missing { health.warn(.sandboxIncomplete(missing)) }
        let warnings =
            StartWarnings.of(kafka)
            + StartWarnings.of(settings, kafka, seesForecast: energy.seesForecast)
            + StartWarnings.of(isKeyPublic: isKeyPublic)
        for warning in warnings { telemetry.emit(warning) }
    }

    private var starting: WorkerStarting {
        WorkerStarting(
            version: SafeText(stringLiteral: BuildVersion.current),
            isa: model.runtime.instructionSet,
            threads: model.runtime.threads,
            modelName: SafeText(operatorProvided: model.identity.name),
            modelDigest: model.identity.digest, modelValidated: model.identity.isValidated,
            precision: model.runtime.precision, librdkafka: "\(LibraryCapabilities.loaded)",
            energyMethod: energy.meter.method, energyReason: energy.meter.basis,
            sandbox: sandbox.summary)
    }
}
