import Testing
import VigilCore
import WorkerCore

@Suite("How often a worker may join its group anew")
struct RejoinBudgetTests {
    private let start = MonotonicTime(nanoseconds: 0)

    @Test("five times within ten minutes, longer apart each time, and no more")
    func bounded() throws {
        var budget = RejoinBudget()
        var pauses: [Duration] = []
        for _ in 0..<RejoinBudget.countMax {
            let pause = budget.spend(now: start, seed: 7)
            pauses.append(try #require(pause))
        }
        #expect(pauses == pauses.sorted() && Set(pauses).count > 3)
        #expect(pauses.allSatisfy { $0 >= .milliseconds(250) && $0 <= .seconds(10) })
        let refused = budget.spend(now: start + RejoinBudget.span, seed: 7)
        #expect(refused == nil)
    }

    @Test("what is long past counts no more")
    func forgotten() {
        var budget = RejoinBudget()
        for _ in 0..<RejoinBudget.countMax { _ = budget.spend(now: start, seed: 7) }
        let later = start + RejoinBudget.span + .seconds(1)
        let pause = budget.spend(now: later, seed: 7)
        #expect(pause.map { $0 <= .milliseconds(500) } == true)
    }
}
