internal import Synchronization
package import VigilCore

/// The registry of all metrics. Any thread; label values are safe by type and bounded in number.
package final class Metrics: Sendable {
    private struct State {
        var counters = CounterMetric.allCases.map { MetricFamily($0.definition) }
        var gauges = GaugeMetric.allCases.map { MetricFamily($0.definition) }
        var histograms = HistogramMetric.allCases.map { MetricFamily($0.definition) }

        mutating func countOverflow(of metric: StaticString) {
            _ = counters[CounterMetric.seriesOverflow.rawValue].add(1, [metric.description])
        }
    }

    private let state = Mutex(State())
    /// What the names of the metrics begin with that are shown.
    private let prefix: String

    /// All metrics at zero.
    ///
    /// - Parameter program: one that has some of them alone, so that it does not show zeros of what
    ///   it never does: those whose names say so; empty: all.
    package init(ofProgram program: StaticString = "") {
        prefix = "vigil_" + program.description
    }

    /// Adds to a counter; what is negative or not a number is left out, for counters only rise.
    package func add(
        _ metric: CounterMetric, _ amount: Double = 1, _ labels: (any SafeToLog)...
    ) {
        guard amount >= 0 else { return }
        let values = labels.map(\.safeText)
        state.withLock { state in
            if state.counters[metric.rawValue].add(amount, values) {
                state.countOverflow(of: metric.definition.name)
            }
        }
    }

    /// Sets a gauge.
    package func set(_ metric: GaugeMetric, _ value: Double, _ labels: (any SafeToLog)...) {
        let values = labels.map(\.safeText)
        state.withLock { state in
            if state.gauges[metric.rawValue].set(value, values) {
                state.countOverflow(of: metric.definition.name)
            }
        }
    }

    /// Adds to a gauge, or takes from it.
    package func change(_ metric: GaugeMetric, by amount: Double, _ labels: (any SafeToLog)...) {
        let values = labels.map(\.safeText)
        state.withLock { state in
            if state.gauges[metric.rawValue].add(amount, values) {
                state.countOverflow(of: metric.definition.name)
            }
        }
    }

    /// Drops all series of a gauge, as when partitions move to another worker.
    package func clear(_ metric: GaugeMetric) {
        state.withLock { $0.gauges[metric.rawValue].removeAll() }
    }

    /// Counts an observation.
    package func observe(
        _ metric: HistogramMetric, _ value: Double, _ labels: (any SafeToLog)...
    ) {
        let values = labels.map(\.safeText)
        state.withLock { state in
            if state.histograms[metric.rawValue].observe(value, values) {
                state.countOverflow(of: metric.definition.name)
            }
        }
    }

    /// Counts a duration in seconds.
    package func observe(
        _ metric: HistogramMetric, _ value: Duration, _ labels: (any SafeToLog)...
    ) {
        let values = labels.map(\.safeText)
        state.withLock { state in
            if state.histograms[metric.rawValue].observe(value.seconds, values) {
                state.countOverflow(of: metric.definition.name)
            }
        }
    }

    /// All metrics, those of the process included, in Prometheus text format 0.0.4
    /// (https://prometheus.io/docs/instrumenting/exposition_formats/).
    package func exposition() -> String {
        var text = ExpositionText()
        for family in families() { text.append(family) }
        return text.finished
    }

    /// All metrics as they are now, those of the process included.
    func families() -> [MetricFamily] {
        state.withLock { $0.counters + $0.gauges + $0.histograms }
            .filter { $0.definition.name.description.hasPrefix(prefix) } + ProcessMetric.families()
    }
}
