internal import Energy
internal import FoundationModel
internal import Glibc
internal import HTTPServer
internal import Imaging
package import KafkaTransport
internal import Processes
package import Settings
package import Telemetry
internal import Triage
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
    private let telemetry: Telemetry
    private let clock = SystemClock()
    private let health: HealthState
    private let work: LockedCore
    private let stop: StopRequest
    private let reader: StudyReader
    private let model: StudyInference
    private let meter: any EnergyMeter
    private let carbon: CarbonAccount
    private let exports: (tracer: Tracer, metrics: MetricReporter)
    private let drafts: ReportDrafts?
    private let budget: EnergyBudget
    private let refreshers: [PeriodicThread]
    private let clockCap: ClockCap?
    private let start: (EnergyMark, Timestamp)
    private let pseudonyms: PseudonymKey
    private let partitions = PartitionCounts()
    private let sandbox: SandboxStatus

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
        self.telemetry = telemetry
        var kafka = kafka
        if (kafka.instance ?? "").isEmpty {
            kafka.instance = "\(kafka.host)-\(ProcessIdentity.number)"
        }
        kafka.boundReadAhead()
        self.kafka = kafka
        try kafka.validate(from: settings)
        if settings.modelDirectory.isEmpty { throw PipelineError.settingMissing("model.directory") }
        try SettingPaths.check(settings)
        try PlainAddresses.check(settings)
        health = HealthState(clock: clock)
        pseudonyms = try PseudonymKey(settings)
        // One more than the setting says, for stat studies.
        let threads = settings.decodeProcesses + 1
        let decoders = try DecoderPool(slots: threads, limits: DecodeLimits(settings))
        // By this thread, which lasts: decoders end with the one that made their nursery.
        sandbox = try decoders.sandboxStatus()
        meter = try EnergyMeters.detect(settings, decoders: decoders)
        carbon = try CarbonAccount(settings)
        refreshers = try Self.refreshers(meter, carbon)
        clockCap = ClockCap.apply(settings, telemetry: telemetry)
        start = (meter.begin(), clock.wall())
        let collector = try Collector(settings)
        let place = MessagingPlace(
            group: SafeText(operatorProvided: kafka.group),
            instance: SafeText(operatorProvided: kafka.instance ?? ""),
            findings: SafeText(operatorProvided: settings.topicsFinding))
        exports = (
            Tracer(
                settings, place: place, collector: collector, telemetry: telemetry,
                start: start.1),
            MetricReporter(
                settings, place: place, collector: collector, telemetry: telemetry, clock: clock)
        )
        drafts = try ReportDrafts(settings, telemetry: telemetry)
        let budget = EnergyBudget(joules: settings.energyBudget, grams: settings.carbonBudget)
        self.budget = budget
        let caches = CacheFaults(telemetry)
        model = try StudyInference(
            settings: settings, cacheDirectory: modelCache, meter: meter, pseudonyms: pseudonyms,
            clock: clock, onCacheFault: { caches.note($0) }
        ) { [clock] in budget.isSpent(at: clock.wall()) }
        try drafts?.check(asked: model.asked)
        health.markModel(verified: true)
        work = try LockedCore(limits: WorkerLimits(settings, input: model.input), decoders: threads)
        stop = StopRequest(waking: work.transport)
        reader = StudyReader(
            roots: try InputRoots(settings, telemetry: telemetry, health: health),
            decoders: decoders, gate: HeaderGate(model, settings), input: model.input,
            budget: StudyBudget(settings),
            pseudonymKey: pseudonyms.bytes, meter: meter, clock: clock,
            telemetry: telemetry)
    }

    /// Runs until a signal asks for the end or something fails that only a restart can mend.
    ///
    /// - Parameter onReady: called once, when partitions are assigned, with their number.
    /// - Returns: the exit code.
    package func run(onReady: @escaping (Int) -> Void) throws -> ExitCode {
        emitStart()
        let endpoint = try httpEndpoint()
        defer { _ = endpoint }
        defer { clockCap?.restore() }
        try startSignals()
        let energy = EnergyAccounts(
            meter: meter, worker: kafka.instance ?? "",
            window: EnergyWindow(
                studiesMin: settings.energyStudiesMin, calibration: model.blankCost),
            length: settings.energyInterval, start: start, carbon: carbon, clock: clock)
        let transport = transport
        let loop = try TransportLoop(
            transport, events: events, publisher: publisher, energy: energy,
            logs: try TopicWatch(transport), onReady: onReady)
        let stages = try startStages(energy: energy)
        let senders = (try exports.tracer.start(), try exports.metrics.start())
        defer { _ = senders }
        let (end, abandoned, stopping) = loop.run()
        let haveEnded = stages.join(within: Self.stagesEndMax, clock: clock)
        exports.tracer.finish()
        exports.metrics.finish()
        let code = finish(end, abandoned: abandoned, since: stopping)
        if !haveEnded {
            clockCap?.restore()
            _exit(code.rawValue)
        }
        return code
    }

    /// The threads that ask slow sources of power and of the grid's intensity.
    private static func refreshers(
        _ meter: any EnergyMeter, _ carbon: CarbonAccount
    ) throws -> [PeriodicThread] {
        var threads: [PeriodicThread] = []
        if let period = meter.refreshPeriod {
            threads.append(try PeriodicThread(every: period) { meter.refresh() })
        }
        if carbon.cache.needsRefresh {
            threads.append(
                try PeriodicThread(every: carbon.refreshPeriod) { carbon.cache.refresh() })
        }
        return threads
    }

    private func startSignals() throws(ProcessError) {
        let (stop, clockCap) = (stop, clockCap)
        let listener = try OwnedThread {
            ShutdownSignals.listen(
                onFirst: { stop.request() }, beforeExit: { clockCap?.restore() })
        }
        // It listens for the life of the process, to hear the second signal.
        listener.detach()
    }

    private func startStages(energy: EnergyAccounts) throws -> StageThreads {
        var threads = StageThreads(ended: work.transport)
        for index in work.decoders.indices {
            let onlyStat = index == work.decoders.indices.last
            let stage = DecodeStage(
                work: work, index: index, onlyStat: onlyStat,
                reader: reader, assembler: assembler, clock: clock, telemetry: telemetry)
            try threads.start(niceness: onlyStat ? 0 : DecodeStage.niceness) { stage.run() }
        }
        let inference = InferenceStage(
            work: work, model: model, energy: energy, clock: clock, telemetry: telemetry)
        try threads.start(niceness: InferenceStage.niceness) { inference.run() }
        return threads
    }

    private var events: StudyEventDecoder {
        StudyEventDecoder(limits: WireLimits(settings), senders: senders)
    }

    private var senders: SenderIDs { SenderIDs(settings, pseudonyms) }

    private var assembler: StudyAssembler {
        let past = PastRecords(configuration: kafka, topics: transportOptions.intakeTopics)
        return StudyAssembler(
            events: events,
            instancesMax: settings.studyInstancesMax
        ) { (places) throws(StageFailure) in try past(places) }
    }

    private var transport: TransportContext {
        TransportContext(
            options: transportOptions, work: work, stop: stop, clock: clock,
            telemetry: telemetry, health: health,
            clients: LibrdkafkaClients(
                configuration: kafka, sink: KafkaTelemetry(telemetry: telemetry, health: health)),
            threads: SystemThreads(clock: clock))
    }

    private var transportOptions: TransportOptions {
        TransportOptions(
            inputTopic: settings.topicsInput, urgentTopic: settings.topicsUrgent,
            retries: RetryTopics(settings),
            deferrer: Deferrer(
                topic: DeferralTopic(input: settings.topicsInput),
                waitsForHours: settings.carbonDefer, budget: budget, intensity: carbon.cache),
            rules: IntakeRules(settings, senders), partitions: partitions,
            outputTopics: settings.topicsOfFindings + [
                settings.topicsEnergy, settings.topicsDeadLetter, settings.topicsExpired,
                settings.topicsWorklist,
            ] + [settings.topicsReport].compactMap { $0 }, startupMax: settings.startupTimeout,
            drainMax: settings.shutdownDrainMax,
            parts: TransportOptions.Parts(
                findingTopics: settings.topicsOfFindings, pseudonyms: pseudonyms),
            orders: TransportOptions.Orders(
                topic: settings.topicsWorklist,
                unvalidatedMayRaise: settings.triageUnvalidatedMayRaise))
    }

    private var publisher: OutcomePublisher {
        OutcomePublisher(
            findings: FindingRecords(
                FindingEncoder(
                    topic: settings.topicsFinding, topicV1: settings.topicsFindingV1),
                drafts: drafts),
            energy: EnergyEncoder(topic: settings.topicsEnergy),
            deadLetters: DeadLetterEncoder(
                topic: settings.topicsDeadLetter, group: kafka.group,
                instance: kafka.instance ?? ""),
            expired: DeadLetterEncoder(
                topic: settings.topicsExpired, group: kafka.group,
                instance: kafka.instance ?? ""),
            returns: ReturnTopics(settings), partitions: partitions,
            worklistTopic: settings.topicsWorklist, clock: clock,
            telemetry: telemetry,
            crash: CrashHook(at: settings.testCrashAt, transaction: settings.testCrashAfter),
            tracer: exports.tracer, budget: budget)
    }

    private func httpEndpoint() throws(HTTPServerError) -> HTTPEndpoint? {
        guard settings.httpEnabled else { return nil }
        let endpoint = try HTTPEndpoint(
            address: settings.httpAddress, port: settings.httpPort, telemetry: telemetry,
            health: health)
        telemetry.emit(
            EndpointListening(
                address: SafeText(operatorProvided: settings.httpAddress), port: endpoint.port))
        return endpoint
    }

    private func emitStart() {
        telemetry.emit(
            WorkerStarting(
                version: SafeText(stringLiteral: BuildVersion.current),
                isa: model.runtime.instructionSet,
                threads: model.runtime.threads,
                modelName: SafeText(operatorProvided: model.identity.name),
                modelDigest: model.identity.digest, modelValidated: model.identity.isValidated,
                precision: model.runtime.precision, librdkafka: "\(LibraryCapabilities.loaded)",
                energyMethod: meter.method, energyReason: meter.basis, sandbox: sandbox.summary))
        telemetry.emit(
            DecoderSandboxed(
                protections: sandbox.protections,
                policy: SafeText(operatorProvided: settings.decodeSandbox),
                missing: sandbox.missing))
        telemetry.emit(ModelAnswerChecked(isRecorded: model.answer == .matches))
        if let calibrations = model.calibrationsInForce(at: clock.wall()) {
            telemetry.emit(calibrations)
        }
        if let missing = sandbox.missing { health.warn(.sandboxIncomplete(missing)) }
        for warning in LibraryCapabilities.loaded.warnings(for: kafka) {
            telemetry.emit(
                SettingWarning(setting: "librdkafka", what: warning, remedy: "Load a newer one"))
        }
        if settings.retryAttemptsMax == 1, settings.topicsRetryCount == 0 {
            telemetry.emit(
                SettingWarning(
                    setting: "retry.attempts-max",
                    what: "a study whose file comes a moment late is a dead letter at once",
                    remedy: "Allow attempts, or retry topics by topics.retry-count"))
        }
        if let warning = StudyPlacement.warning(settings, kafka) { telemetry.emit(warning) }
        if settings.carbonDefer, !carbon.cache.needsRefresh {
            telemetry.emit(
                SettingWarning(
                    setting: "carbon.defer", what: "no study waits without a forecast of the grid",
                    remedy: "Set carbon.intensity-file or carbon.intensity-url"))
        }
        if pseudonyms.isPublic {
            telemetry.emit(
                SettingWarning(
                    setting: "privacy.pseudonym-key-file",
                    what: "pseudonyms are made with a key that everybody knows",
                    remedy: "Write 32 random bytes to a file and name it in this setting"))
        }
    }

    private func finish(
        _ end: LockedCore.End, abandoned: Int, since stopping: MonotonicTime
    ) -> ExitCode {
        var code = ExitCode.ok
        var reason: SafeText = "stop asked for"
        if case .failed(let error) = end {
            telemetry.emit(WorkerFailed(error))
            health.markFailed(error.code)
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
                duration: clock.monotonic() - stopping))
        return code
    }
}
