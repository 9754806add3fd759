import Commands
import Energy
import Settings
import Tensor
import VigilCore

/// `vigil bench kernels`: every kernel that this processor can run, against the measured peak.
enum BenchKernelsCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "bench kernels", summary: "Measure every kernel against the processor's peak",
            example: "vigil bench kernels --rounds 5",
            options: [
                OptionSpecification(
                    "rounds", value: "N", "Rounds on a quiet core, of which the best counts (5)."),
                EngineOptions.isa, CommonOptions.json,
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let benchmark = KernelBenchmark(rounds: try arguments.integer("rounds", in: 1...100) ?? 5)
        let isa = try arguments.choice("isa", of: InstructionSet.self)
        let meter = try EnergyMeters.detect()
        let mark = meter.begin()
        let rows = try isa.map { try benchmark.run($0) } ?? benchmark.run()
        // A call is too short to be measured by itself: each is put down the mean power of all.
        let energy = meter.end(mark).reading
        let power = PowerRange(
            low: energy.low.value, value: energy.joules.value, high: energy.high.value
        ).scaled(by: 1 / max(energy.duration.seconds, 1e-9))
        if arguments.has("json") {
            for row in rows {
                Terminal.line(
                    JSONWriter.text([
                        "kernel": .string(row.name), "shape": .string(row.shape),
                        "seconds": .number(row.seconds), "gflops": .number(row.rate),
                        "gigabytes_per_second": .number(row.bandwidth),
                        "core_gauges": .array(row.gauges.map { .number($0) }),
                        "quiet_rounds": .integer(Int64(row.quietRounds)),
                        "share_of_peak": row.shareOfPeak.map { .number($0) } ?? .null,
                        "joules": .number(row.seconds * power.value),
                        "joules_low": .number(row.seconds * power.low),
                        "joules_high": .number(row.seconds * power.high),
                        "energy_method": .string(energy.method.rawValue),
                    ]))
            }
            return .ok
        }
        show(rows, power, method: energy.method.rawValue)
        return .ok
    }

    private static func show(_ rows: [KernelBenchmark.Row], _ power: PowerRange, method: String) {
        var table = TextTable([
            .init("kernel"), .init("shape"), .init("µs", isNumber: true),
            .init("10⁹ op/s", isNumber: true), .init("GB/s", isNumber: true),
            .init("of peak", isNumber: true), .init("quiet", isNumber: true),
            .init("µJ", isNumber: true), .init("from"),
        ])
        for row in rows {
            let share = row.shareOfPeak.map { ($0 * 100).text(decimals: 1) + " %" } ?? ""
            table.add([
                row.name, row.shape, (row.seconds * 1e6).text(decimals: 1),
                row.rate > 0 ? row.rate.text(decimals: 1) : "",
                row.bandwidth > 0 ? row.bandwidth.text(decimals: 1) : "", share,
                "\(row.quietRounds) of \(row.gauges.count)",
                (row.seconds * power.value * 1e6).text(decimals: 1), method,
            ])
        }
        Terminal.out(table.text)
        func watts(_ value: Double) -> String { value.text(decimals: 2) }
        Terminal.line(
            "quiet: rounds in which no other thread shared the core, of all that were run; those "
                + "alone count, if any")
        Terminal.line(
            "µJ: time by the mean power of all, \(watts(power.value)) W "
                + "(\(watts(power.low)) to \(watts(power.high)))")
    }
}
