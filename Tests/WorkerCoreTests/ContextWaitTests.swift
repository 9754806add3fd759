import Testing
import VigilCore
import WorkerCore

/// Studies wait for what is known of patients only where that could change something.
struct ContextWaitTests {
    private typealias Core = WorkerCore<Int, Int>

    private func take(
        _ offset: Int64, into core: inout Core, _ priority: Priority, patient: StudyPatient?
    ) throws -> StudyTicket {
        let now = MonotonicTime(nanoseconds: 0)
        let admitted = core.admit(
            OnePartition.record(offset), now: now, wall: OnePartition.wall)
        let ticket = try #require(admitted)
        let event = StudyEvent(
            id: "\(offset)", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID("1.2.\(offset + 1)")), patient: patient,
            priority: priority, instances: [InstanceReference(uri: "file:///a.dcm")])
        core.schedule(ticket, event: event, deadline: now + .seconds(60))
        return ticket
    }

    private func begun(_ core: inout Core) -> [StudyTicket] {
        var tickets: [StudyTicket] = []
        while let job = core.takeDecodeJob(now: MonotonicTime(nanoseconds: 0)) {
            tickets.append(job.ticket)
        }
        return tickets
    }

    @Test("those that name a patient wait, but for stat ones; all others go")
    func waits() throws {
        var core = OnePartition.core(of: Core.self)
        core.awaitContext()
        let named = try take(0, into: &core, .urgent, patient: .unclear)
        let plain = try take(1, into: &core, .routine, patient: nil)
        let stat = try take(2, into: &core, .stat, patient: .unclear)
        #expect(Set(begun(&core)) == [plain, stat])
        core.awaitContextNoLonger()
        #expect(begun(&core) == [named])
    }

    @Test("one that is raised to stat waits no longer")
    func raised() throws {
        var core = OnePartition.core(of: Core.self)
        core.awaitContext()
        let ticket = try take(0, into: &core, .routine, patient: .unclear)
        let study = try #require(Pseudonym(hex: String(repeating: "3", count: 32)))
        let event = try #require(core.study(ticket)?.event)
        core.note(
            orderOf: ticket, event, of: study, at: OnePartition.record(0).position,
            time: OnePartition.wall)
        #expect(begun(&core).isEmpty)
        core.expedite(study, to: .stat, deadline: MonotonicTime(nanoseconds: 0))
        #expect(begun(&core) == [ticket])
    }
}
