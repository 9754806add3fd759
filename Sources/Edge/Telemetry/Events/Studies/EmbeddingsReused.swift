package import VigilCore

/// A batch asked the cache of embeddings.
package struct EmbeddingsReused: TelemetryEvent {
    /// Images whose embedding was known.
    package let hits: Int
    /// Images that had to be encoded.
    package let misses: Int
    /// Of those, how many had an entry that did not read.
    package let damaged: Int
    /// What the known ones took when they were computed.
    package let saved: Joules
    /// How joules are obtained.
    package let energyMethod: EnergyMethod

    /// All that the event says.
    package init(hits: Int, misses: Int, damaged: Int, saved: Joules, energyMethod: EnergyMethod) {
        self.hits = hits
        self.misses = misses
        self.damaged = damaged
        self.saved = saved
        self.energyMethod = energyMethod
    }

    /// `embeddings_reused`
    package var name: StaticString { "embeddings_reused" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        [
            LogField("hits", hits),
            LogField("misses", misses),
            LogField("damaged", damaged),
            LogField("saved_joules", saved.value),
            LogField("energy_method", energyMethod),
        ]
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        let outcomes: [(StaticString, Int)] = [
            ("hit", hits), ("miss", misses - damaged), ("damaged", damaged),
        ]
        for (outcome, count) in outcomes where count > 0 {
            metrics.add(.embeddingLookups, Double(count), outcome)
        }
        metrics.add(.energySaved, saved.value, energyMethod)
    }
}
