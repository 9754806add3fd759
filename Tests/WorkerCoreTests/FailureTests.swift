import Testing
import VigilCore
import WorkerCore

@Suite("What is done about what fails")
struct FailureTests {
    typealias Core = WorkerCore<Int, OutcomeKind>

    private let partition = OnePartition.place
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private let wall = OnePartition.wall

    private func core(attempts: Int = 3) -> Core {
        OnePartition.core(of: Core.self) { $0.retries.attemptsMax = attempts }
    }

    private func take(_ core: inout Core, _ offset: Int64) throws -> StudyTicket {
        try OnePartition.take(offset, into: &core, at: start)
    }

    @Test("the error's word decides between another attempt, the study's end and the worker's")
    func dispositions() throws {
        var core = core()
        let ticket = try take(&core, 0)
        _ = core.takeDecodeJob(now: start)
        let again = core.fail(ticket, .retry(after: .seconds(1)), now: start, wall: wall)
        #expect(again == .again(attempt: 2))
        let letter = core.fail(ticket, .deadLetter, now: start, wall: wall)
        let end = core.fail(ticket, .shutDown(.config), now: start, wall: wall)
        #expect(letter == .giveUp && end == .end)
        #expect(core.study(ticket)?.attempts == 2, "only attempts count")
    }

    @Test("what may come of half a file is tried again, though its error gives it up")
    func mayPass() throws {
        var core = core(attempts: 2)
        let ticket = try take(&core, 0)
        let first = core.fail(ticket, .deadLetter, mayPass: true, now: start, wall: wall)
        let second = core.fail(ticket, .deadLetter, mayPass: true, now: start, wall: wall)
        let end = core.fail(ticket, .shutDown(.osError), mayPass: true, now: start, wall: wall)
        #expect(first == .again(attempt: 2) && second == .postpone && end == .end)
    }

    @Test("a worker that ends, and a record that is tried alone, have one attempt")
    func oneAttempt() throws {
        var ending = core()
        let begun = try take(&ending, 0)
        _ = ending.takeDecodeJob(now: start)
        ending.drain()
        let last = ending.fail(begun, .retry(after: .zero), now: start, wall: wall)
        #expect(last == .postpone)
        var trying = core()
        let tried = try take(&trying, 0)
        trying.clearForTrial()
        trying.beginTrial(tried)
        let only = trying.fail(tried, .retry(after: .zero), now: start, wall: wall)
        #expect(only == .postpone)
    }

    @Test("nothing is done for a study that has its outcome or is another's now")
    func nobody() throws {
        var core = core()
        let (answered, lost) = (try take(&core, 0), try take(&core, 1))
        core.finish(answered, outcome: .finding, now: start)
        let first = core.fail(answered, .retry(after: .zero), now: start, wall: wall)
        core.revoke([partition])
        let second = core.fail(lost, .retry(after: .zero), now: start, wall: wall)
        #expect(first == .ignore && second == .ignore)
    }

    @Test("a model that cannot run ends the worker, unless it blames the studies")
    func batches() {
        let core = core()
        #expect(core.failBatch(.deadLetter) == .giveUp)
        #expect(core.failBatch(.shutDown(.software)) == .end)
        #expect(core.failBatch(.retry(after: .zero)) == .end)
    }
}
