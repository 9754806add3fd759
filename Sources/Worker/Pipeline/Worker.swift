internal import Energy
internal import HTTPServer
internal import Imaging
package import KafkaTransport
internal import Processes
package import Settings
package import Telemetry
package import VigilCore
internal import Wire
internal import WorkerCore

/// A whole worker: makes every part from the settings, runs the threads, and ends them in order.
package final class Worker {
    /// How long the stages may take to notice the end. What a thread is at then, one image or one
    /// batch, is dropped: its study was given up uncommitted.
    private static let stagesEndMax = Duration.seconds(1)

    private let settings: Settings
    private let kafka: KafkaConfiguration
    private let pseudonyms: PseudonymKey
    private let sandbox: SandboxStatus
    private let energy: WorkerEnergy
    private let exports: CollectorExports
    private let modelFiles: ModelFilesWatch
    private let drafts: ReportDrafts?
    private let generator: GeneratorProgram?
    private let stages: StudyStages
    private let transport: TransportContext

    /// Makes the parts that need no broker: the model, the decoders, the energy meter.
    ///
    /// - Parameters:
    ///   - kafka: with an instance name, or none to take the host's name and the process id.
    ///   - modelCache: where packed weights and prompt embeddings are kept between starts.
    /// - Throws: the error of the part that could not be made, with the exit code in its
    /// disposition.
    package init(
        settings: Settings, kafka: KafkaConfiguration, modelCache: String?, telemetry: Telemetry
    ) throws {
        self.settings = settings
        let kafka = try Self.checked(kafka, settings)
        self.kafka = kafka
        let clock = SystemClock()
        let born = clock.monotonic()
        let health = HealthState(clock: clock)
        pseudonyms = try PseudonymKey(settings)
        let decoders = try DecoderPool(
            slots: StudyStages.decoderCount(settings), limits: DecodeLimits(settings))
        // By this thread, which lasts: decoders end with the one that made their nursery.
        sandbox = try decoders.sandboxStatus()
        energy = try WorkerEnergy(
            settings, decoders: decoders, clock: clock, telemetry: telemetry)
        exports = try CollectorExports(
            settings, kafka, start: energy.started, clock: clock, telemetry: telemetry)
        let (budget, caches) = (energy.budget, CacheFaults(telemetry))
        let (control, alarms) = (try ControlSwitch(settings), try AlarmSwitch(settings))
        modelFiles = ModelFilesWatch(settings)
        let model = try StudyInference(
            settings: settings, cacheDirectory: modelCache, meter: energy.meter,
            pseudonyms: pseudonyms, clock: clock, onCacheFault: { caches.note($0) },
            control: control, alarms: alarms
        ) { budget.isSpent(at: clock.wall()) }
        drafts = try ReportDrafts(settings)
        generator = try GeneratorProgram(settings)
        try drafts?.check(asked: model.asked)
        health.markModel(verified: true)
        stages = try StudyStages(
            settings, model: model, decoders: decoders, meter: energy.meter,
            pseudonyms: pseudonyms, clock: clock, telemetry: telemetry, health: health)
        let audit = try AuditRules(
            settings, kafka, model: model, drafts: drafts, pseudonyms: pseudonyms)
        transport = TransportContext(
            options: TransportOptions(
                settings, senders: SenderIDs(settings, pseudonyms), pseudonyms: pseudonyms,
                deferrer: energy.deferrer(settings), patients: stages.patients,
                operators: control?.keys ?? []),
            work: stages.work, stop: StopRequest(waking: stages.work.transport), clock: clock,
            telemetry: telemetry, health: health,
            clients: LibrdkafkaClients(
                configuration: kafka, sink: KafkaTelemetry(telemetry: telemetry, health: health)),
            threads: SystemThreads(clock: clock), control: control, alarms: alarms,
            audit: audit, born: born)
    }

    /// Refuses what cannot work before anything is made.
    ///
    /// - Returns: the configuration under this worker's name.
    private static func checked(
        _ kafka: KafkaConfiguration, _ settings: Settings
    ) throws -> KafkaConfiguration {
        var kafka = kafka
        if (kafka.instance ?? "").isEmpty {
            kafka.instance = "\(kafka.host)-\(ProcessIdentity.number)"
        }
        kafka.boundReadAhead()
        try kafka.validate(from: settings)
        if settings.modelDirectory.isEmpty { throw PipelineError.settingMissing("model.directory") }
        try SettingPaths.check(settings)
        try PlainAddresses.check(settings)
        return kafka
    }

    /// Runs until a signal asks for the end or something fails that only a restart can mend.
    ///
    /// - Parameter onReady: called once, when partitions are assigned, with their number.
    /// - Returns: the exit code.
    package func run(onReady: @escaping (Int) -> Void) throws -> ExitCode {
        StartReport(
            settings: settings, kafka: kafka, model: stages.model, energy: energy,
            sandbox: sandbox, isKeyPublic: pseudonyms.isPublic
        ).tell(transport.telemetry, transport.health, at: transport.clock.wall())
        let endpoint = try httpEndpoint()
        defer { withExtendedLifetime(endpoint) {} }
        defer { energy.clockCap?.restore() }
        try startSignals()
        let accounts = energy.accounts(
            settings, worker: kafka.instance ?? "", blankCost: stages.model.blankCost,
            clock: transport.clock)
        let loop = try TransportLoop(
            transport, events: events,
            publisher: OutcomePublisher(
                settings, kafka: kafka, transport: transport, drafts: drafts,
                tracer: exports.tracer, budget: energy.budget),
            energy: accounts, logs: try TopicWatch(transport), onReady: onReady)
        let threads = try stages.start(
            assembler: assembler, energy: accounts, generator: generatorStage,
            clock: transport.clock, telemetry: transport.telemetry)
        let followed = (
            try StateFeed.follow(transport.control, transport),
            try StateFeed.follow(transport.alarms, transport)
        )
        defer { withExtendedLifetime(followed) {} }
        let watches = try exports.start() + [modelFiles.start(transport)]
        defer { withExtendedLifetime(watches) {} }
        let (end, abandoned, stopping) = loop.run()
        let haveEnded = threads.join(within: Self.stagesEndMax, clock: transport.clock)
        exports.finish()
        let code = finish(end, abandoned: abandoned, since: stopping)
        if !haveEnded {
            energy.clockCap?.restore()
            ProcessEnd.leave(code)
        }
        // What was done is committed and the process ends now. librdkafka 2.0.2 can hang while it
        // is torn down, and what would be gained by it is the kernel's to take back anyhow.
        _ = Unmanaged.passRetained(loop)
        return code
    }

    private func startSignals() throws(ProcessError) {
        let (stop, clockCap) = (transport.stop, energy.clockCap)
        let listener = try OwnedThread {
            ShutdownSignals.listen(
                onFirst: { stop.request() }, beforeExit: { clockCap?.restore() })
        }
        // It listens for the life of the process, to hear the second signal.
        listener.detach()
    }

    private var events: StudyEventDecoder {
        StudyEventDecoder(limits: WireLimits(settings), senders: SenderIDs(settings, pseudonyms))
    }

    private var generatorStage: GeneratorStage? {
        guard let generator, let drafts else { return nil }
        return GeneratorStage(
            generator, drafts: drafts, timeout: settings.reportGeneratorTimeout,
            work: stages.work, clock: transport.clock, telemetry: transport.telemetry)
    }

    private var assembler: StudyAssembler {
        let past = PastRecords(configuration: kafka, topics: transport.options.intakeTopics)
        return StudyAssembler(
            events: events,
            instancesMax: settings.studyInstancesMax
        ) { (places) throws(StageFailure) in try past(places) }
    }

    private func httpEndpoint() throws(HTTPServerError) -> HTTPEndpoint? {
        guard settings.httpEnabled else { return nil }
        let endpoint = try HTTPEndpoint(
            address: settings.httpAddress, port: settings.httpPort,
            telemetry: transport.telemetry, health: transport.health)
        transport.telemetry.emit(
            EndpointListening(
                address: SafeText(operatorProvided: settings.httpAddress), port: endpoint.port))
        return endpoint
    }

    private func finish(
        _ end: LockedCore.End, abandoned: Int, since stopping: MonotonicTime
    ) -> ExitCode {
        let telemetry = transport.telemetry
        var code = ExitCode.ok
        var reason: SafeText = "stop asked for"
        if case .failed(let error) = end {
            telemetry.emit(WorkerFailed(error))
            transport.health.markFailed(error.code)
            if case .shutDown(let wanted) = error.disposition {
                code = wanted
            } else {
                code = .temporary
            }
            reason = error.code
        }
        telemetry.emit(
            ShutdownFinished(
                reason: reason, exitCode: code, abandoned: abandoned,
                duration: transport.clock.monotonic() - stopping))
        return code
    }
}
