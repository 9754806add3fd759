/// The settings by their types. Durations and sizes carry their units.
extension Settings {
    /// The consumer group.
    package var workerGroup: String { text(.workerGroup) }
    /// The name of this worker's slot; empty when not given.
    package var workerInstance: String { text(.workerInstance) }
    /// The directory of the model; empty when not given.
    package var modelDirectory: String { text(.modelDirectory) }
    /// Folders of models that are averaged with the one above.
    package var modelEnsemble: [String] { list(.modelEnsemble) }
    /// The folders of all models that may be asked; adapters stand elsewhere.
    package var modelFolders: [String] {
        [modelDirectory] + modelEnsemble + [cascadeModel].compactMap { $0 }
    }
    /// Adapters that are named besides those of the model's folder.
    package var modelAdapters: [String] { list(.modelAdapters) }

    /// The topic of study events.
    package var topicsInput: String { text(.topicsInput) }
    /// The input topic of urgent studies; nil without.
    package var topicsUrgent: String? {
        let given = text(.topicsUrgent)
        return given.isEmpty ? nil : given
    }
    /// The input topic of those who may lower an order; nil without.
    package var topicsOrders: String? {
        let given = text(.topicsOrders)
        return given.isEmpty ? nil : given
    }
    /// Sources that may lower an order.
    package var ordersSources: [String] { list(.ordersSources) }
    /// The topic of the highest order of each study.
    package var topicsWorklist: String { text(.topicsWorklist) }
    /// The topic of findings.
    package var topicsFinding: String { text(.topicsFinding) }
    /// The topic of findings of version 1; nil without.
    package var topicsFindingV1: String? {
        let given = text(.topicsFindingV1)
        return given.isEmpty ? nil : given
    }
    /// The topics of findings, that of this version first.
    package var topicsOfFindings: [String] {
        [topicsFinding] + [topicsFindingV1].compactMap { $0 }
    }
    /// The topic of maps of evidence; nil: none are sent.
    package var topicsEvidence: String? { given(.topicsEvidence) }
    /// The topic of draft reports; nil: none are made.
    package var topicsReport: String? { given(.topicsReport) }
    /// The topic of energy records.
    package var topicsEnergy: String { text(.topicsEnergy) }
    /// The topic of dead letters.
    package var topicsDeadLetter: String {
        let given = text(.topicsDeadLetter)
        return given.isEmpty ? topicsInput + ".dlq" : given
    }
    /// The topic of expired events.
    package var topicsExpired: String {
        let given = text(.topicsExpired)
        return given.isEmpty ? topicsInput + ".expired" : given
    }
    /// How many retry topics there are.
    package var topicsRetryCount: Int { integer(.topicsRetryCount) }
    /// All topics of the worker but its retry topics.
    package var topics: [String] {
        [topicsInput] + topicsOfFindings
            + [topicsEnergy, topicsDeadLetter, topicsExpired, topicsWorklist]
            + [topicsUrgent, topicsOrders, topicsReport, topicsEvidence, topicsAudit]
            .compactMap { $0 }
    }
    /// What the names of topics begin with that the worker writes for itself.
    var ownTopics: [String] {
        [".retry.", ".deferred", ".placed"].map { topicsInput + $0 }
    }
    /// Partitions of a new topic.
    package var topicsPartitions: Int { integer(.topicsPartitions) }
    /// Copies of a new topic; nil: by how many brokers there are.
    package var topicsReplication: Int? {
        let copies = integer(.topicsReplication)
        return copies == 0 ? nil : copies
    }
    /// How long a new topic keeps its records.
    package var topicsRetention: Duration { .seconds(integer(.topicsRetention) * 3600) }

    /// Images of one batch at most.
    package var batchSizeMax: Int { integer(.batchSizeMax) }
    /// How long a study waits for its batch.
    package var batchWaitMax: Duration { milliseconds(.batchWaitMax) }
    /// Studies in flight at most.
    package var queueInFlightMax: Int { integer(.queueInFlightMax) }
    /// Bytes of events in flight at most.
    package var queueBytesMax: Int { integer(.queueBytesMax) << 20 }
    /// Paused partitions are resumed below this many studies.
    package var queueResumeBelow: Int {
        let below = integer(.queueResumeBelow)
        return below == 0 ? queueInFlightMax / 2 : below
    }

    /// Instances that one event may name.
    package var studyInstancesMax: Int { integer(.studyInstancesMax) }
    /// How long a study waits for its parts.
    package var studyWait: Duration { milliseconds(.studyWait) }
    /// How long a study ordered as `stat` waits for its parts.
    package var studyWaitStat: Duration { milliseconds(.studyWaitStat) }
    /// Studies of which it is known what was said before.
    package var studyRememberedMax: Int { integer(.studyRememberedMax) }
    /// Images that one study may give the model.
    package var studyImagesMax: Int { integer(.studyImagesMax) }
    /// Bytes that the files of one study may have.
    package var studyBytesMax: Int64 { Int64(integer(.studyBytesMax)) << 20 }
    /// How long the files of one study may take to be read.
    package var studyReadingMax: Duration { milliseconds(.studyReadingMax) }
    /// Processor time that this may take.
    package var studyProcessorMax: Duration { milliseconds(.studyProcessorMax) }
    /// How far a producer's clock is believed.
    package var studyClockSkewMax: Duration { milliseconds(.studyClockSkewMax) }
    /// By which hash studies have owners: `crc32`, `murmur2` or `off`.
    package var studyPlacement: String { text(.studyPlacement) }
    /// Attributes that an object may lack though the model asks for them.
    package var gateTakeWithout: [String] { list(.gateTakeWithout) }
    /// Memory for what is read of studies and has not run, in bytes.
    package var memoryStudiesMax: Int { integer(.memoryStudiesMax) << 20 }

    /// Where derived files are kept; nil: the user's cache.
    package var cacheDirectory: String? {
        let given = text(.cacheDirectory)
        return given.isEmpty ? nil : given
    }
    /// Bytes of kept embeddings; 0 keeps none.
    package var cacheEmbeddingsMaxBytes: Int { integer(.cacheEmbeddingsMax) << 20 }

    /// Threads of the engine; nil for one a processor.
    package var engineThreads: Int? {
        let count = integer(.engineThreads)
        return count == 0 ? nil : count
    }
    /// The arithmetic of the engine.
    package var enginePrecision: EnginePrecision {
        EnginePrecision(rawValue: text(.enginePrecision)) ?? .fp32
    }
    /// The instruction set forced; nil for the best there is.
    package var engineISA: String? {
        let name = text(.engineISA)
        return name == "auto" ? nil : name
    }

    /// Study events of one transaction at most.
    package var transactionRecordsMax: Int { integer(.transactionRecordsMax) }
    /// How long an outcome waits for its transaction.
    package var transactionWaitMax: Duration { milliseconds(.transactionWaitMax) }
    /// Attempts at a study.
    package var retryAttemptsMax: Int { integer(.retryAttemptsMax) }
    /// The pause before the second attempt.
    package var retryBackoff: Duration { milliseconds(.retryBackoff) }
    /// How long a study stays in the first retry topic.
    package var retryTopicPause: Duration { milliseconds(.retryTopicPause) }
    /// How long the start waits for a broker.
    package var startupTimeout: Duration { milliseconds(.startupTimeout) }
    /// How long SIGTERM lets studies finish.
    package var shutdownDrainMax: Duration { milliseconds(.shutdownDrainMax) }

    /// The file of the site's thresholds and priorities; nil when not given.
    package var triagePolicy: String? { given(.triagePolicy) }
    /// Whose part of that file holds, and whose calibrations; nil: what is said for all.
    package var triageSite: String? { given(.triageSite) }
    /// Whether records tell what parts of an image made the score of a flagged finding.
    package var evidenceOfFlagged: Bool { text(.evidenceFindings) == "flagged" }
    /// The file of the language of drafts; nil when not given.
    package var reportTemplates: String? { given(.reportTemplates) }
    /// A site's own generator of drafts; nil when not given.
    package var reportGenerator: String? { given(.reportGenerator) }
    /// How long a finding waits for it at most.
    package var reportGeneratorTimeout: Duration { milliseconds(.reportGeneratorTimeout) }
    /// Its address space at most, in bytes.
    package var reportGeneratorMemoryBytes: Int { integer(.reportGeneratorMemory) << 20 }
    /// Signed calibrations.
    package var triageCalibrations: [String] { list(.triageCalibrations) }
    /// Public keys of those whose calibrations are believed.
    package var triageCalibrationKeys: [String] { list(.triageCalibrationKeys) }
    /// `refuse` or `legacy`: what becomes of a validated model without calibration.
    package var triageUncalibrated: String { text(.triageUncalibrated) }
    /// When a study ordered as `stat` should have its finding.
    package var triageDeadlineStat: Duration { milliseconds(.triageDeadlineStat) }
    /// When a study ordered as `urgent` should have its finding.
    package var triageDeadlineUrgent: Duration { milliseconds(.triageDeadlineUrgent) }
    /// When a study ordered as `asap` should have its finding.
    package var triageDeadlineAsap: Duration { milliseconds(.triageDeadlineAsap) }
    /// When a study ordered as `routine` should have its finding.
    package var triageDeadlineRoutine: Duration { milliseconds(.triageDeadlineRoutine) }
    /// Whether an unvalidated model may raise a priority.
    package var triageUnvalidatedMayRaise: Bool { bool(.triageUnvalidatedMayRaise) }

    /// The topic of what operators stop; nil: there is none.
    package var controlTopic: String? { given(.controlTopic) }
    /// Public keys of those whose orders are believed.
    package var controlKeys: [String] { list(.controlKeys) }
    /// The file that stops the worker; nil: none does.
    package var controlStopFile: String? { given(.controlStopFile) }
    /// The topic of alarms that act; nil: none do.
    package var qualityAlarmTopic: String? { given(.qualityAlarmTopic) }
    /// Public keys of those who may clear an alarm.
    package var qualityAlarmKeys: [String] { list(.qualityAlarmKeys) }
    /// `auto`, `rapl`, `perf`, `hwmon`, `http`, `model` or `none`.
    package var energyMethod: String { text(.energyMethod) }
    /// Power of one busy core, in watts; 0 takes the figures of the processor's family.
    package var energyWattsPerCore: Double { number(.energyWattsPerCore) }
    /// How often the worker's energy is published.
    package var energyInterval: Duration { .seconds(integer(.energyInterval)) }
    /// How many studies an energy figure covers at least.
    package var energyStudiesMin: Int { integer(.energyStudiesMin) }
    /// Where the kernel shows energy counters.
    package var energyPowercapRoot: String { text(.energyPowercapRoot) }
    /// `processor` or `platform`.
    package var energyRaplScope: String { text(.energyRaplScope) }
    /// The name of the power sensor.
    package var energyHwmonName: String { text(.energyHwmonName) }
    /// Where a plug tells its power; nil when not given.
    package var energyHTTPURL: String? { given(.energyHTTPURL) }
    /// Where the watts are in the plug's answer.
    package var energyHTTPField: String { text(.energyHTTPField) }
    /// The cap on the processors' clocks in percent of the highest; 100 for none.
    package var energyClockMax: Int { integer(.energyClockMax) }
    /// Where the kernel shows the processors' clocks.
    package var energyCpufreqRoot: String { text(.energyCpufreqRoot) }

    /// What a day may take in joules; nil when not bounded.
    package var energyBudget: Double? { positive(.energyBudget) }
    /// What a day may take in grams; nil when not bounded.
    package var carbonBudget: Double? { positive(.carbonBudget) }
    /// The directory of the cascade's small model; nil when there is none.
    package var cascadeModel: String? { given(.cascadeModel) }
    /// From which probability on the large model is asked.
    package var cascadeThreshold: Double { number(.cascadeThreshold) }
    /// Whether the small model decides on urgent studies too.
    package var cascadeUrgent: Bool { bool(.cascadeUrgent) }

    /// The grid's intensity in g/kWh; 0 when not known.
    package var carbonIntensity: Double { number(.carbonIntensity) }
    /// A file with the intensity over time; nil when not given.
    package var carbonIntensityFile: String? { given(.carbonIntensityFile) }
    /// A feed of the intensity; nil when not given.
    package var carbonIntensityURL: String? { given(.carbonIntensityURL) }
    /// The file of the feed's key; nil when not given.
    package var carbonTokenFile: String? { given(.carbonTokenFile) }
    /// The grid's zone.
    package var carbonZone: String { text(.carbonZone) }
    /// How often the intensity is read anew.
    package var carbonRefresh: Duration { .seconds(integer(.carbonRefresh)) }
    /// From which age on it is stale.
    package var carbonStale: Duration { .seconds(integer(.carbonStale)) }
    /// Power usage effectiveness.
    package var carbonPUE: Double { number(.carbonPUE) }
    /// Water usage effectiveness, in litres a kilowatt hour.
    package var carbonWUE: Double { number(.carbonWUE) }
    /// Carbon of making the machine, in kg.
    package var carbonEmbodied: Double { number(.carbonEmbodied) }
    /// The part of the machine that the worker has.
    package var carbonEmbodiedShare: Double { number(.carbonEmbodiedShare) }
    /// The machine's life, in years.
    package var carbonLifetime: Double { number(.carbonLifetime) }

    /// Whether routine studies may wait for cleaner hours.
    package var carbonDefer: Bool { bool(.carbonDefer) }
    /// How long before its deadline a study waits no longer.
    package var carbonDeferMargin: Duration { .seconds(integer(.carbonDeferMargin) * 60) }
    /// By which part a later hour must be cleaner, 0…1.
    package var carbonDeferSaving: Double { number(.carbonDeferSaving) / 100 }
    /// How many studies wait at most.
    package var carbonDeferStudiesMax: Int {
        min(integer(.carbonDeferStudiesMax), max(1, queueInFlightMax / 4))
    }
    /// After how long without other studies those that wait are taken.
    package var carbonDeferIdle: Duration { .seconds(integer(.carbonDeferIdle)) }

    /// The file of the pseudonyms' key; nil when not given.
    package var privacyPseudonymKeyFile: String? { given(.privacyPseudonymKeyFile) }
    /// Whether the HTTP endpoint is wanted.
    package var httpEnabled: Bool { bool(.httpEnabled) }
    /// The IP address of the HTTP endpoint.
    package var httpAddress: String { text(.httpAddress) }
    /// The port of the HTTP endpoint; 0 picks a free one.
    package var httpPort: UInt16 { UInt16(clamping: integer(.httpPort)) }
    /// The least important log lines written: `debug`, `info`, `warning` or `error`.
    package var logLevel: String { text(.logLevel) }

    /// Where a collector takes OTLP; nil sends nothing.
    package var otlpEndpoint: String? { given(.otlpEndpoint) }
    /// The file of the headers for it; nil when not given.
    package var otlpHeadersFile: String? { given(.otlpHeadersFile) }
    /// How many spans wait at most.
    package var otlpSpansMax: Int { integer(.otlpSpansMax) }
    /// How often metrics are sent; nil sends none.
    package var otlpMetricsInterval: Duration? {
        let seconds = integer(.otlpMetricsInterval)
        return seconds > 0 ? .seconds(seconds) : nil
    }
    /// How long the collector may take over a request.
    package var otlpTimeout: Duration { milliseconds(.otlpTimeout) }

    /// Where a worker under test kills itself.
    package var testCrashAt: CrashPoint { CrashPoint(rawValue: text(.testCrashAt)) ?? .none }
    /// At which transaction with studies it does.
    package var testCrashAfter: Int { integer(.testCrashAfter) }

    // The table says which type a key has, and the loader lets no other value in.

    func text(_ key: SettingKey) -> String { entry(key).value.text }

    func given(_ key: SettingKey) -> String? {
        let text = text(key)
        return text.isEmpty ? nil : text
    }

    func positive(_ key: SettingKey) -> Double? {
        let value = number(key)
        return value > 0 ? value : nil
    }

    func milliseconds(_ key: SettingKey) -> Duration { .milliseconds(integer(key)) }

    func bool(_ key: SettingKey) -> Bool { entry(key).value == .bool(true) }

    func integer(_ key: SettingKey) -> Int {
        guard case .integer(let value) = entry(key).value else { return 0 }
        return value
    }

    private func number(_ key: SettingKey) -> Double {
        guard case .number(let value) = entry(key).value else { return 0 }
        return value
    }

    func list(_ key: SettingKey) -> [String] {
        guard case .list(let values) = entry(key).value else { return [] }
        return values
    }
}
