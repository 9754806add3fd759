import Commands
import Energy
import FoundationModel
import Settings
import Tensor
import VigilCore

/// `vigil bench engine`: how fast and at what cost a model's vision tower runs here.
enum BenchEngineCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "bench engine",
            summary: "Measure a model's vision tower: images a second, share of the peak, joules",
            example:
                "vigil bench engine --model models/vit-b16 --batch 8 --threads 1 --precision int8",
            options: [
                CommonOptions.model, EngineOptions.batch, EngineOptions.threads,
                EngineOptions.precision, EngineOptions.isa, EngineOptions.reproducible,
                OptionSpecification("seconds", value: "S", "How long to measure (5)."),
                CommonOptions.json,
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let batch = try arguments.integer("batch", in: 1...1024) ?? 8
        let seconds = try arguments.number("seconds", in: 0...3600) ?? 5
        let started = ContinuousClock.now
        let model = try FoundationModelLoader.load(
            directory: arguments.string("model") ?? "", options: EngineOptions.model(arguments))
        let loading = started.duration(to: .now)
        let meter = try EnergyMeters.detect()
        let mark = meter.begin()
        let report = try measure(model, EngineBenchmark(batch: batch, seconds: seconds))
        let energy = meter.end(mark).reading
        let rows = rows(report, energy, loading: loading)
        if arguments.has("json") {
            var object = JSONObject()
            for (name, value, _) in rows { object[name] = value }
            Terminal.line(JSONWriter.text(.object(object)))
            return .ok
        }
        var table = TextTable([.init("figure"), .init("value", isNumber: true), .init("unit")])
        for (name, value, unit) in rows {
            let text: String
            // A reading a round is for machines.
            if case .array = value { continue }
            if case .number(let number) = value {
                text = number.text(decimals: 3)
            } else {
                text = value.stringValue ?? JSONWriter.text(value)
            }
            table.add([name, text, unit])
        }
        Terminal.out(table.text)
        return .ok
    }

    /// The figures by name, with their units.
    private static func rows(
        _ report: EngineBenchmark.Report, _ energy: EnergyReading, loading: Duration
    ) -> [(String, JSONValue, String)] {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        let quiet = report.core.gauges.count { $0 >= CoreGauge.quiet }
        let images = Double(report.batches * report.batch)
        let watts = PowerModel.ofThisMachine()
        return [
            ("images_per_second", .number(report.imagesPerSecond), "images/s"),
            ("gflops", .number(report.gigaOperations.perSecond), "10⁹ operations/s"),
            ("peak_gflops_per_core", .number(report.core.peak), "10⁹ operations/s, measured"),
            ("share_of_peak", number(report.shareOfPeak), "of all threads' peak"),
            ("images_per_second_quiet", number(report.core.quietImagesPerSecond), "images/s"),
            ("share_of_peak_quiet", number(report.quietShareOfPeak), "in quiet rounds"),
            ("quiet_rounds", .integer(Int64(quiet)), "of \(report.core.gauges.count)"),
            ("core_gauges", .array(report.core.gauges.map { .number($0) }), ""),
            ("joules", .number(energy.joules.value), "J, warm-up and peak included"),
            ("joules_per_image", .number(energy.joules.value / images), "J"),
            ("joules_per_image_low", .number(energy.low.value / images), "J"),
            ("joules_per_image_high", .number(energy.high.value / images), "J"),
            ("energy_method", .string(energy.method.rawValue), ""),
            ("busy_watts", .number(watts.vectorProcessor.value), "W a busy processor, modelled"),
            ("busy_watts_low", .number(watts.vectorProcessor.low), "W"),
            ("busy_watts_high", .number(watts.vectorProcessor.high), "W"),
            ("busy_watts_source", .string(watts.source.text), ""),
            ("peak_rss_bytes", .integer(Int64(report.residentBytesMax)), "bytes"),
            ("load_seconds", .number(loading.seconds), "s"),
            ("batch", .integer(Int64(report.batch)), "images"),
            ("threads", .integer(Int64(report.threads)), ""),
            ("precision", .string(report.precision.rawValue), ""),
            ("instruction_set", .string(report.instructionSet.rawValue), ""),
            ("seconds", .number(report.seconds), "s"),
            ("processor_seconds", .number(report.processorSeconds), "s of all threads"),
            ("batches", .integer(Int64(report.batches)), ""),
        ]
    }

    private static func measure(
        _ model: FoundationModelLoader.Loaded, _ benchmark: EngineBenchmark
    ) throws -> EngineBenchmark.Report {
        switch model {
        case .pair(let model): try benchmark.run(model)
        case .volume(let model): try benchmark.run(model)
        case .image, .labels, .text:
            throw LabError.notMeasured(
                family: SafeText(operatorProvided: model.identity.family))
        }
    }
}
