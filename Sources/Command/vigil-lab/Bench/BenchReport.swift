import Commands
import VigilCore

/// What `vigil bench pipeline` says of a run.
struct BenchReport {
    /// Processor time of all workers and their decoders over the run, in seconds.
    struct Processor {
        let total: Double
        /// Of the model's passes and of reading studies; nil where a worker does not tell.
        let infer: Double?
        let decode: Double?

        init(_ before: [BenchWorker.Processor], _ after: [BenchWorker.Processor]) {
            func sum(_ part: (BenchWorker.Processor) -> Double?) -> Double? {
                zip(before, after).reduce(0) { sum, pair in
                    guard let sum, let end = part(pair.1) else { return nil }
                    return sum + end - (part(pair.0) ?? 0)
                }
            }
            total = sum { $0.total } ?? 0
            infer = sum { $0.infer }
            decode = sum { $0.decode }
        }
    }

    let outcomes: BenchOutcomes
    let seconds: Double
    let processor: Processor
    let workers: Int
    let threads: Int
    let precision: String
    let program: String

    private var count: Double { Double(max(outcomes.studies.count, 1)) }
    private var columns: [String] { ["total"] + BenchOutcomes.stages.map(\.name) }

    /// The part of the processor time that the model did not take.
    private var outside: Double? {
        processor.infer.flatMap { processor.total > 0 ? 1 - $0 / processor.total : nil }
    }

    private var joules: (value: Double, low: Double, high: Double) {
        let all = outcomes.studies.values.compactMap(\.joules)
        let count = Double(max(all.count, 1))
        return (
            all.reduce(0) { $0 + $1.value } / count, all.reduce(0) { $0 + $1.low } / count,
            all.reduce(0) { $0 + $1.high } / count
        )
    }

    private var method: String { outcomes.methods.sorted().joined(separator: "+") }

    /// Priorities that were sent, most urgent first, and nil for all together.
    private var groups: [Priority?] {
        let sent = Set(outcomes.studies.values.map(\.priority))
        return sent.sorted().map { $0 } + [nil]
    }

    /// What a column holds for a priority, in rising order.
    private func values(_ column: String, _ priority: Priority?) -> [Double] {
        outcomes.studies.values.filter { priority == nil || $0.priority == priority }
            .compactMap { column == "total" ? $0.total : $0.stages[column] }.sorted()
    }

    /// The nearest rank; nil of nothing.
    static func percentile(_ sorted: [Double], _ percent: Int) -> Double? {
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }

    var json: JSONValue {
        var times = JSONObject()
        for group in groups {
            var members = JSONObject()
            members["studies"] = .integer(Int64(values("total", group).count))
            for column in columns {
                let sorted = values(column, group)
                members[column] = [
                    "p50": Self.number(Self.percentile(sorted, 50)),
                    "p99": Self.number(Self.percentile(sorted, 99)),
                ]
            }
            times[group?.rawValue ?? "all"] = .object(members)
        }
        return [
            "worker": .string(program), "workers": .integer(Int64(workers)),
            "threads": .integer(Int64(threads)), "precision": .string(precision),
            "studies": .integer(Int64(outcomes.studies.count)),
            "images": .integer(Int64(outcomes.images)),
            "dead_letters": .integer(Int64(outcomes.deadLetters)), "seconds": .number(seconds),
            "studies_per_second": .number(count / max(seconds, 1e-9)),
            "time_to_notification_ms": .object(times),
            "cpu_seconds_per_study": .number(processor.total / count),
            "cpu_seconds_per_study_infer": Self.number(processor.infer.map { $0 / count }),
            "cpu_seconds_per_study_decode": Self.number(processor.decode.map { $0 / count }),
            "cpu_share_outside_inference": Self.number(outside),
            "joules_per_study": .number(joules.value),
            "low_joules_per_study": .number(joules.low),
            "high_joules_per_study": .number(joules.high), "energy_method": .string(method),
        ]
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

    var text: String {
        var table = TextTable(
            [.init("priority"), .init("studies", isNumber: true)]
                + columns.flatMap {
                    [.init("\($0) p50", isNumber: true), .init("p99", isNumber: true)]
                })
        for group in groups {
            var cells = [group?.rawValue ?? "all", "\(values("total", group).count)"]
            for column in columns {
                let sorted = values(column, group)
                cells += [50, 99].map { Self.percentile(sorted, $0)?.text(decimals: 1) ?? "–" }
            }
            table.add(cells)
        }
        return table.text + notes
    }

    private var notes: String {
        func milliseconds(_ seconds: Double?) -> String {
            seconds.map { ($0 * 1000 / count).text(decimals: 1) + " ms" } ?? "not told"
        }
        let share = outside.map { ($0 * 100).text(decimals: 1) + " %" } ?? "not told"
        return """

            milliseconds; total: from the send to a read_committed reader; wait: in topic and queue
            \((count / max(seconds, 1e-9)).text(decimals: 2)) studies/s: \
            \(outcomes.studies.count) in \(seconds.text(decimals: 2)) s by \(workers) × \
            \(program), \(threads) threads each, \(precision)
            processor time a study: \(milliseconds(processor.total)), of the model's passes \
            \(milliseconds(processor.infer)), of reading \(milliseconds(processor.decode)); \
            outside the model \(share)
            \(joules.value.text(decimals: 2)) J a study (\(joules.low.text(decimals: 2)) to \
            \(joules.high.text(decimals: 2)), method \(method)); dead letters \
            \(outcomes.deadLetters)

            """
    }
}
