package import VigilCore

/// Runs studies through one worker on paper, with and without waiting for cleaner hours.
package struct DeferralSimulation: Sendable {
    /// A study that comes in.
    package struct Arrival: Sendable {
        package let time: Timestamp
        package let study: DeferralPolicy.Study

        package init(time: Timestamp, study: DeferralPolicy.Study) {
            self.time = time
            self.study = study
        }
    }

    /// What became of the studies.
    package struct Result: Sendable {
        /// When each was finished, in the order of the arrivals.
        package var finished: [Timestamp] = []
        /// Which ones waited.
        package var deferred: [Bool] = []
        /// Grams of CO2 equivalent of all.
        package var grams = 0.0

        /// The studies that missed their deadline, by their place.
        package func missed(_ arrivals: [Arrival]) -> Set<Int> {
            Set(arrivals.indices.filter { finished[$0] > arrivals[$0].study.deadline })
        }
    }

    private let joulesPerSecond: Double
    private let series: IntensitySeries

    /// - Parameters:
    ///   - joulesPerSecond: what work takes.
    ///   - series: the grid's intensity, also as the forecast.
    package init(joulesPerSecond: Double, series: IntensitySeries) {
        self.joulesPerSecond = joulesPerSecond
        self.series = series
    }

    private struct Run {
        var ready = DeadlineQueue<Int>()
        var readyWork = Duration.zero
        var waiting: DeferralQueue<Int>
        var next = 0
        var now: MonotonicTime
        /// When a study that did not wait was last begun or finished.
        var lastOrdinary: MonotonicTime
        var result = Result()

        var idleSince: MonotonicTime? { ready.isEmpty ? lastOrdinary : nil }

        mutating func enqueue(_ index: Int, _ study: DeferralPolicy.Study) {
            ready.insert(index, deadline: DeferralSimulation.monotonic(study.deadline))
            readyWork += study.work
        }
    }

    /// Runs the arrivals, which are in the order of time.
    ///
    /// - Parameter policy: nil lets none wait, the counterfactual.
    package func run(_ arrivals: [Arrival], policy: DeferralPolicy?) -> Result {
        let start = Self.monotonic(arrivals.first?.time ?? Timestamp(microseconds: 0))
        var run = Run(
            waiting: DeferralQueue(policy: policy ?? DeferralPolicy()), now: start,
            lastOrdinary: start)
        run.result.finished = arrivals.map(\.time)
        run.result.deferred = arrivals.map { _ in false }
        while true {
            takeIn(arrivals, policy, &run)
            if let index = run.ready.popFirst() {
                run.readyWork -= arrivals[index].study.work
                serve(index, arrivals, policy, &run)
                continue
            }
            // Nothing to do: on to the next arrival, or to the end of a wait.
            let arrival = run.next < arrivals.count ? arrivals[run.next].time : nil
            let wait = run.waiting.nextRelease(ready: run.readyWork, idleSince: run.idleSince)
            guard let soonest = [arrival.map { Self.monotonic($0) }, wait].compactMap({ $0 }).min()
            else { return run.result }
            run.now = max(run.now, soonest)
        }
    }

    private func takeIn(
        _ arrivals: [Arrival], _ policy: DeferralPolicy?, _ run: inout Run
    ) {
        while run.next < arrivals.count, Self.monotonic(arrivals[run.next].time) <= run.now {
            admit(arrivals[run.next], policy, &run)
        }
        while let (index, _) = run.waiting.release(
            now: run.now, ready: run.readyWork, idleSince: run.idleSince)
        {
            run.enqueue(index, arrivals[index].study)
        }
    }

    /// Takes the next arrival in: to wait, or to be served by its deadline.
    private func admit(
        _ arrival: Arrival, _ policy: DeferralPolicy?, _ run: inout Run
    ) {
        let index = run.next
        run.next += 1
        let mayWait = run.waiting.count < policy?.studiesMax ?? 0
        let until = policy?.notBefore(
            arrival.study, now: arrival.time, waiting: run.waiting.work, forecast: series)
        if mayWait, let until {
            run.waiting.insert(
                index,
                .init(
                    notBefore: Self.monotonic(until),
                    deadline: Self.monotonic(arrival.study.deadline), work: arrival.study.work))
            run.result.deferred[index] = true
        } else {
            run.lastOrdinary = Self.monotonic(arrival.time)
            run.enqueue(index, arrival.study)
        }
    }

    /// Serves a study. Between two layers, so at any time, a `stat` study that comes in goes first.
    private func serve(
        _ index: Int, _ arrivals: [Arrival], _ policy: DeferralPolicy?, _ run: inout Run
    ) {
        let study = arrivals[index].study
        charge(study, at: run.now, &run)
        var end = run.now + study.work
        var statEnd = run.now
        while run.next < arrivals.count, Self.monotonic(arrivals[run.next].time) < end {
            let (next, arrival) = (run.next, arrivals[run.next])
            guard arrival.study.priority == .stat, study.priority != .stat else {
                admit(arrival, policy, &run)
                continue
            }
            run.next += 1
            let begun = max(statEnd, Self.monotonic(arrival.time))
            charge(arrival.study, at: begun, &run)
            statEnd = begun + arrival.study.work
            run.result.finished[next] = Self.wall(statEnd)
            end = end + arrival.study.work
        }
        run.now = end
        if !run.result.deferred[index] { run.lastOrdinary = max(run.lastOrdinary, end) }
        run.result.finished[index] = Self.wall(end)
    }

    private func charge(
        _ study: DeferralPolicy.Study, at time: MonotonicTime, _ run: inout Run
    ) {
        let kilowattHours =
            study.work.seconds * joulesPerSecond / Joules.perKilowattHour
        run.result.grams += kilowattHours * series.point(at: Self.wall(time)).grams
    }

    fileprivate static func monotonic(_ time: Timestamp) -> MonotonicTime {
        MonotonicTime(nanoseconds: time.microseconds * 1000)
    }

    private static func wall(_ time: MonotonicTime) -> Timestamp {
        Timestamp(microseconds: time.nanoseconds / 1000)
    }
}

extension DeferralSimulation {
    /// A made day of studies from the series' first hour on: most by day, 5 % `stat`, 15 %
    /// `urgent`, 20 % `asap`, 60 % `routine`, of which every twentieth is escalated by a person.
    ///
    /// - Parameters:
    ///   - work: how long a study takes.
    ///   - deadlines: by priority.
    package static func day(
        studies: Int, from start: Timestamp, work: Duration, seed: UInt64,
        deadlines: (Priority) -> Duration
    ) -> [Arrival] {
        var random = SplitMix64(seed: seed)
        // Arrivals an hour, night to night, as radiology departments see them.
        let shape = [
            2, 2, 1, 1, 1, 2, 3, 6, 9, 10, 10, 9, 8, 9, 9, 8, 7, 6, 5, 4, 4, 3, 3, 2,
        ]
        let sum = shape.reduce(0, +)
        let times = (0..<studies).map { _ -> Int64 in
            var left = Int(random.next() % UInt64(sum))
            let hour = shape.firstIndex { weight in
                left -= weight
                return left < 0
            }
            return (Int64(hour ?? 0) * 3600 + Int64(random.next() % 3600)) * 1_000_000
        }
        return times.sorted().map { offset in
            let time = Timestamp(microseconds: start.microseconds + offset)
            let priority: Priority =
                switch random.next() % 20 {
                case 0: .stat
                case 1...3: .urgent
                case 4...7: .asap
                default: .routine
                }
            let isEscalated = priority == .routine && random.next() % 20 == 0
            let deadline = deadlines(priority).components.seconds * 1_000_000
            return Arrival(
                time: time,
                study: DeferralPolicy.Study(
                    priority: priority, isEscalated: isEscalated,
                    deadline: Timestamp(microseconds: time.microseconds + deadline), work: work))
        }
    }
}
