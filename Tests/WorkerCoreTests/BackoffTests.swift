import Testing
import WorkerCore

@Suite("Back-off")
struct BackoffTests {
    private let backoff = Backoff(first: .milliseconds(100), longest: .seconds(3))

    @Test("pauses double up to the bound and keep to their upper half")
    func growth() {
        for attempt in 1...70 {
            let whole = min(.seconds(3), .milliseconds(100) * (1 << min(attempt - 1, 20)))
            for seed in UInt64(0)..<200 {
                let pause = backoff.pause(attempt: attempt, seed: seed)
                #expect(pause >= whole / 2 && pause <= whole)
            }
        }
    }

    @Test("pauses of different studies differ, the same study's pause does not")
    func spread() {
        let pauses = (UInt64(0)..<1000).map { backoff.pause(attempt: 3, seed: $0) }
        #expect(Set(pauses).count > 500)
        #expect(pauses == (UInt64(0)..<1000).map { backoff.pause(attempt: 3, seed: $0) })
    }
}
