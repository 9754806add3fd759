import Synthesis
import Testing

@Suite("Arrivals")
struct ArrivalTests {
    private func arrivals(
        _ profile: ArrivalProcess.Profile, rate: Double = 20, length: Double = 1000,
        seed: UInt64 = 3
    ) -> [ArrivalProcess.Arrival] {
        Array(ArrivalProcess(profile: profile, rate: rate, length: length, seed: seed))
    }

    @Test("a steady process has the rate that was asked for and a Poisson spread")
    func steady() {
        let times = arrivals(.steady).map(\.time)
        #expect(abs(Double(times.count) / 20_000 - 1) < 0.03)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        var counts = [Int](repeating: 0, count: 1000)
        for time in times { counts[Int(time)] += 1 }
        let mean = Double(times.count) / 1000
        let variance = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 1000
        #expect(variance / mean > 0.85 && variance / mean < 1.15)
    }

    @Test("an emergency day keeps the mean, with a quiet night, a busy noon and bursts")
    func day() {
        let times = arrivals(.emergencyDay).map(\.time)
        #expect(abs(Double(times.count) / 20_000 - 1) < 0.06)
        func count(_ from: Double, _ to: Double) -> Int {
            times.filter { $0 >= from / 24 * 1000 && $0 < to / 24 * 1000 }.count
        }
        #expect(Double(count(9, 13)) > 2.2 * Double(count(1, 5)))
        let process = ArrivalProcess(profile: .emergencyDay, rate: 1, length: 1, seed: 3)
        let shares = (0..<2400).map { process.usual(at: Double($0) / 2400) }
        #expect(abs(shares.reduce(0, +) / 2400 - 1) < 0.08)
        #expect((shares.max() ?? 0) > 2)
    }

    @Test("a mass-casualty surge multiplies the afternoon and nothing else")
    func surge() {
        let all = arrivals(.massCasualty)
        let surge = all.filter(\.isSurge)
        // Five times the mean over a sixteenth of the day.
        let expected = 20_000.0 * 5 / 16
        #expect(abs(Double(surge.count) / expected - 1) < 0.1)
        #expect(surge.allSatisfy { $0.time >= 625 && $0.time < 687.5 })
        let usual = Double(all.count - surge.count)
        #expect(abs(usual / 20_000 - 1) < 0.06)
    }

    @Test("the same seed gives the same arrivals")
    func seeded() {
        #expect(arrivals(.emergencyDay, rate: 2) == arrivals(.emergencyDay, rate: 2))
        #expect(arrivals(.emergencyDay, rate: 2) != arrivals(.emergencyDay, rate: 2, seed: 4))
    }
}
