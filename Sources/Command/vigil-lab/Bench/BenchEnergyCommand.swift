import Commands
import Energy
import FoundationModel
import Pipeline
import Processes
import Settings
import Tensor
import VigilCore
import Weights

#if canImport(Glibc)
    import Glibc
#endif

/// `vigil bench energy`: studies a second against joules a study, for each precision and batch.
enum BenchEnergyCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "bench energy",
            summary: "Measure speed against joules a study: precision, batch, threads, clock",
            example: "vigil bench energy --model models/vit-b16 --seconds 30 --json",
            options: [
                OptionSpecification(
                    "model", value: "DIR", "The model's directory (a small untrained one).",
                    completion: .directory),
                OptionSpecification("seconds", value: "S", "How long to measure in all (30)."),
                OptionSpecification(
                    "arrivals", value: "N",
                    "Studies a second that the choice must keep up with, a quarter to spare (0)."),
                OptionSpecification(
                    "write", value: "FILE",
                    "Writes the choice as settings, for vigil worker --config.", completion: .file),
                OptionSpecification(
                    "deadline-ms", value: "MS", "How long a batch may take, to be chosen (1000)."),
                OptionSpecification(
                    "cpufreq", value: "DIR",
                    "Also caps the whole machine's clocks meanwhile (\(ClockCap.systemPath)).",
                    completion: .directory),
                EngineOptions.threads, EngineOptions.isa, CommonOptions.json,
            ])
    }

    private static let precisions: [Precision] = [.fp32, .int8]
    private static let batches = [1, 4, 8]
    /// Caps on the clock, in percent of the highest.
    private static let caps = [100, 80, 60]

    /// One way to run, as measured.
    private struct Point {
        let precision: Precision
        let batch: Int
        let clockMax: Int
        let report: EngineBenchmark.Report
        let energy: EnergyReading
        let images: Int

        var choice: PowerPolicy.Choice {
            PowerPolicy.Choice(
                rate: report.imagesPerSecond, joules: energy.joules.value / Double(images),
                batchSeconds: report.batchTimes.median)
        }
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let clock = try Clock(cpufreq: arguments.string("cpufreq"))
        defer { clock.cap?.restore() }
        let seconds = try arguments.number("seconds", in: 0...3600) ?? 30
        let deadline = try arguments.number("deadline-ms", in: 1...86_400_000) ?? 1000
        let scratch = try ScratchFolder()
        let directory = try arguments.string("model") ?? untrained(in: scratch)
        defer { withExtendedLifetime(scratch) {} }
        let isa = try arguments.choice("isa", of: InstructionSet.self)
        let threads = try arguments.integer("threads", in: 1...256).map { [$0] } ?? allThreads
        let meter = try EnergyMeters.detect()
        let whole = meter.begin()
        var points: [Point] = []
        var gaps = Gaps(meter)
        let settings = precisions.count * batches.count * threads.count * clock.caps.count
        let slice = seconds / Double(settings)
        for precision in precisions {
            for count in threads {
                let options = ModelOptions(
                    precision: precision, threads: count, instructionSet: isa,
                    cacheDirectory: nil)
                let model = try FoundationModelLoader.load(directory: directory, options: options)
                    .pair()
                for clockMax in clock.caps {
                    try clock.cap?.set(percent: clockMax)
                    for batch in batches {
                        points.append(
                            try measure(
                                model, precision, batch, clockMax, slice, meter, &gaps))
                    }
                }
            }
        }
        gaps.end()
        let total = meter.end(whole)
        let frontier = Set(PowerPolicy.frontier(points.map(\.choice)))
        let chosen = PowerPolicy.choose(
            points.map(\.choice), deadline: deadline / 1000,
            arrivals: try arguments.number("arrivals", in: 0...1e6) ?? 0)
        for (index, point) in points.enumerated() {
            show(
                row(point, isOnFrontier: frontier.contains(index), isChosen: index == chosen),
                isJSON: arguments.has("json"))
        }
        show(summary(points, total, gaps.joules, clock.note), isJSON: arguments.has("json"))
        if let path = arguments.string("write") {
            try write(points[chosen ?? fastest(points)], to: path)
        }
        return .ok
    }

    /// One thread, and one for each processor.
    private static var allThreads: [Int] {
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return processors == 1 ? [1] : [1, processors]
    }

    /// The caps on the clock that are measured, and why no others.
    private struct Clock {
        let cap: ClockCap?
        let caps: [Int]
        let note: SafeText

        init(cpufreq directory: String?) throws {
            guard let directory else {
                (cap, caps, note) = (nil, [100], "not capped: no --cpufreq is given")
                return
            }
            // Before any thread starts, or an interrupt would leave the machine slow.
            ShutdownSignals.block()
            do throws(ClockError) {
                let cap = try ClockCap(directory)
                // The lowest first: whether it may be written shows before anything is measured.
                try cap.set(percent: BenchEnergyCommand.caps.min() ?? 100)
                (self.cap, caps) = (cap, BenchEnergyCommand.caps)
                note = "capped by cpufreq, \(cap.count) policies"
            } catch {
                (cap, caps, note) = (nil, [100], "not capped: \(error.what)")
            }
            let cap = cap
            let listener = try OwnedThread {
                ShutdownSignals.listen {
                    cap?.restore()
                    _exit(ExitCode.interrupted.rawValue)
                }
            }
            listener.detach()
        }
    }

    /// What is spent between the measurements, which is measured by itself.
    private struct Gaps {
        private let meter: any EnergyMeter
        private var mark: EnergyMark
        private(set) var joules = 0.0

        init(_ meter: any EnergyMeter) {
            self.meter = meter
            mark = meter.begin()
        }

        mutating func begin() { mark = meter.begin() }
        mutating func end() { joules += meter.end(mark).reading.joules.value }
    }

    private static func measure(
        _ model: ClipModel, _ precision: Precision, _ batch: Int, _ clockMax: Int,
        _ seconds: Double, _ meter: any EnergyMeter, _ gaps: inout Gaps
    ) throws -> Point {
        var mark = meter.begin()
        let report = try EngineBenchmark(batch: batch, seconds: seconds).run(model) {
            gaps.end()
            mark = meter.begin()
        }
        let energy = meter.end(mark).reading
        gaps.begin()
        return Point(
            precision: precision, batch: batch, clockMax: clockMax, report: report,
            energy: energy, images: report.batches * batch)
    }

    /// Where no choice is fast enough.
    private static func fastest(_ points: [Point]) -> Int {
        points.indices.max {
            points[$0].report.imagesPerSecond < points[$1].report.imagesPerSecond
        } ?? 0
    }

    private static func write(_ point: Point, to path: String) throws {
        let joules = point.energy.joules.value / Double(point.images)
        try FileWriter.write(
            """
            # By vigil bench energy: \(joules.text(decimals: 4)) J a study \
            (\(point.energy.method.rawValue)) \
            and \(point.report.batchTimes.median.text(decimals: 4)) s a batch.
            # int8 changes scores a little: check it by vigil model verify --precision int8.
            engine:
              precision: \(point.precision.rawValue)
              threads: \(point.report.threads)
            batch:
              size-max: \(point.batch)
            energy:
              clock-max-percent: \(point.clockMax)

            """, to: path)
    }

    private static func row(
        _ point: Point, isOnFrontier: Bool, isChosen: Bool
    ) -> [(String, JSONValue)] {
        let images = Double(point.images)
        return [
            ("precision", .string(point.precision.rawValue)),
            ("batch", .integer(Int64(point.batch))),
            ("threads", .integer(Int64(point.report.threads))),
            ("clock_max_percent", .integer(Int64(point.clockMax))),
            ("studies_per_second", .number(point.report.imagesPerSecond)),
            ("joules_per_study", .number(point.energy.joules.value / images)),
            ("low_joules_per_study", .number(point.energy.low.value / images)),
            ("high_joules_per_study", .number(point.energy.high.value / images)),
            ("gigaoperations_per_study", .number(point.report.gigaOperations.perImage)),
            ("method", .string(point.energy.method.rawValue)),
            ("on_frontier", .bool(isOnFrontier)), ("chosen", .bool(isChosen)),
        ]
    }

    /// Charges the studies of all points and holds them, and what was measured between the points,
    /// against the whole, which was measured by itself: nothing is corrected.
    private static func summary(
        _ points: [Point], _ total: EnergyMeasurement, _ idle: Double, _ clock: SafeText
    ) -> [(String, JSONValue)] {
        let measured = total.reading.joules.value
        var window = EnergyWindow(studiesMin: 1, calibration: cost(points[0], images: 1))
        let charges = window.charge(points.map { cost($0, images: $0.images) }).charges
        let studies = charges.reduce(0) { $0 + $1.energy.total }
        let error = measured > 0 ? abs(studies + idle - measured) / measured : 0
        return [
            ("measured_joules", .number(measured)),
            ("low_joules", .number(total.reading.low.value)),
            ("high_joules", .number(total.reading.high.value)),
            ("studies_joules", .number(studies)), ("idle_joules", .number(idle)),
            ("surplus_joules", .number(studies + idle - measured)),
            ("duration_s", .number(total.reading.duration.seconds)),
            ("zones", .array(total.reading.zones.map { .string($0) })),
            ("basis", .string(total.basis.text)), ("clock", .string(clock.text)),
            ("conservation_error", .number(error)),
            ("method", .string(total.reading.method.rawValue)),
        ]
    }

    private static func cost(_ point: Point, images: Int) -> StudyCost {
        let part = Double(images) / Double(point.images)
        return StudyCost(
            energy: StageEnergy(inference: point.energy.joules.value * part),
            low: point.energy.low.value * part, high: point.energy.high.value * part,
            work: Double(images), method: point.energy.method, zones: point.energy.zones)
    }

    private static func show(_ rows: [(String, JSONValue)], isJSON: Bool) {
        var object = JSONObject()
        for (name, value) in rows { object[name] = value }
        guard !isJSON else { return Terminal.line(JSONWriter.text(.object(object))) }
        let texts = rows.map { name, value -> String in
            var text = value.stringValue ?? JSONWriter.text(value)
            if case .number(let number) = value { text = number.text(decimals: 3) }
            return "\(name) \(text)"
        }
        Terminal.line(texts.joined(separator: ", "))
    }

    /// Writes a small untrained model.
    private static func untrained(in folder: ScratchFolder) throws -> String {
        try UntrainedClip.write(to: folder.path, seed: 1, size: .small)
        return folder.path
    }
}
