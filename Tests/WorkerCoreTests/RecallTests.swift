import Testing
import VigilCore
import WorkerCore

/// When a recall holds, and how it waits for what it is held against.
@Suite("Recalls of what was said of a study")
struct RecallTests {
    typealias Core = WorkerCore<Int, Bool>

    private static let start = MonotonicTime(nanoseconds: 0)
    private static let wall = Timestamp(microseconds: 0)
    private static let said = Digest(of: [1])

    /// What a new event of the study is.
    private enum Kind { case recall, part, whole }

    private func name() throws -> Pseudonym {
        Pseudonym(of: try #require(DicomUID("1.2.3")), key: [1])
    }

    private func place(_ offset: Int64) -> RecordPosition {
        RecordPosition(topic: "in", partition: 0, offset: offset)
    }

    private func event(_ kind: Kind, _ offset: Int64) throws -> StudyEvent {
        StudyEvent(
            id: "\(offset)", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID("1.2.3")), priority: .routine,
            instances: kind == .recall ? [] : [InstanceReference(uri: "file:///\(offset)")],
            expected: kind == .part ? StudyExpectation(instances: 9) : nil,
            withdrawal: kind == .recall
                ? .recall(StudyEvent.Recall(record: Self.said, envelope: [])) : nil)
    }

    private func history(
        digest: Digest? = said, number: Int = 4, isLive: Bool = true
    ) -> StudyHistory {
        StudyHistory(
            number: number, finding: nil, digest: digest, parts: [place(1)], ordered: .urgent,
            isLive: isLive)
    }

    private func core() -> Core {
        var core = Core(limits: SimulatedWorker.limits)
        core.assign([TopicPartition(topic: "in", partition: 0): OffsetLedger()])
        core.ordersAreCurrent()
        core.historiesAreCurrent()
        return core
    }

    @discardableResult
    private func take(_ core: inout Core, _ kind: Kind, _ offset: Int64) throws -> StudyTicket {
        let record = InboundRecord(
            position: place(offset), key: nil, value: [], headers: [], timestamp: nil)
        let admitted = core.admit(record, now: Self.start, wall: Self.wall)
        let (ticket, event) = (try #require(admitted), try event(kind, offset))
        core.note(
            orderOf: ticket, event, of: try name(), at: record.position, time: Self.wall)
        core.schedule(
            ticket, event: event, deadline: Self.start + .seconds(60),
            part: kind == .whole
                ? nil
                : StudyPart(
                    study: try name(), origin: record.position,
                    closeAt: Self.start + .seconds(10)))
        return ticket
    }

    /// The topic of findings is read from its beginning to its end.
    private func read(_ core: inout Core, _ history: StudyHistory?) throws {
        core.beginStandings()
        core.noteStanding(history, of: try name())
        core.standingsAreCurrent()
    }

    private func commit(_ core: inout Core) throws {
        let opened = core.openTransaction()
        _ = try #require(opened)
        core.transactionCommitted()
    }

    private func job(_ core: inout Core) -> Core.DecodeJob? {
        core.takeDecodeJob(now: Self.start)
    }

    // MARK: What is decided

    private func plan(_ history: StudyHistory?) throws -> Result<
        StudyAssembly.Plan, StudyAssembly.Fault
    > {
        let event = try event(.recall, 7)
        let member = StudyAssembly.Member(
            ticket: StudyTicket(number: 1),
            record: InboundRecord(
                position: place(7), key: nil, value: [], headers: [], timestamp: nil),
            event: event, origin: place(7))
        let assembly = StudyAssembly(
            study: try name(), members: [member], history: history, closing: .recalled)
        #expect(assembly.earlier.isEmpty, "what is recalled need not be there any more")
        return Result { () throws(StudyAssembly.Fault) in
            try assembly.plan(after: StudyContents(), instancesMax: 9)
        }
    }

    @Test("what stands is recalled at its ordered priority, and later events go on from its parts")
    func recalled() throws {
        guard case .success(.retract(let finding)) = try plan(history()) else {
            Issue.record("nothing is recalled")
            return
        }
        #expect(finding.isRecalled && !finding.isWithdrawn && finding.assessed == nil)
        #expect(finding.priority.effective == .urgent && finding.priority.ordered == .urgent)
        let revision = try #require(finding.revision)
        #expect(revision.number == 5 && revision.previous == Self.said)
        #expect(revision.closing == .recalled && revision.parts == [place(1)])
        #expect(revision.answers.map(\.position) == [place(7)])
    }

    @Test("another record, one that was withdrawn or recalled, and an unknown one change nothing")
    func nothing() throws {
        let cases = [
            history(digest: Digest(of: [2])), history(isLive: false), history(digest: nil), nil,
        ]
        for history in cases {
            guard case .failure(.nothingToRecall) = try plan(history) else {
                Issue.record("\(String(describing: history)) is recalled")
                continue
            }
        }
    }

    @Test("a recall goes by its signature alone, whatever topic it comes by")
    func rights() throws {
        let recall = try event(.recall, 0)
        for (isSigned, wanted) in [(true, true), (false, false)] {
            let rules = IntakeRules(
                deadlines: [:], partWaits: [:], clock: ProducerClock(skewMax: .seconds(1)),
                placement: StudyPlacement(rule: nil, input: "in"),
                rights: OrderRights(topic: "in.orders", sources: ["other"]),
                mayRecall: { $0.record == Self.said && isSigned })
            var core = core()
            let record = InboundRecord(
                position: place(0), key: nil, value: [], headers: [], timestamp: nil)
            let admitted = core.admit(record, now: Self.start, wall: Self.wall)
            let arrival = StudyArrival(event: recall, study: try name(), original: record)
            let (action, _) = core.take(
                try #require(admitted), arrival, rules,
                IntakeFacts(
                    now: Self.start, wall: Self.wall, partitions: TopicPartitionCounts(),
                    outlook: nil))
            #expect((action == .queued(holdingPartitionUntil: nil)) == wanted)
            #expect((action == .refused(.notAuthorised)) != wanted)
        }
    }

    // MARK: What it waits for

    @Test("a recall waits until it is known what stands, and then goes before waiting parts")
    func waits() throws {
        var core = core()
        try take(&core, .part, 0)
        try take(&core, .recall, 1)
        #expect(core.wantsStandings && job(&core) == nil)
        try read(&core, history(number: 2))
        #expect(!core.wantsStandings)
        let assembly = try #require(job(&core)?.assembly)
        #expect(assembly.members.map(\.event.id) == ["1"] && assembly.closing == .recalled)
        #expect(assembly.history?.digest == Self.said && assembly.history?.number == 2)
    }

    @Test("its revision is numbered after all that was said of the study's parts before")
    func numbers() throws {
        var core = core()
        core.note(history(number: 9), of: try name())
        try take(&core, .recall, 0)
        try read(&core, history(number: 1))
        #expect(job(&core)?.assembly?.history?.nextNumber == 10)
    }

    @Test("what is being read or published of the study comes first, and is read back then")
    func inFlight() throws {
        var core = core()
        core.note(history(), of: try name())
        let part = try take(&core, .part, 0)
        #expect(job(&core)?.ticket == part)
        try take(&core, .recall, 1)
        try read(&core, history())
        #expect(job(&core) == nil)
        core.finish(part, outcome: true, now: Self.start)
        #expect(job(&core) == nil)
        try commit(&core)
        // The worker's own word is not taken for what stands.
        #expect(core.wantsStandings && job(&core) == nil)
        try read(&core, history(digest: Digest(of: [2])))
        #expect(job(&core)?.assembly?.history?.digest == Digest(of: [2]))
    }

    @Test("a whole study's outcome that comes before the recall's is published has it held again")
    func whole() throws {
        var core = core()
        let whole = try take(&core, .whole, 0)
        let first = try take(&core, .recall, 1)
        try read(&core, history())
        var jobs = Set([job(&core), job(&core)].compactMap { $0?.ticket })
        #expect(jobs == [whole, first])
        core.finish(first, outcome: true, now: Self.start)
        core.finish(whole, outcome: true, now: Self.start)
        #expect(core.study(first) == nil && core.inFlight == 2)
        #expect(job(&core) == nil, "it was held against what stood before")
        try commit(&core)
        #expect(core.wantsStandings && core.inFlight == 1)
        try read(&core, history(digest: Digest(of: [2])))
        let again = try #require(job(&core))
        jobs.insert(again.ticket)
        #expect(jobs.count == 3 && again.assembly?.history?.digest == Digest(of: [2]))
        #expect(again.assembly?.members.map(\.record.position) == [place(1)])
    }

    @Test("a recall that is being published stays, and is held again where that is aborted")
    func aborted() throws {
        var core = core()
        let whole = try take(&core, .whole, 0)
        let recall = try take(&core, .recall, 1)
        try read(&core, history())
        for _ in 0..<2 { _ = job(&core) }
        core.finish(recall, outcome: true, now: Self.start)
        let opened = core.openTransaction()
        #expect(opened?.outcomes.map(\.study.ticket) == [recall])
        core.finish(whole, outcome: true, now: Self.start)
        #expect(core.study(recall) != nil)
        let goesOn = core.transactionAborted(now: Self.start)
        #expect(goesOn)
        #expect(core.study(recall) == nil && core.inFlight == 2)
    }

    @Test("after a takeover what stands is read again, and what is left over is told as unknown")
    func takeover() throws {
        var core = core()
        try take(&core, .recall, 0)
        core.beginStandings()
        core.assign([TopicPartition(topic: "in", partition: 1): OffsetLedger()])
        core.ordersAreCurrent()
        core.historiesAreCurrent()
        core.standingsAreCurrent()
        #expect(core.wantsStandings, "a reading that began before tells nothing")
        try read(&core, nil)
        let taken = job(&core)
        #expect(taken != nil && taken?.assembly?.history == nil)
        core.forgetStandings()
        try take(&core, .recall, 1)
        #expect(core.wantsStandings)
    }

    @Test("a study that was recalled is read with all its parts as soon as another comes")
    func revised() throws {
        var core = core()
        core.note(history(isLive: false), of: try name())
        try take(&core, .part, 0)
        let assembly = try #require(job(&core)?.assembly)
        #expect(assembly.closing == .late && assembly.earlier == [place(1)])
        // The same event again changes what holds, since nothing does.
        var before = StudyContents()
        before.add(try event(.part, 0))
        guard case .read = try assembly.plan(after: before, instancesMax: 9) else {
            Issue.record("it is not read")
            return
        }
    }
}
