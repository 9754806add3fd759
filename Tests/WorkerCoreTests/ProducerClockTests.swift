import Testing
import VigilCore
import WorkerCore

@Suite("A producer's clock")
struct ProducerClockTests {
    private let clock = ProducerClock(skewMax: .seconds(3600))
    private let wall = Timestamp(microseconds: 1_800_000_000_000_000)

    private func age(_ seconds: Int64, isTrusted: Bool = false) -> ProducerClock.Age {
        clock.age(
            of: Timestamp(microseconds: wall.microseconds - seconds * 1_000_000),
            isTrusted: isTrusted, at: wall)
    }

    @Test("a time within the bound is believed, one beyond it counts as the bound, with a word")
    func bounds() {
        #expect(age(90) == ProducerClock.Age(believed: .seconds(90), doubt: nil))
        #expect(age(3600) == ProducerClock.Age(believed: .seconds(3600), doubt: nil))
        #expect(age(18_000) == ProducerClock.Age(believed: .seconds(3600), doubt: "older"))
        #expect(age(-90) == ProducerClock.Age(believed: .zero, doubt: nil))
        #expect(age(-18_000) == ProducerClock.Age(believed: .zero, doubt: "newer"))
    }

    @Test("what the broker wrote is believed as it is, but for the future")
    func broker() {
        #expect(age(18_000, isTrusted: true).believed == .seconds(18_000))
        #expect(age(18_000, isTrusted: true).doubt == nil)
        #expect(age(-18_000, isTrusted: true).believed == .zero)
    }

    @Test("no time at all, or one beyond all clocks, makes no trap")
    func extremes() {
        #expect(clock.age(of: nil, isTrusted: false, at: wall).believed == .zero)
        for isTrusted in [false, true] {
            for time in [Int64.min, .max] {
                let age = clock.age(
                    of: Timestamp(microseconds: time), isTrusted: isTrusted,
                    at: Timestamp(microseconds: time == .min ? .max : .min))
                #expect(age.believed <= clock.skewMax && age.doubt != nil)
            }
        }
    }
}
