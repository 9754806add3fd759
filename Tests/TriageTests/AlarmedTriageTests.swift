import Testing
import Triage
import VigilCore

/// Calibrations that do not answer, since an alarm stands against them.
struct AlarmedTriageTests {
    private let now = MadeCalibration.made
    private let policy = TriagePolicy(version: "1", operatingPoints: [])

    private func triage(_ files: [CalibrationFile]) -> CalibratedTriage {
        CalibratedTriage(files.map(MadeCalibration.opened), scorer: MadeCalibration.scorer)
    }

    private func assess(
        _ triage: CalibratedTriage, _ score: Float = 1, ordered: Priority = .routine,
        under alarms: [Finding.Alarm]
    ) -> TriageAssessment {
        let score = FindingScore(
            code: "effusion", label: "Effusion", probability: score, logitDifference: 9)
        return policy.assess(
            [ImageScores(instance: 0, frame: 0, findings: [score])], ordered: ordered,
            isValidated: true,
            by: CalibratedStudy(triage, traits: [:], at: now, under: alarms))
    }

    private func alarm(_ calibration: Digest, _ finding: String? = nil) -> Finding.Alarm {
        Finding.Alarm(
            cause: Finding.Alarm.Cause(id: .vigil, record: Digest(of: [3])),
            calibration: calibration, finding: finding)
    }

    @Test("an alarm makes the answer an abstention, raises nothing, promises nothing and says why")
    func abstains() throws {
        let triage = triage([try MadeCalibration.file(columns: [])])
        let calibration = triage.digests[0]
        for ordered in Priority.allCases {
            for score in stride(from: Float(0), through: 1, by: 0.05) {
                let said = assess(
                    triage, score, ordered: ordered, under: [alarm(calibration, "effusion")])
                #expect(said.findings[0].answer == .abstained([.qualityAlarm]))
                #expect(said.effective == ordered && said.ai == nil)
                #expect(said.findings[0].calibrated?.digest == calibration)
                #expect(said.findings[0].calibrated?.guarantee == nil)
                #expect(said.reasons == [.abstains(.qualityAlarm)])
            }
        }
    }

    @Test("an alarm of another finding, head or calibration changes nothing")
    func others() throws {
        let triage = triage([try MadeCalibration.file(columns: [])])
        let calibration = triage.digests[0]
        let plain = assess(triage, under: [])
        for other in [
            alarm(calibration, "mass"), alarm(calibration, "effusion/probe"),
            alarm(Digest(of: [9])),
        ] {
            let said = assess(triage, under: [other])
            #expect(said == plain && said.effective([other]).isEmpty)
        }
    }

    @Test("an alarmed calibration gives no way to an older one, and a newer one answers")
    func older() throws {
        let earlier = Timestamp(microseconds: MadeCalibration.made.microseconds - 1_000_000)
        let both = triage([
            try MadeCalibration.file(columns: []),
            try MadeCalibration.file(columns: [], made: earlier),
        ])
        #expect(both.digests.count == 2)
        let newest = assess(both, under: []).findings[0].calibrated?.digest
        let first = try #require(newest)
        let other = try #require(both.digests.first { $0 != first })
        #expect(assess(both, under: [alarm(first)]).findings[0].answer.isAbstained)
        #expect(assess(both, under: [alarm(other)]).findings[0].answer == .flagged)
    }

    @Test("what is recorded of alarms decides the same again, and holds no other")
    func recorded() throws {
        let triage = triage([try MadeCalibration.file(columns: [])])
        let calibration = triage.digests[0]
        let standing =
            [alarm(calibration), alarm(calibration, "effusion")]
            + (0..<1000).map { alarm(calibration, "f\($0)") }
        let said = assess(triage, under: standing)
        let recorded = said.effective(standing)
        #expect(recorded == [standing[0]])
        let again = assess(triage, under: recorded)
        #expect(again == said && again.effective(recorded) == recorded)
    }

    @Test("a finding that abstained by an alarm is not answered by a later look at its scores")
    func late() throws {
        let triage = triage([try MadeCalibration.file(columns: [])])
        let said = assess(triage, under: [alarm(triage.digests[0])])
        let results = said.findings.map {
            Finding.Result(
                code: $0.code, label: $0.label, probability: $0.probability, logitDifference: nil,
                threshold: nil, answer: $0.answer, calibrated: $0.calibrated, evidence: nil)
        }
        let score = FindingScore(
            code: "effusion", label: "Effusion", probability: 1, logitDifference: 9)
        let again = policy.assess(
            [ImageScores(instance: 0, frame: 0, findings: [score])], ordered: .routine,
            isValidated: true, by: CalibratedStudy(triage, as: results, at: now))
        #expect(again.findings[0].answer == .abstained([.qualityAlarm]))
        #expect(again.effective == .routine)
    }
}
