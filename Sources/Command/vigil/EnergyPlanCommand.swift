import Commands
import Energy
import Files
import Pipeline
import Settings
import VigilCore
import WorkerCore

/// `vigil energy plan`: what waiting for cleaner hours would save, on paper.
enum EnergyPlanCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "energy plan",
            summary: "Simulate a day of studies that wait for cleaner hours, against none waiting",
            example: "vigil energy plan --intensity Deploy/energy/california-2022-04-20.json",
            options: [
                OptionSpecification(
                    "intensity", value: "FILE",
                    "The grid's intensity as JSON of Carbon Aware SDK or Electricity Maps.",
                    isRequired: true, completion: .file),
                OptionSpecification("studies", value: "N", "Studies of the day (20000)."),
                OptionSpecification("work-s", value: "S", "Seconds of work a study (1)."),
                OptionSpecification("watts", value: "W", "Power while working (20)."),
                OptionSpecification("seed", value: "N", "Seed of the day (1)."),
                CommonOptions.configuration, CommonOptions.set, CommonOptions.json,
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let path = arguments.string("intensity") ?? ""
        guard let bytes = try? FileHead.read(path, bytesMax: 1 << 20),
            let json = try? JSONParser.parse(bytes), let series = IntensitySeries(json: json)
        else { throw PipelineError.intensityUnreadable(SafeText(operatorProvided: path)) }
        let settings = try CommonOptions.settings(arguments)
        let deadlines: [Priority: Duration] = [
            .stat: settings.triageDeadlineStat, .urgent: settings.triageDeadlineUrgent,
            .asap: settings.triageDeadlineAsap, .routine: settings.triageDeadlineRoutine,
        ]
        let arrivals = DeferralSimulation.day(
            studies: try arguments.integer("studies", in: 1...1_000_000) ?? 20_000,
            from: series.points[0].time,
            work: .seconds(try arguments.number("work-s", in: 0.001...600) ?? 1),
            seed: UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1)
        ) { deadlines[$0] ?? .zero }
        let simulation = DeferralSimulation(
            joulesPerSecond: try arguments.number("watts", in: 0.1...10_000) ?? 20, series: series)
        let none = simulation.run(arrivals, policy: nil)
        let missedAnyway = none.missed(arrivals)
        var policy = DeferralPolicy(settings)
        // At once, as set, and never.
        for idle in Set([.zero, policy.idle ?? .zero, Self.never]).sorted() {
            let begun = ContinuousClock.now
            policy.idle = idle
            let some = simulation.run(arrivals, policy: policy)
            let missed = some.missed(arrivals).subtracting(missedAnyway).count
            report(
                [
                    ("released_after_idle_s", .number(idle.seconds)),
                    ("studies", .integer(Int64(arrivals.count))),
                    ("deferred", .integer(Int64(some.deferred.filter { $0 }.count))),
                    ("deadlines_missed_by_deferral", .integer(Int64(missed))),
                    ("grams", .number(some.grams)), ("grams_without", .number(none.grams)),
                    ("grams_saved", .number(none.grams - some.grams)),
                    ("simulated_in_s", .number((ContinuousClock.now - begun).seconds)),
                ], isJSON: arguments.has("json"))
        }
        return .ok
    }

    /// Longer than any day.
    private static let never = Duration.seconds(86_400)

    private static func report(_ rows: [(String, JSONValue)], isJSON: Bool) {
        var object = JSONObject()
        for (name, value) in rows { object[name] = value }
        guard !isJSON else { return Terminal.line(JSONWriter.text(.object(object))) }
        var table = TextTable([.init("figure"), .init("value", isNumber: true)])
        for (name, value) in rows {
            var text = JSONWriter.text(value)
            if case .number(let number) = value { text = number.text(decimals: 1) }
            table.add([name, text])
        }
        Terminal.out(table.text)
    }
}
