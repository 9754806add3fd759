/// The name of every setting: section, dot, words with hyphens, the unit last.
package enum SettingKey: String, CaseIterable, Sendable, Hashable {
    case workerGroup = "worker.group"
    case workerInstance = "worker.instance"
    case modelDirectory = "model.directory"
    case modelAdapters = "model.adapters"
    case inputRoots = "input.roots"

    case topicsInput = "topics.input"
    case topicsFinding = "topics.finding"
    case topicsEnergy = "topics.energy"
    case topicsDeadLetter = "topics.dead-letter"
    case topicsPartitions = "topics.partitions"
    case topicsReplication = "topics.replication"
    case topicsRetention = "topics.retention-hours"

    case batchSizeMax = "batch.size-max"
    case batchWaitMax = "batch.wait-max-ms"
    case queueInFlightMax = "queue.in-flight-max"
    case queueResumeBelow = "queue.resume-below"

    case decodeProcesses = "decode.processes"
    case decodeTimeout = "decode.timeout-ms"
    case decodeMemoryMax = "decode.memory-max-mb"
    case decodePixelsMax = "decode.pixels-max"
    case decodeInputMax = "decode.input-max-mb"
    case studyInstancesMax = "study.instances-max"

    case engineThreads = "engine.threads"
    case enginePrecision = "engine.precision"
    case engineISA = "engine.isa"

    case cacheDirectory = "cache.directory"
    case cacheEmbeddingsMax = "cache.embeddings-max-mb"

    case transactionRecordsMax = "transaction.records-max"
    case transactionWaitMax = "transaction.wait-max-ms"
    case retryAttemptsMax = "retry.attempts-max"
    case retryBackoff = "retry.backoff-ms"
    case startupTimeout = "startup.timeout-ms"
    case shutdownDrainMax = "shutdown.drain-max-ms"

    case triageDeadlineStat = "triage.deadline-stat-ms"
    case triageDeadlineUrgent = "triage.deadline-urgent-ms"
    case triageDeadlineAsap = "triage.deadline-asap-ms"
    case triageDeadlineRoutine = "triage.deadline-routine-ms"
    case triageUnvalidatedMayRaise = "triage.unvalidated-may-raise"

    case energyMethod = "energy.method"
    case energyWattsPerCore = "energy.watts-per-core"
    case energyInterval = "energy.interval-s"
    case energyPowercapRoot = "energy.powercap-root"

    case privacyPseudonymKeyFile = "privacy.pseudonym-key-file"
    case httpEnabled = "http.enabled"
    case httpAddress = "http.address"
    case httpPort = "http.port"
    case logLevel = "log.level"

    /// The part before the dot.
    package var section: String { String(rawValue.prefix { $0 != "." }) }

    /// The row of the table.
    package var definition: SettingDefinition {
        switch section {
        case "worker", "model", "input", "topics": sourceDefinition
        case "batch", "queue", "decode", "study", "engine", "cache": workDefinition
        case "transaction", "retry", "startup", "shutdown": deliveryDefinition
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
