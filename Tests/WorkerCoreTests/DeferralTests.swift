import SimulationKit
import Testing
import VigilCore
import WorkerCore

/// Waiting for cleaner hours.
struct DeferralTests {
    /// Grams a kilowatt hour in California, hour by hour from 2022-04-20 00:00 UTC on: from the
    /// fuel mix that the U.S. Energy Information Administration publishes.
    private static let california: [Double] = [
        142, 174, 269, 289, 292, 295, 304, 307, 311, 298, 281, 277, 284, 283, 254, 180, 142, 134,
        140, 131, 135, 127, 136, 146, 170, 203, 300, 307, 303, 308, 308, 305, 307, 293, 288, 282,
        296, 303, 270, 200, 178, 178, 171, 173, 164, 162, 157, 163,
    ]

    private static func series(_ grams: [Double]) throws -> IntensitySeries {
        try #require(
            IntensitySeries(
                grams.enumerated().map { hour, grams in
                    GridIntensity(
                        time: Timestamp(microseconds: Int64(hour) * 3_600_000_000), grams: grams)
                }))
    }

    private static func deadline(_ priority: Priority) -> Duration {
        switch priority {
        case .stat: .seconds(60)
        case .urgent: .seconds(600)
        case .asap: .seconds(1800)
        case .routine: .seconds(14_400)
        }
    }

    private static func day(_ studies: Int, work: Double, seed: UInt64)
        -> [DeferralSimulation.Arrival]
    {
        DeferralSimulation.day(
            studies: studies, from: Timestamp(microseconds: 0), work: .seconds(work), seed: seed,
            deadlines: deadline)
    }

    @Test("no deadline is missed because of waiting, and nothing urgent waits")
    func property() throws {
        var random = SimulationGenerator(seed: 0x4445)
        for round in 0..<60 {
            let grams = (0..<30).map { _ in Double.random(in: 20...900, using: &random) }
            let simulation = DeferralSimulation(
                joulesPerSecond: 20, series: try Self.series(grams))
            let studies = Int.random(in: 50...3000, using: &random)
            // From an idle machine to one that is busy for 0.7 of the day.
            let work = Double.random(in: 0.05...0.7, using: &random) * 86_400 / Double(studies)
            let arrivals = Self.day(studies, work: min(work, 5), seed: UInt64(round))
            let missed = simulation.run(arrivals, policy: nil).missed(arrivals)
            for idle in [.zero, .seconds(60), nil] as [Duration?] {
                let some = simulation.run(arrivals, policy: DeferralPolicy(idle: idle))
                #expect(some.missed(arrivals).isSubset(of: missed), "round \(round)")
                for (arrival, waited) in zip(arrivals, some.deferred) where waited {
                    #expect(arrival.study.priority == .routine && !arrival.study.isEscalated)
                }
                for (arrival, finished) in zip(arrivals, some.finished) {
                    #expect(finished > arrival.time)
                }
            }
        }
    }

    @Test("a burst of studies with one deadline is begun in time for the last of them")
    func bursts() throws {
        var random = SimulationGenerator(seed: 0x4255)
        for round in 0..<40 {
            let grams = (0..<30).map { _ in Double.random(in: 20...900, using: &random) }
            let simulation = DeferralSimulation(
                joulesPerSecond: 20, series: try Self.series(grams))
            let studies = Int.random(in: 2...1500, using: &random)
            let work = Duration.seconds(Double.random(in: 0.1...8, using: &random))
            let deadline = Int64.random(in: 2...20, using: &random) * 3_600_000_000
            let arrivals = (0..<studies).map { _ in
                DeferralSimulation.Arrival(
                    time: Timestamp(microseconds: 0),
                    study: DeferralPolicy.Study(
                        priority: .routine, isEscalated: false,
                        deadline: Timestamp(microseconds: deadline), work: work))
            }
            let missed = simulation.run(arrivals, policy: nil).missed(arrivals)
            let policy = DeferralPolicy(
                margin: .seconds(60), waitingMax: .seconds(20_000), idle: nil)
            let some = simulation.run(arrivals, policy: policy)
            // Where even without waiting some are late, as many may be, and not more.
            #expect(some.missed(arrivals).count <= missed.count, "round \(round)")
        }
    }

    @Test("a day of 20,000 studies on California's grid saves grams and misses nothing")
    func aDay() throws {
        let simulation = DeferralSimulation(
            joulesPerSecond: 20, series: try Self.series(Self.california))
        let arrivals = Self.day(20_000, work: 1, seed: 1)
        let none = simulation.run(arrivals, policy: nil)
        let some = simulation.run(arrivals, policy: DeferralPolicy(idle: nil))
        #expect(some.missed(arrivals).subtracting(none.missed(arrivals)).isEmpty)
        #expect(some.deferred.contains(true))
        #expect(some.grams < none.grams)
    }

    @Test("a study waits only for what is known, cleaner, in time and within bounds")
    func decisions() throws {
        let series = try Self.series([300, 310, 100, 290, 50])
        let policy = DeferralPolicy(margin: .seconds(600), waitingMax: .seconds(10))
        let hour: Int64 = 3_600_000_000
        func until(
            _ priority: Priority = .routine, escalated: Bool = false, hours: Int64 = 4,
            waiting: Int = 0, forecast: IntensitySeries?
        ) -> Int64? {
            policy.notBefore(
                DeferralPolicy.Study(
                    priority: priority, isEscalated: escalated,
                    deadline: Timestamp(microseconds: hours * hour), work: .seconds(1)),
                now: Timestamp(microseconds: 0), waiting: .seconds(waiting), forecast: forecast
            ).map { $0.microseconds / hour }
        }
        #expect(until(forecast: series) == 2)
        #expect(until(hours: 5, forecast: series) == 4)
        #expect(until(hours: 2, forecast: series) == nil)
        #expect(until(escalated: true, forecast: series) == nil)
        #expect(until(waiting: 10, forecast: series) == nil)
        #expect(until(forecast: nil) == nil)
        #expect(until(forecast: try Self.series([300, 299, 290])) == nil)
        for priority in [Priority.stat, .urgent, .asap] {
            #expect(until(priority, forecast: series) == nil)
        }
    }
}
