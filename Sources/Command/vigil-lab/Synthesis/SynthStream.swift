import Commands
import KafkaTransport
import Processes
import Settings
import Synthesis
import VigilCore

/// Sends synthetic studies to the input topic when an arrival process says.
enum SynthStream {
    /// What `--rate` and its companions ask for.
    struct Plan: Sendable {
        let rate: Double
        let profile: ArrivalProcess.Profile
        let seconds: Double

        /// The plan of the arguments, or nil without `--rate`.
        init?(_ arguments: ParsedArguments) throws {
            let seconds = try arguments.number("duration-s", in: 0.1...604_800) ?? 60
            let profile = try arguments.choice("profile", of: ArrivalProcess.Profile.self)
            guard let text = arguments.string("rate") else {
                let only = ["profile", "duration-s", "bootstrap"].first { arguments.has($0) }
                if let only {
                    throw CommandError.needs(
                        option: SafeText(operatorProvided: only), other: "rate")
                }
                return nil
            }
            guard let rate = Self.perSecond(text) else {
                throw LabError.badRate(found: SafeText(operatorProvided: text))
            }
            guard arguments.has("bootstrap") else {
                throw CommandError.needs(option: "rate", other: "bootstrap")
            }
            self.rate = rate
            self.seconds = seconds
            self.profile = profile ?? .emergencyDay
        }

        /// `50/s`, `600/min` or `20000/h` as studies a second; nil for anything else.
        static func perSecond(_ text: String) -> Double? {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            let units: [Substring: Double] = ["s": 1, "min": 60, "h": 3600]
            guard parts.count == 2, let number = Double(parts[0]), let unit = units[parts[1]],
                number > 0, number / unit <= 100_000
            else { return nil }
            return number / unit
        }
    }

    /// What was sent.
    struct Summary: Sendable {
        let events: Int
        let surge: Int
        let seconds: Double
        /// The longest time that an event was behind its arrival.
        let lateness: Double

        private var rate: Double { (Double(events) / max(seconds, 1e-9) * 10).rounded() / 10 }

        var json: String {
            JSONWriter.text([
                "events": .integer(Int64(events)), "surge_events": .integer(Int64(surge)),
                "seconds": .number((seconds * 1000).rounded() / 1000),
                "events_per_second": .number(rate),
                "lateness_max_s": .number((lateness * 1000).rounded() / 1000),
            ])
        }

        var text: String {
            "sent \(events) events in \((seconds * 10).rounded() / 10) s (\(rate) a second), "
                + "\(surge) of them of the surge; at most \((lateness * 1000).rounded()) ms late"
        }
    }

    /// Sends until the day is over. Studies of the pool are sent again in turn, each time under an
    /// event of its own; a surge brings the injured, ordered stat or urgent.
    static func run(
        _ plan: Plan, pool: [SynthFolder.Member], seed: UInt64, topic: String,
        access: BrokerAccess
    ) throws -> Summary {
        let producer = try PlainProducer(configuration: access.configuration)
        let injured = pool.filter { [.trauma, .headInjury].contains($0.blueprint.scenario) }
        let arrivals = ArrivalProcess(
            profile: plan.profile, rate: plan.rate, length: plan.seconds, seed: seed)
        let clock = SystemClock()
        let run = clock.wall().microseconds
        let start = clock.monotonic()
        var (events, surge, lateness) = (0, 0, 0.0)
        for arrival in arrivals {
            let group = arrival.isSurge && !injured.isEmpty ? injured : pool
            let member = group[events % group.count]
            try wait(until: start + .seconds(arrival.time), clock)
            let urgent: Priority = surge.isMultiple(of: 2) ? .stat : .urgent
            let message = StudyMessage(
                member.blueprint, paths: member.paths, eventID: "synth-\(run)-\(events)",
                priority: arrival.isSurge ? urgent : member.blueprint.clinic.priority)
            try producer.send(message.record(topic: topic))
            lateness = max(lateness, (clock.monotonic() - start).seconds - arrival.time)
            events += 1
            if arrival.isSurge { surge += 1 }
            if events.isMultiple(of: 16) {
                Terminal.progress(
                    "\(events) events, \(Int(arrival.time)) of \(Int(plan.seconds)) s")
            }
        }
        Terminal.endProgress()
        try producer.flush(within: access.timeout)
        return Summary(
            events: events, surge: surge, seconds: (clock.monotonic() - start).seconds,
            lateness: lateness)
    }

    private static func wait(until time: MonotonicTime, _ clock: SystemClock) throws(KafkaError) {
        let left = time - clock.monotonic()
        if left > .zero { _ = try WakeUp.waitForClient(on: [], timeout: left) }
    }
}
