import Testing
import Triage
import VigilCore

@Suite("A finding under the orders of its study")
struct StandingTests {
    private let study: Pseudonym
    private let uid: DicomUID

    init() throws {
        uid = try #require(DicomUID("1.2.3"))
        study = Pseudonym(of: uid, key: [1])
    }

    private func finding(
        ordered: Priority, ai: Priority?, isAssessed: Bool = true, isValidated: Bool = true
    ) -> Finding {
        let order = Finding.Order(event: ordered)
        let cause = EventIdentity(id: "1", source: "test")
        guard isAssessed else {
            return .notAssessed(
                [Finding.Reason(.nothingToAssess)], study: uid, pseudonym: study, cause: cause,
                order: order)
        }
        let digest = Digest(of: [1])
        return Finding(
            findingID: FindingIdentity.notAssessed(study), study: uid, pseudonym: study,
            cause: cause,
            priority: Finding.Priorities(order: order, ai: ai, effective: ordered), urgency: nil,
            reasons: [], decision: Finding.Decision(),
            assessed: Finding.Assessed(
                model: Finding.Model(
                    name: "m", digest: digest, family: "clip", precision: "fp32",
                    isValidated: isValidated, trainedOn: nil, intendedUse: "tests"),
                preprocessing: digest, prompts: nil, output: digest, numericMode: "reproducible",
                findings: []),
            instances: [], run: Finding.Run())
    }

    /// Everything that one record may be: 4 orders, 5 answers, assessed or not, validated or not.
    private var all: [(Finding, ordered: Priority)] {
        Priority.allCases.flatMap { ordered in
            (Priority.allCases.map(Optional.some) + [nil]).flatMap { ai in
                [(true, true), (true, false), (false, true)].map { isAssessed, isValidated in
                    (
                        finding(
                            ordered: ordered, ai: isAssessed ? ai : nil, isAssessed: isAssessed,
                            isValidated: isValidated), ordered
                    )
                }
            }
        }
    }

    @Test("it is never less urgent than what was ordered, whatever the model says")
    func neverLower() {
        for (before, ordered) in all {
            for highest in Priority.allCases {
                for mayRaise in [false, true] {
                    var finding = before
                    finding.stand(
                        by: WorklistStanding(order: WorklistOrder(highest: highest), isKnown: true),
                        event: ordered, mayRaise: mayRaise)
                    #expect(finding.priority.effective <= highest)
                    #expect(finding.priority.ordered == highest)
                    #expect(finding.priority.order.ofEvent == ordered)
                    #expect(finding.priority.ai == before.priority.ai)
                }
            }
        }
    }

    @Test("without known orders the event's own stands, and the record says that more is unknown")
    func unknown() {
        for (before, ordered) in all {
            var finding = before
            finding.stand(
                by: WorklistStanding(order: nil, isKnown: false), event: ordered, mayRaise: false)
            #expect(finding.priority.ordered == ordered)
            #expect(!finding.priority.order.isKnown)
            #expect(finding.priority.order.before == nil)
        }
    }

    @Test("only a validated model, or one that may, moves the worklist")
    func moving() {
        let routine = WorklistStanding(order: WorklistOrder(highest: .routine), isKnown: true)
        for (isValidated, mayRaise) in [(true, false), (false, true), (false, false)] {
            var raising = finding(ordered: .routine, ai: .stat, isValidated: isValidated)
            raising.stand(by: routine, event: .routine, mayRaise: mayRaise)
            let moves = isValidated || mayRaise
            #expect(raising.priority.effective == (moves ? .stat : .routine))
        }
    }

    @Test("reasons tell of the order as it stands, once, and of nothing when it did not change")
    func reasons() {
        let urgent = WorklistStanding(order: WorklistOrder(highest: .urgent), isKnown: true)
        var lower = finding(ordered: .routine, ai: .asap)
        lower.stand(by: urgent, event: .routine, mayRaise: false)
        #expect(lower.reasons.map(\.code) == ["order_stands"])
        let once = lower
        lower.stand(by: urgent, event: .routine, mayRaise: false)
        #expect(lower == once)
        var higher = finding(ordered: .routine, ai: .stat)
        higher.stand(by: urgent, event: .routine, mayRaise: false)
        #expect(higher.reasons.map(\.code) == ["raised"])
        var same = finding(ordered: .urgent, ai: .stat)
        same.stand(by: urgent, event: .urgent, mayRaise: false)
        #expect(same.reasons.isEmpty)
    }

    @Test("a lowering by a person with the right is told with who, why and when")
    func lowered() {
        let place = RecordPosition(topic: "in", partition: 0, offset: 4)
        let lowering = WorklistOrder.Lowering(
            number: 1, from: .stat, to: .asap, source: "urn:ris", reason: "read",
            at: Timestamp(microseconds: 7), position: place)
        var finding = finding(ordered: .stat, ai: nil)
        finding.stand(
            by: WorklistStanding(
                order: WorklistOrder(highest: .asap, lowering: lowering), isKnown: true),
            event: nil, mayRaise: false)
        #expect(
            finding.priority.order.lowered
                == Finding.Lowering(
                    from: .stat, to: .asap, source: "urn:ris", reason: "read",
                    at: Timestamp(microseconds: 7)))
        #expect(finding.priority.effective == .asap)
    }
}
