package import VigilCore

/// Something that a start or a study could have taken from the cache could not be kept there.
package struct CacheUnusable: TelemetryEvent {
    /// `packed_weights`, `prompts` or `images`.
    package let cache: SafeText
    /// The file and what the system said of it.
    package let reason: SafeText
    /// Whether it is the first of its kind, which alone is worth a warning.
    package let isFirst: Bool

    /// All that the event says.
    package init(cache: SafeText, reason: SafeText, isFirst: Bool) {
        self.cache = cache
        self.reason = reason
        self.isFirst = isFirst
    }

    /// `cache_unusable`
    package var name: StaticString { "cache_unusable" }
    /// `warning` once, then `debug`
    package var level: LogLevel { isFirst ? .warning : .debug }

    /// What the line says.
    package var fields: [LogField] { [LogField("cache", cache), LogField("reason", reason)] }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.cacheFailures, 1, cache)
    }
}
