import Testing
import VigilCore
import WorkerCore

@Suite("What the events of one study make of it")
struct StudyPlanTests {
    private let study: DicomUID
    private let name: Pseudonym

    init() throws {
        study = try #require(DicomUID("1.2.3"))
        name = Pseudonym(of: study, key: [1])
    }

    private func place(_ offset: Int64) -> RecordPosition {
        RecordPosition(topic: "in", partition: 0, offset: offset)
    }

    private func member(
        _ offset: Int64, _ files: [String], withdrawal: StudyEvent.Withdrawal? = nil
    ) -> StudyAssembly.Member {
        let position = place(offset)
        return StudyAssembly.Member(
            ticket: StudyTicket(number: UInt64(offset)),
            record: InboundRecord(
                position: position, key: nil, value: [], headers: [], timestamp: nil),
            event: StudyEvent(
                id: "\(offset)", source: "test", time: nil, traceparent: nil, study: study,
                priority: .routine, instances: files.map { InstanceReference(uri: $0) },
                withdrawal: withdrawal), origin: position)
    }

    private func assembly(
        _ members: [StudyAssembly.Member], parts: [RecordPosition]? = nil
    ) -> StudyAssembly {
        let history = parts.map {
            StudyHistory(
                number: 4, finding: nil, digest: Digest(of: [1]), parts: $0, ordered: .urgent,
                isLive: true)
        }
        return StudyAssembly(study: name, members: members, history: history, closing: .complete)
    }

    @Test("new images are read with those of before, and the revision names every event")
    func reading() throws {
        let known = member(1, ["file:///a"])
        var before = StudyContents()
        before.add(known.event)
        let plan = try assembly([member(5, ["file:///b"])], parts: [place(1)])
            .plan(after: before, instancesMax: 9)
        guard case .read(let instances, _, let revision) = plan else {
            Issue.record("nothing is read")
            return
        }
        #expect(instances.map(\.uri) == ["file:///a", "file:///b"])
        #expect(revision.number == 5)
        #expect(revision.previous == Digest(of: [1]))
        #expect(revision.parts == [place(1), place(5)])
        #expect(revision.answers.map(\.position) == [place(5)])
    }

    @Test("an event that changes nothing of a live finding is a duplicate")
    func duplicate() {
        let again = member(5, ["file:///a"])
        var before = StudyContents()
        before.add(again.event)
        #expect(throws: StudyAssembly.Fault.duplicate) {
            try assembly([again], parts: [place(1)]).plan(after: before, instancesMax: 9)
        }
    }

    @Test("a study withdrawn as a whole is retracted, and its earlier events are not read again")
    func withdrawn() throws {
        let assembly = assembly([member(5, [], withdrawal: .study)], parts: [place(1)])
        #expect(assembly.earlier.isEmpty)
        guard
            case .retract(let finding) = try assembly.plan(after: StudyContents(), instancesMax: 9)
        else {
            Issue.record("it is not retracted")
            return
        }
        #expect(finding.isWithdrawn)
        #expect(finding.priority.ordered == .urgent)
        #expect(finding.revision?.closing == .withdrawn)
        #expect(finding.revision?.parts == [])
    }

    @Test("a study of too many images or events is refused with the bound")
    func bounds() {
        let files = (0..<4).map { "file:///\($0)" }
        #expect(throws: StudyAssembly.Fault.tooManyInstances(count: 4, limit: 3)) {
            try assembly([member(1, files)]).plan(after: StudyContents(), instancesMax: 3)
        }
        let many = (0..<Int64(StudyAssembly.partsMax) + 1).map { member($0, ["file:///\($0)"]) }
        #expect(throws: StudyAssembly.Fault.tooManyParts(limit: StudyAssembly.partsMax)) {
            try assembly(many).plan(after: StudyContents(), instancesMax: 9_999)
        }
    }
}
