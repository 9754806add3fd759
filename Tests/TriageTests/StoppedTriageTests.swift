import Testing
import Triage
import VigilCore

/// Findings that operators have stopped.
struct StoppedTriageTests {
    private let policy = TriagePolicy(
        version: "1",
        operatingPoints: [
            OperatingPoint(code: "effusion", threshold: 0.5, priority: .stat),
            OperatingPoint(code: "nodule", threshold: 0.5, priority: .asap),
        ].compactMap { $0 })

    private func assess(
        stopped: Set<String> = [], isOutside: Bool = false, ordered: Priority = .routine
    ) -> TriageAssessment {
        let scores = ["effusion", "nodule"].map {
            FindingScore(code: $0, label: $0, probability: 0.9, logitDifference: 2)
        }
        let image = ImageScores(
            instance: 0, frame: 0, findings: scores, isOutsideDomain: false, refusal: nil)
        return policy.assess(
            [image], ordered: ordered, isValidated: true,
            withheld: WithheldFindings(stopped: stopped, isOutsideEnvelope: isOutside))
    }

    @Test("a stopped finding abstains and raises nothing, and the others go on")
    func one() {
        let assessment = assess(stopped: ["effusion"])
        #expect(assessment.findings.map(\.answer) == [.abstained([.stopped]), .flagged])
        #expect(assessment.findings[0].probability == 0.9)
        #expect(assessment.effective == .asap && assessment.ai == .asap)
    }

    @Test("where all are stopped the order stands, and the reason says so")
    func all() {
        let assessment = assess(stopped: ["effusion", "nodule"], ordered: .asap)
        #expect(assessment.effective == .asap && assessment.ai == nil && assessment.urgency == nil)
        #expect(assessment.reasons.first == .abstains(.stopped))
    }

    @Test("a code that no model has stops nothing")
    func other() {
        #expect(assess(stopped: ["mass"]) == assess())
    }

    @Test("once an envelope is over nothing is said, the order stands, and the reason says so")
    func envelope() {
        let assessment = assess(stopped: ["nodule"], isOutside: true, ordered: .urgent)
        #expect(
            assessment.findings.map(\.answer) == [
                .abstained([.outsideEnvelope]), .abstained([.stopped]),
            ])
        #expect(assessment.effective == .urgent && assessment.ai == nil)
        #expect(assess(isOutside: true).reasons.first == .abstains(.outsideEnvelope))
    }
}
