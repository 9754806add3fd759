import Dispatch
import Glibc
import Synchronization
import Telemetry
import Testing
import VigilCore

/// The registry and its exposition.
struct MetricsTests {
    @Test("all events together give an exposition that a strict reader takes")
    func everything() throws {
        let telemetry = Telemetry(logSink: MemoryLogSink(), clock: ManualClock())
        for event in SampleEvents.all { telemetry.emit(event) }
        let text = telemetry.metrics.exposition()
        let parsed = try ExpositionParser(text)
        #expect(!text.contains("\"unknown\""), "an event gives too few label values")
        #expect(parsed.value("vigil_transactions_total", ["outcome": "committed"]) == 1)
        #expect(parsed.value("vigil_transactions_total", ["outcome": "fenced"]) == 1)
        #expect(parsed.value("vigil_kafka_rebalances_total", ["kind": "lost"]) == 1)
        #expect(
            parsed.value(
                "vigil_dlq_records_total", ["stage": "decode", "reason": "decode_truncated"])
                == 1)
        #expect(parsed.value("vigil_energy_joules_per_inference", ["source": "model"]) == 2.5)
        #expect(parsed.value("vigil_carbon_grams_total", ["source": "model"]) == 0.5)
        #expect(parsed.value("vigil_sci_grams_per_study", [:]) == 0.25)
        #expect(
            parsed.value(
                "vigil_grid_intensity_grams_per_kwh", ["zone": "DE", "source": "feed"]) == 300)
        #expect(parsed.value("vigil_queue_wait_seconds_sum", ["priority": "routine"]) == 0.05)
        #expect(
            parsed.value(
                "vigil_end_to_end_latency_seconds_bucket", ["priority": "stat", "le": "0.5"])
                == 1)
        #expect(
            parsed.value(
                "vigil_end_to_end_latency_seconds_bucket", ["priority": "stat", "le": "0.25"])
                == 0)
    }

    @Test("every metric is named and described by the rules of Prometheus")
    func table() {
        let names = VigilMetric.all.map(\.name.description)
        #expect(Set(names).count == names.count)
        for metric in VigilMetric.all {
            let name = metric.name.description
            let isOurs = name.hasPrefix("vigil_") || name.hasPrefix("process_")
            #expect(isOurs && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "_") })
            #expect((metric.kind == .counter) == name.hasSuffix("_total"), "\(name)")
            #expect(metric.help.description.hasSuffix(".") || name == "process_start_time_seconds")
            #expect(!metric.labels.map(\.description).contains("le"))
            if case .histogram(let bounds) = metric.kind {
                #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "\(name)")
            }
        }
    }

    @Test("label values beyond the bound are counted as other, and that is counted")
    func overflow() throws {
        let metrics = Metrics()
        let bound = GaugeMetric.buildInfo.definition.seriesMax
        for version in 0..<bound + 3 { metrics.set(.buildInfo, 1, version, 0, 0) }
        let parsed = try ExpositionParser(metrics.exposition())
        let series = parsed.samples.keys.filter { $0.name == "vigil_build_info" }
        #expect(series.count == bound + 1)
        let other = ["version": "other", "librdkafka": "other", "cpu_isa": "other"]
        #expect(parsed.value("vigil_build_info", other) == 1)
        #expect(
            parsed.value("vigil_metric_series_overflow_total", ["metric": "vigil_build_info"]) == 3)
    }

    @Test("a counter never falls")
    func monotone() throws {
        let metrics = Metrics()
        metrics.add(.retries, 2, Stage.fetch)
        metrics.add(.retries, -1, Stage.fetch)
        metrics.add(.retries, .nan, Stage.fetch)
        let parsed = try ExpositionParser(metrics.exposition())
        #expect(parsed.value("vigil_retries_total", ["stage": "fetch"]) == 2)
    }

    @Test("an observation on a bound falls below it, one beyond all into +Inf")
    func buckets() throws {
        let metrics = Metrics()
        for seconds in [0.005, 0.0050001, 11, .infinity] {
            metrics.observe(.inferenceDuration, seconds)
        }
        metrics.observe(.inferenceDuration, Double.nan)
        let parsed = try ExpositionParser(metrics.exposition())
        let name = "vigil_inference_duration_seconds"
        #expect(parsed.value(name + "_bucket", ["le": "0.005"]) == 1)
        #expect(parsed.value(name + "_bucket", ["le": "0.01"]) == 2)
        #expect(parsed.value(name + "_bucket", ["le": "10"]) == 2)
        #expect(parsed.value(name + "_count") == 4)
    }

    @Test("label values are escaped")
    func escaping() throws {
        let metrics = Metrics()
        let hostile = SafeText(operatorProvided: "a\\b\"c\nd")
        metrics.add(.eventsConsumed, 1, hostile, 0)
        let parsed = try ExpositionParser(metrics.exposition())
        let labels = ["topic": "a\\b\"c\nd", "partition": "0"]
        #expect(parsed.value("vigil_events_consumed_total", labels) == 1)
    }

    @Test("gauges change, and vanish when cleared")
    func gauges() throws {
        let metrics = Metrics()
        metrics.change(.queueDepth, by: 3, Priority.stat)
        metrics.change(.queueDepth, by: -1, Priority.stat)
        metrics.set(.consumerLag, 7, "in" as StaticString, 0)
        let before = try ExpositionParser(metrics.exposition())
        #expect(before.value("vigil_queue_depth", ["priority": "stat"]) == 2)
        #expect(before.types["vigil_kafka_consumer_lag_records"] == "gauge")
        metrics.clear(.consumerLag)
        let after = try ExpositionParser(metrics.exposition())
        #expect(after.types["vigil_kafka_consumer_lag_records"] == nil)
    }

    @Test("updates from several threads are all counted")
    func threads() throws {
        let metrics = Metrics()
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<2000 { metrics.add(.findingsProduced, 1, Priority.stat) }
        }
        let parsed = try ExpositionParser(metrics.exposition())
        #expect(parsed.value("vigil_findings_produced_total", ["priority": "stat"]) == 8000)
    }

    @Test("the process says its memory, time and descriptors")
    func process() throws {
        let parsed = try ExpositionParser(Metrics().exposition())
        let resident = try #require(parsed.value("process_resident_memory_bytes"))
        #expect((1e6...1e11).contains(resident))
        let started = try #require(parsed.value("process_start_time_seconds"))
        #expect(abs(Double(time(nil)) - started) < 86_400)
        let open = try #require(parsed.value("process_open_fds"))
        let descriptor = dup(2)
        let opened = try ExpositionParser(Metrics().exposition()).value("process_open_fds")
        close(descriptor)
        #expect(open >= 3 && (opened ?? 0) >= 3)
        #expect(try #require(parsed.value("process_cpu_seconds_total")) > 0)
        #expect(try #require(parsed.value("process_threads")) >= 1)
    }
}
