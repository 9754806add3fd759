import Commands
import HTTPClient
import Telemetry
import Triage
import VigilCore

/// One picture of all workers: how each stands, and how soon studies get their findings.
struct TopFrame {
    private let readings: [WorkerReading]
    /// The readings before these, by address.
    private let earlier: [String: WorkerReading]
    private let deadlines: ClinicalDeadlines

    init(
        _ readings: [WorkerReading], after earlier: [WorkerReading], _ deadlines: ClinicalDeadlines
    ) {
        self.readings = readings
        self.earlier = Dictionary(earlier.map { ($0.address, $0) }) { $1 }
        self.deadlines = deadlines
    }

    /// Workers that did not answer.
    var away: Int { readings.count { $0.standing == .away } }

    // MARK: For a person

    /// Two tables of at most 100 columns.
    var text: String { workers + "\n" + priorities }

    private var workers: String {
        var table = TextTable(
            [.init("worker"), .init("state")]
                + ["waits", "lag", "studies/s", "read %", "model %", "MB", "J/study", "given up"]
                .map {
                    .init($0, isNumber: true)
                })
        for reading in readings {
            table.add(
                [reading.address, reading.standing.rawValue] + facts(of: reading).map { $0.shown },
                below: reading.trouble.map { ["\($0.what). \($0.remedy)"] } ?? [])
        }
        return table.text
    }

    private var priorities: String {
        var table = TextTable(
            [.init("priority")]
                + ["waits", "predicted s", "p95 s", "deadline s", "findings"].map {
                    .init($0, isNumber: true)
                })
        for priority in Priority.allCases {
            table.add([priority.rawValue] + facts(of: priority).map { $0.shown })
        }
        return table.text
            + "p95: at most, from the event's record to its committed finding, since the start.\n"
    }

    // MARK: For machines

    /// One object, numbers in the units that their names state; what is not known is left out.
    var json: JSONValue {
        func object(_ facts: [Fact]) -> JSONObject {
            facts.reduce(into: JSONObject()) { object, fact in
                object[fact.name] = fact.value.map { .number($0) }
            }
        }
        let workers = readings.map { reading -> JSONValue in
            var all = object(facts(of: reading))
            all["worker"] = .string(reading.address)
            all["state"] = .string(reading.standing.rawValue)
            return .object(all)
        }
        let priorities = Priority.allCases.map { priority -> JSONValue in
            var all = object(facts(of: priority))
            all["priority"] = .string(priority.rawValue)
            return .object(all)
        }
        return ["workers": .array(workers), "priorities": .array(priorities)]
    }

    // MARK: Facts

    /// A number, its name for machines and how it is shown.
    private struct Fact {
        let name: String
        let value: Double?
        var decimals = 0

        var shown: String { value.map { $0.text(decimals: decimals) } ?? "–" }
    }

    private func facts(of reading: WorkerReading) -> [Fact] {
        let (samples, before) = (reading.samples, earlier[reading.address])
        func share(_ stage: String) -> Double? {
            reading.rate(since: before) { $0.value(.stageProcessor, "stage", stage) }
                .map { $0 * 100 }
        }
        return [
            Fact(name: "studies_in_flight", value: samples?.value(.queueDepth)),
            Fact(name: "lag_records", value: samples?.value(.consumerLag)),
            Fact(
                name: "studies_per_second",
                value: reading.rate(since: before) { $0.value(.findingsProduced) }, decimals: 1),
            Fact(name: "reading_processor_percent", value: share("decode")),
            Fact(name: "model_processor_percent", value: share("infer")),
            Fact(
                name: "resident_megabytes",
                value: samples?.value(.residentMemory).map { $0 / 1e6 }),
            Fact(
                name: "joules_per_study", value: samples?.value(.energyPerInference), decimals: 2),
            Fact(name: "dead_letters", value: samples?.value(.deadLetters)),
        ]
    }

    private func facts(of priority: Priority) -> [Fact] {
        let all = readings.compactMap(\.samples)
        let name = priority.rawValue
        func sum(_ values: [Double?]) -> Double? {
            let known = values.compactMap { $0 }
            return known.isEmpty ? nil : known.reduce(0, +)
        }
        return [
            Fact(name: "studies_in_flight", value: sum(readings.map { $0.depth(priority) })),
            Fact(
                name: "predicted_seconds",
                value: all.compactMap { $0.value(.eta, "priority", name) }.max(), decimals: 1),
            Fact(name: "p95_seconds_at_most", value: latency(priority, of: all), decimals: 2),
            Fact(name: "deadline_seconds", value: deadlines[priority].seconds),
            Fact(
                name: "findings",
                value: sum(all.map { $0.value(.findingsProduced, "priority", name) })
            ),
        ]
    }

    /// The least bound below which 95 of 100 observations lie; infinite where that is no bound.
    private func latency(_ priority: Priority, of all: [MetricSamples]) -> Double? {
        var counts: [Double: Double] = [:]
        for samples in all {
            counts.merge(samples.counts(.endToEndLatency, "priority", priority.rawValue)) {
                $0 + $1
            }
        }
        guard let total = counts[.infinity], total > 0 else { return nil }
        return counts.filter { $0.value >= 0.95 * total }.keys.min()
    }
}
