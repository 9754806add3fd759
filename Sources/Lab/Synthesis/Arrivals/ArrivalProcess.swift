/// When studies come: a Poisson process whose rate follows the day, with bursts and, once, a surge.
///
/// The same seed gives the same arrivals. One day is pressed into the length of the run, so that a
/// demo of a minute shows a night, a morning and an evening.
package struct ArrivalProcess: Sendable, Sequence, IteratorProtocol {
    /// How the rate changes.
    package enum Profile: String, Sendable, CaseIterable {
        /// The same all day.
        case steady
        /// Quiet nights, a peak before noon and one in the evening, and bursts.
        case emergencyDay = "emergency-day"
        /// An emergency day with a mass-casualty surge in the afternoon.
        case massCasualty = "mass-casualty"
    }

    /// One study comes.
    package struct Arrival: Sendable, Hashable {
        /// Seconds since the start of the run.
        package let time: Double
        /// Whether the surge brings it.
        package let isSurge: Bool
    }

    private let profile: Profile
    private let rate: Double
    private let length: Double
    private var random: StudyRandom
    private let bursts: [Double]
    private var time = 0.0

    /// The surge's part of the day, and how many times the usual number come in it.
    static let surge = (from: 15.0 / 24, to: 16.5 / 24, factor: 6.0)
    /// How long a burst lasts, as a share of the day, and what it adds.
    private static let burst = (length: 0.4 / 24, factor: 1.6)
    /// Studies by hour of day relative to the day's mean, after emergency departments' reports.
    static let hours: [Double] = [
        0.55, 0.45, 0.38, 0.33, 0.31, 0.34, 0.46, 0.66, 0.95, 1.25, 1.45, 1.52, 1.48, 1.42, 1.38,
        1.36, 1.38, 1.42, 1.45, 1.42, 1.30, 1.12, 0.90, 0.70,
    ]

    /// - Parameters:
    ///   - rate: the mean of the day without surge, in studies a second of the run.
    ///   - length: seconds of the run, in which one day passes.
    package init(profile: Profile, rate: Double, length: Double, seed: UInt64) {
        self.profile = profile
        self.rate = rate
        self.length = length
        random = StudyRandom(seed: seed, "arrivals")
        var places = random.fork("bursts")
        bursts =
            profile == .steady
            ? [] : (0..<6).map { _ in places.uniform(0...(1 - Self.burst.length)) }
    }

    /// The mean of the hours is 1 only after dividing by this.
    private static let meanHour = hours.reduce(0, +) / 24

    /// The rate at a share of the day, relative to the mean, without the surge.
    package func usual(at share: Double) -> Double {
        guard profile != .steady else { return 1 }
        let hour = share * 24
        let low = Int(hour) % 24
        let t = hour - hour.rounded(.down)
        let day = Self.hours[low] * (1 - t) + Self.hours[(low + 1) % 24] * t
        let inBurst = bursts.contains { share >= $0 && share < $0 + Self.burst.length }
        // Bursts take their share from the rest, so that the day's mean stays.
        let spare = 1 + Double(bursts.count) * Self.burst.length * Self.burst.factor
        return day / Self.meanHour * (inBurst ? 1 + Self.burst.factor : 1) / spare
    }

    private func surge(at share: Double) -> Double {
        let inSurge = share >= Self.surge.from && share < Self.surge.to
        return profile == .massCasualty && inSurge ? Self.surge.factor - 1 : 0
    }

    /// The next arrival by thinning (Lewis and Shedler 1979), or nil at the end of the day.
    package mutating func next() -> Arrival? {
        let most = 1.52 / Self.meanHour * (1 + Self.burst.factor) + Self.surge.factor - 1
        let bound = profile == .steady ? 1 : most
        while true {
            time += -SeededMath.log(1 - random.unit()) / (rate * bound)
            guard time < length else { return nil }
            let share = time / length
            let usual = usual(at: share)
            let extra = surge(at: share)
            let draw = random.unit() * bound
            if draw < usual { return Arrival(time: time, isSurge: false) }
            if draw < usual + extra { return Arrival(time: time, isSurge: true) }
        }
    }
}
