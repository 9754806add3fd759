import Testing
import Triage
import VigilCore

/// What is known of a patient raises scores, and nothing else.
struct ContextTriageTests {
    private let study = CalibratedStudy(
        CalibratedTriage([], scorer: MadeCalibration.scorer), traits: [:], at: MadeCalibration.made)

    /// Raises every score to this; one that is none is no answer of a fusion.
    private func raising(to score: Float) -> ContextFusion {
        ContextFusion { _, _, _ in
            Finding.Fused(score: score, shares: [.init(part: .image, share: LogOdds(units: 7))])
        }
    }

    private func policy(_ asks: Priority = .stat) -> TriagePolicy {
        let point = OperatingPoint(code: "effusion", threshold: 0.5, priority: asks)
        return TriagePolicy(version: "1", operatingPoints: [point].compactMap { $0 })
    }

    private func image(
        _ probability: Float, isOutside: Bool = false, refusal: Finding.Abstention? = nil
    ) -> ImageScores {
        let score = FindingScore(
            code: "effusion", label: "Effusion", probability: probability, logitDifference: 0)
        return ImageScores(
            instance: 0, frame: 0, findings: [score], isOutsideDomain: isOutside, refusal: refusal)
    }

    private func calibrated(below: Float, from: Float) throws -> CalibratedStudy {
        let file = try MadeCalibration.file(
            findings: [
                MadeCalibration.finding(rules: [MadeCalibration.rule(below: below, from: from)])
            ], columns: [])
        let triage = CalibratedTriage(
            [MadeCalibration.opened(file)], scorer: MadeCalibration.scorer)
        return CalibratedStudy(triage, traits: ["site": "north"], at: MadeCalibration.made)
    }

    @Test("a score that is raised beyond its threshold raises the priority, and says by what")
    func raises() {
        let assessment = policy().assess(
            [image(0.4)], ordered: .routine, isValidated: true, with: raising(to: 0.75))
        let finding = assessment.findings[0]
        #expect(assessment.effective == .stat && finding.answer == .flagged)
        #expect(finding.probability == 0.4 && finding.fused?.score == 0.75)
        #expect(
            assessment.reasons[1].text.text
                == "Effusion: 0.75 with what is known of the patient (image alone 0.40) reaches "
                + "the operating point 0.50, which asks for stat")
    }

    @Test("of an image of which nothing may be said nothing is raised")
    func abstains() {
        for image in [
            image(0.4, isOutside: true), image(0.4, refusal: .rotated), image(.nan), image(2),
        ] {
            let assessment = policy().assess(
                [image], ordered: .asap, isValidated: true, with: raising(to: 1))
            #expect(assessment.effective == .asap && assessment.ai == nil)
            #expect(assessment.findings[0].fused == nil)
        }
    }

    @Test("a calibration is asked of the raised score, and promises nothing of what that moves")
    func calibration() throws {
        let study = try calibrated(below: 0.1, from: 0.8)
        func decide(_ score: Float, _ raised: Float?) -> TriageAssessment {
            policy().assess(
                [image(score)], ordered: .routine, isValidated: true, by: study,
                with: raised.map { raising(to: $0) })
        }
        let clear = decide(0.05, nil)
        let same = decide(0.05, 0.06)
        #expect(clear.findings[0].calibrated?.guarantee?.risk == .falseNegatives)
        #expect(same.findings[0].answer == .notFlagged)
        #expect(same.findings[0].calibrated == clear.findings[0].calibrated)
        let unsure = decide(0.05, 0.5)
        #expect(unsure.findings[0].answer == .abstained([.uncertain]))
        #expect(unsure.effective == .routine && unsure.ai == nil)
        #expect(unsure.findings[0].calibrated?.guarantee == nil)
        let raised = decide(0.5, 0.9)
        #expect(raised.findings[0].answer == .flagged && raised.effective == .stat)
        #expect(raised.findings[0].calibrated?.digest == clear.findings[0].calibrated?.digest)
        #expect(raised.findings[0].calibrated?.guarantee == nil)
        #expect(
            raised.findings[0].calibrated?.probability
                == decide(0.5, nil).findings[0].calibrated?.probability)
    }

    @Test("without a calibration that holds all abstains, whatever is known")
    func withoutCalibration() {
        let assessment = policy().assess(
            [image(0.9)], ordered: .asap, isValidated: true, by: study, with: raising(to: 1))
        #expect(assessment.effective == .asap && assessment.ai == nil)
    }

    @Test("of a million cases none lowers, none abstains and raises, and none is less with context")
    func properties() throws {
        var random = SplitMix64(seed: 77)
        let odd: [Float] = [.nan, .infinity, -.infinity, -1, 2, 0, 1, 0.5, -0.0]
        func number() -> Float {
            random.below(6) == 0 ? odd[random.below(odd.count)] : Float(random.unit())
        }
        var (faults, raised) = (0, 0)
        for _ in 0..<200 {
            let asks = Priority.allCases[random.below(4)]
            let policy = policy(asks)
            let from = max(0.2, Float(random.unit()))
            let study =
                random.below(3) == 0 ? nil : try calibrated(below: from * 0.5, from: from)
            for _ in 0..<5000 {
                let image = image(
                    number(), isOutside: random.below(8) == 0,
                    refusal: random.below(8) == 0 ? .rotated : nil)
                let ordered = Priority.allCases[random.below(4)]
                let plain = policy.assess(
                    [image], ordered: ordered, isValidated: true, by: study)
                let known = policy.assess(
                    [image], ordered: ordered, isValidated: true, by: study,
                    with: raising(to: number()))
                let isKept =
                    known.effective <= ordered && known.effective <= plain.effective
                    && (known.findings[0].answer == .flagged || known.effective == ordered)
                    && (plain.findings[0].answer != .flagged || known.findings[0].isPositive)
                    && known.findings[0].probability == plain.findings[0].probability
                if !isKept { faults += 1 }
                if known.effective < plain.effective { raised += 1 }
            }
        }
        #expect(faults == 0 && raised > 10_000)
    }
}
