package import VigilCore

/// The worker has read its settings and loaded its model: everything that decides what it
/// computes.
package struct WorkerStarting: TelemetryEvent {
    /// Of this program.
    package let version: SafeText
    /// The instruction set of the kernels.
    package let isa: SafeText
    /// Threads of the engine.
    package let threads: Int
    /// From the model's own manifest.
    package let modelName: SafeText
    /// Over all files of the model.
    package let modelDigest: Digest
    /// False for an untrained or unproven model.
    package let modelValidated: Bool
    /// Such as fp32 or int8.
    package let precision: SafeText
    /// The version of the library loaded, not of its header.
    package let librdkafka: SafeText
    /// How joules are obtained.
    package let energyMethod: EnergyMethod
    /// Why that method and no better one.
    package let energyReason: SafeText
    /// What confines the decoder process.
    package let sandbox: SafeText

    /// All that the event says.
    package init(
        version: SafeText, isa: SafeText, threads: Int, modelName: SafeText,
        modelDigest:
            Digest, modelValidated: Bool, precision: SafeText, librdkafka: SafeText,
        energyMethod: EnergyMethod, energyReason: SafeText, sandbox: SafeText
    ) {
        self.version = version
        self.isa = isa
        self.threads = threads
        self.modelName = modelName
        self.modelDigest = modelDigest
        self.modelValidated = modelValidated
        self.precision = precision
        self.librdkafka = librdkafka
        self.energyMethod = energyMethod
        self.energyReason = energyReason
        self.sandbox = sandbox
    }

    /// `worker_starting`
    package var name: StaticString { "worker_starting" }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("version", version),
            LogField("isa", isa),
            LogField("threads", threads),
            LogField("model", modelName),
            LogField("model_digest", modelDigest),
            LogField("model_validated", modelValidated),
            LogField("precision", precision),
            LogField("librdkafka", librdkafka),
            LogField("energy_method", energyMethod),
            LogField("energy_reason", energyReason),
            LogField("sandbox", sandbox),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.set(.buildInfo, 1, version, librdkafka, isa)
        metrics.set(.modelInfo, 1, modelName, modelDigest, precision, modelValidated)
    }
}
