/// The name of every setting: section, dot, words with hyphens, the unit last.
package enum SettingKey: String, CaseIterable, Sendable, Hashable {
    case workerGroup = "worker.group"
    case workerInstance = "worker.instance"
    case workerCoreDumps = "worker.core-dumps"
    case modelDirectory = "model.directory"
    case modelAdapters = "model.adapters"
    case modelEnsemble = "model.ensemble"
    case modelsAllow = "models.allow"
    case modelsEnvelope = "models.envelope"
    case modelsEnvelopeKeys = "models.envelope-keys"
    case inputRoots = "input.roots"
    case inputTimeout = "input.timeout-ms"
    case inputOriginsFile = "input.origins-file"

    case topicsInput = "topics.input"
    case topicsUrgent = "topics.urgent"
    case topicsOrders = "topics.orders"
    case topicsFinding = "topics.finding"
    case topicsWorklist = "topics.worklist"
    case topicsFindingV1 = "topics.finding-v1"
    case topicsReport = "topics.report"
    case topicsAudit = "topics.audit"
    case topicsEvidence = "topics.evidence"
    case topicsEnergy = "topics.energy"
    case topicsDeadLetter = "topics.dead-letter"
    case topicsExpired = "topics.expired"
    case topicsRetryCount = "topics.retry-count"
    case topicsPartitions = "topics.partitions"
    case topicsReplication = "topics.replication"
    case topicsRetention = "topics.retention-hours"

    case ordersSources = "orders.sources"

    case batchSizeMax = "batch.size-max"
    case batchWaitMax = "batch.wait-max-ms"
    case queueInFlightMax = "queue.in-flight-max"
    case queueResumeBelow = "queue.resume-below"
    case queueBytesMax = "queue.bytes-max-mb"

    case decodeProcesses = "decode.processes"
    case decodeTimeout = "decode.timeout-ms"
    case decodeMemoryMax = "decode.memory-max-mb"
    case decodePixelsMax = "decode.pixels-max"
    case decodeInputMax = "decode.input-max-mb"
    case decodeSandbox = "decode.sandbox"
    case decodeReuse = "decode.reuse"
    case decodeUID = "decode.uid"
    case studyInstancesMax = "study.instances-max"
    case studyWait = "study.wait-max-ms"
    case studyWaitStat = "study.wait-max-stat-ms"
    case studyRememberedMax = "study.remembered-max"
    case studyImagesMax = "study.images-max"
    case studyBytesMax = "study.bytes-max-mb"
    case studyReadingMax = "study.reading-max-ms"
    case studyProcessorMax = "study.processor-max-ms"
    case studyClockSkewMax = "study.clock-skew-max-ms"
    case studyPlacement = "study.placement"
    case memoryStudiesMax = "memory.studies-max-mb"
    case gateTakeWithout = "gate.take-without"

    case engineThreads = "engine.threads"
    case enginePrecision = "engine.precision"
    case engineISA = "engine.isa"

    case cacheDirectory = "cache.directory"
    case cacheEmbeddingsMax = "cache.embeddings-max-mb"

    case transactionRecordsMax = "transaction.records-max"
    case transactionWaitMax = "transaction.wait-max-ms"
    case retryAttemptsMax = "retry.attempts-max"
    case retryBackoff = "retry.backoff-ms"
    case retryTopicPause = "retry.topic-pause-ms"
    case startupTimeout = "startup.timeout-ms"
    case shutdownDrainMax = "shutdown.drain-max-ms"

    case triagePolicy = "triage.policy"
    case triageSite = "triage.site"
    case triageCalibrations = "triage.calibrations"
    case triageCalibrationKeys = "triage.calibration-keys"
    case triageUncalibrated = "triage.uncalibrated"
    case triageDeadlineStat = "triage.deadline-stat-ms"
    case triageDeadlineUrgent = "triage.deadline-urgent-ms"
    case triageDeadlineAsap = "triage.deadline-asap-ms"
    case triageDeadlineRoutine = "triage.deadline-routine-ms"
    case triageUnvalidatedMayRaise = "triage.unvalidated-may-raise"

    case contextTopic = "context.topic"
    case contextWeights = "context.weights"
    case contextValuesInRecords = "context.values-in-records"
    case contextReviseHours = "context.revise-hours"
    case contextReviseMax = "context.revise-max-mb"
    case contextPriorsMax = "context.priors-max"
    case contextPriorSpread = "context.prior-spread"

    case controlTopic = "control.topic"
    case controlKeys = "control.keys"
    case controlStopFile = "control.stop-file"

    case qualityAlarmTopic = "quality.alarm-topic"
    case qualityAlarmKeys = "quality.alarm-keys"

    case evidenceFindings = "evidence.findings"

    case reportTemplates = "report.templates"
    case reportGenerator = "report.generator"
    case reportGeneratorTimeout = "report.generator-timeout-ms"
    case reportGeneratorMemory = "report.generator-memory-max-mb"

    case auditKeyFile = "audit.key-file"
    case auditName = "audit.name"
    case auditInterval = "audit.checkpoint-interval-ms"
    case auditFile = "audit.checkpoint-file"

    case energyMethod = "energy.method"
    case energyWattsPerCore = "energy.watts-per-core"
    case energyInterval = "energy.interval-s"
    case energyStudiesMin = "energy.studies-min"
    case energyPowercapRoot = "energy.powercap-root"
    case energyRaplScope = "energy.rapl-scope"
    case energyHwmonName = "energy.hwmon-name"
    case energyHTTPURL = "energy.http-url"
    case energyHTTPField = "energy.http-field"
    case energyClockMax = "energy.clock-max-percent"
    case energyCpufreqRoot = "energy.cpufreq-root"
    case energyBudget = "energy.budget-joules-a-day"
    case cascadeModel = "cascade.model"
    case cascadeThreshold = "cascade.threshold"
    case cascadeUrgent = "cascade.urgent"

    case carbonIntensity = "carbon.intensity-g-per-kwh"
    case carbonIntensityFile = "carbon.intensity-file"
    case carbonIntensityURL = "carbon.intensity-url"
    case carbonTokenFile = "carbon.token-file"
    case carbonZone = "carbon.zone"
    case carbonRefresh = "carbon.refresh-s"
    case carbonStale = "carbon.stale-s"
    case carbonPUE = "carbon.pue"
    case carbonWUE = "carbon.wue-l-per-kwh"
    case carbonEmbodied = "carbon.embodied-kg"
    case carbonEmbodiedShare = "carbon.embodied-share"
    case carbonLifetime = "carbon.lifetime-years"
    case carbonBudget = "carbon.budget-grams-a-day"
    case carbonDefer = "carbon.defer"
    case carbonDeferMargin = "carbon.defer-margin-minutes"
    case carbonDeferSaving = "carbon.defer-saving-percent"
    case carbonDeferStudiesMax = "carbon.defer-studies-max"
    case carbonDeferIdle = "carbon.defer-idle-s"

    case privacyPseudonymKeyFile = "privacy.pseudonym-key-file"
    case privacySenderIDs = "privacy.sender-ids"
    case httpEnabled = "http.enabled"
    case httpAddress = "http.address"
    case httpPort = "http.port"
    case logLevel = "log.level"

    case otlpEndpoint = "otlp.endpoint"
    case otlpHeadersFile = "otlp.headers-file"
    case otlpSpansMax = "otlp.spans-max"
    case otlpMetricsInterval = "otlp.metrics-interval-s"
    case otlpTimeout = "otlp.timeout-ms"

    case testCrashAt = "test.crash-at"
    case testCrashAfter = "test.crash-after"

    /// The part before the dot.
    package var section: String { String(rawValue.prefix { $0 != "." }) }

    /// The row of the table.
    package var definition: SettingDefinition {
        securityDefinition ?? ordinaryDefinition
    }

    private var ordinaryDefinition: SettingDefinition {
        switch section {
        case "worker", "model", "input", "topics", "orders": sourceDefinition
        case "batch", "queue", "decode", "engine", "cache": workDefinition
        case "study", "memory", "gate": studyDefinition
        case "transaction", "retry", "startup", "shutdown", "test": deliveryDefinition
        case "energy", "cascade": energyDefinition
        case "carbon": carbonDefinition
        case "context": contextDefinition
        case "control", "quality": controlDefinition
        case "report": reportDefinition
        default: operationDefinition
        }
    }

    /// The environment variable that sets it: `VIGIL_`, two underscores for the dot, one for a
    /// hyphen.
    package var variable: String {
        let words = rawValue.split(separator: ".").map {
            $0.split(separator: "-").joined(separator: "_").uppercased()
        }
        return "VIGIL_" + words.joined(separator: "__")
    }
}
