import Pipeline
import Testing
import VigilCore

@Suite("Origins that give no answers")
struct OriginRestTests {
    private let start = MonotonicTime(nanoseconds: 0)

    /// What a rest says at these times, one after the other.
    private func answers(_ rest: inout OriginRest, at times: [Duration]) -> [Bool] {
        times.map { rest.mayAsk(now: start + $0) }
    }

    @Test("one failure is no rest, and an answer forgets it")
    func one() {
        var rest = OriginRest()
        for _ in 0..<5 {
            rest.note(isInTrouble: true, now: start)
            let may = answers(&rest, at: [.zero])
            #expect(!rest.isResting && may == [true])
            rest.note(isInTrouble: false, now: start)
        }
    }

    @Test("after two in a row it is left alone, for longer after each further one")
    func several() {
        var rest = OriginRest()
        var now = Duration.zero
        rest.note(isInTrouble: true, now: start)
        for span in [1, 2, 4, 8, 16, 30, 30] {
            rest.note(isInTrouble: true, now: start + now)
            let early = now + .seconds(span) - .nanoseconds(1)
            now += .seconds(span)
            // One asks, the others wait for what comes of it.
            let may = answers(&rest, at: [early, now, now])
            #expect(rest.isResting && may == [false, true, false], "\(span)")
        }
        rest.note(isInTrouble: false, now: start + now)
        let may = answers(&rest, at: [now, now])
        #expect(!rest.isResting && may == [true, true])
    }

    @Test("who asks and never says what came of it does not close an origin for ever")
    func silent() {
        var rest = OriginRest()
        for _ in 0..<2 { rest.note(isInTrouble: true, now: start) }
        let may = answers(&rest, at: [.seconds(1), .milliseconds(1500), .seconds(2)])
        #expect(may == [true, false, true])
    }
}
