import Testing
import VigilCore
import WorkerCore

@Suite("What is done about what is too large")
struct OversizeTests {
    typealias Core = WorkerCore<Int, OutcomeKind>

    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private func core() -> Core { OnePartition.core(of: Core.self) }

    private func take(_ core: inout Core, _ offset: Int64) throws -> StudyTicket {
        try OnePartition.take(offset, into: &core, at: start)
    }

    @Test("a finding or a forwarded event that is too large becomes a dead letter, all else ends")
    func kinds() {
        let givenUp = OutcomeKind.allCases.filter { $0.whenTooLarge == .giveUp }
        #expect(givenUp == [.finding, .placed])
    }

    @Test("what is too large is looked for one by one, until a transaction is committed")
    func isolation() throws {
        var core = core()
        for offset in 0..<3 {
            let ticket = try take(&core, Int64(offset))
            core.finish(ticket, outcome: .finding, now: start)
        }
        let whole = core.openTransaction()
        #expect(whole?.outcomes.count == 3)
        _ = core.transactionAborted(now: start)
        let among = core.transactionTooLarge([.finding, .finding, .finding])
        #expect(among == nil)
        let one = core.openTransaction()
        let ticket = try #require(one?.outcomes.first?.study.ticket)
        #expect(one?.outcomes.count == 1)
        _ = core.transactionAborted(now: start)
        let found = core.transactionTooLarge([.finding])
        #expect(found == .giveUp)
        core.replaceOutcome(of: ticket, with: .deadLetter)
        let letter = core.openTransaction()
        #expect(letter?.outcomes.map(\.outcome) == [.deadLetter])
        core.transactionCommitted()
        let rest = core.openTransaction()
        #expect(rest?.outcomes.count == 2)
        _ = core.transactionAborted(now: start)
        let end = core.transactionTooLarge([.deadLetter])
        #expect(end == .end)
    }
}
