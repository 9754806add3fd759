import Testing
import Triage
import VigilCore

/// What is decided anew of a finding's record is what is decided of the study's images.
struct RevisingTests {
    private static let codes = ["effusion", "opacity", "mass", "oedema"]
    private static let policy = TriagePolicy(
        version: "1",
        operatingPoints: zip(codes, [Priority.urgent, .stat, .asap, .routine]).compactMap {
            OperatingPoint(code: $0, threshold: 0.5, priority: $1)
        })

    private func image(_ number: Int, _ random: inout SplitMix64) -> ImageScores {
        ImageScores(
            instance: number, frame: 0,
            findings: Self.codes.map { code in
                let score: Float =
                    Int.random(in: 0..<8, using: &random) == 0
                    ? .nan : Float.random(in: 0...1, using: &random)
                return FindingScore(
                    code: code, label: code, probability: score, logitDifference: score - 0.5)
            }, isOutsideDomain: Int.random(in: 0..<4, using: &random) == 0,
            refusal: Int.random(in: 0..<6, using: &random) == 0 ? .rotated : nil)
    }

    private func fusion(_ random: inout SplitMix64) -> ContextFusion? {
        guard Bool.random(using: &random) else { return nil }
        let raised = Float.random(in: 0...1, using: &random)
        return ContextFusion { code, _, score in
            code == "mass"
                ? nil
                : Finding.Fused(
                    score: max(score, raised),
                    shares: [.init(part: .image, share: LogOdds(units: 1))])
        }
    }

    private func record(_ said: TriageAssessment) throws -> Finding {
        let uid = try #require(DicomUID("1.2.3"))
        let name = Pseudonym(of: uid, key: [1])
        let model = Finding.Model(
            name: "m", digest: Digest(of: [1]), family: "clip", precision: "fp32",
            isValidated: true, trainedOn: nil, intendedUse: "tests")
        return Finding(
            findingID: FindingIdentity.notAssessed(name), study: uid, pseudonym: name,
            cause: EventIdentity(id: "1", source: "urn:x"),
            priority: Finding.Priorities(
                order: Finding.Order(event: said.ordered), ai: said.ai,
                effective: said.effective),
            urgency: said.urgency, reasons: said.reasons.map { Finding.Reason($0) },
            decision: Finding.Decision(),
            assessed: Finding.Assessed(
                model: model, preprocessing: Digest(of: [2]), prompts: nil,
                output: Digest(of: [3]), numericMode: "fast",
                findings: said.findings.map { Finding.Result($0, isOfSeries: false) }),
            instances: [], run: Finding.Run())
    }

    private func calibrations(_ random: inout SplitMix64) throws -> CalibratedTriage? {
        guard Bool.random(using: &random) else { return nil }
        let file = try MadeCalibration.file(
            findings: [MadeCalibration.finding("effusion"), MadeCalibration.finding("mass")])
        return CalibratedTriage([MadeCalibration.opened(file)], scorer: MadeCalibration.scorer)
    }

    @Test("for any images, calibrations and context, before and after: 20,000 studies")
    func same() throws {
        var random = SplitMix64(seed: 7)
        var changed = 0
        for _ in 0..<20_000 {
            let images = (0..<Int.random(in: 1...3, using: &random)).map { image($0, &random) }
            let (before, after) = (fusion(&random), fusion(&random))
            let calibrations = try calibrations(&random)
            let traits =
                [
                    ["site": "north", "view": "frontal"], ["site": "south", "view": "frontal"],
                    ["site": "south", "view": "lateral"], ["site": "east"],
                ].randomElement(using: &random) ?? [:]
            func decide(_ context: ContextFusion?) -> TriageAssessment {
                Self.policy.assess(
                    images, ordered: .asap, isValidated: true,
                    by: calibrations.map {
                        CalibratedStudy($0, traits: traits, at: MadeCalibration.made)
                    }, with: context)
            }
            let finding = try record(decide(before))
            let anew = Self.policy.assess(
                finding.scores, ordered: .asap, isValidated: true,
                by: calibrations.map {
                    CalibratedStudy($0, as: finding.findings, at: MadeCalibration.made)
                }, with: after)
            let wanted = decide(after)
            let revised = finding.revised(
                by: anew,
                Finding.Context(
                    state: .nothingKnown, weights: Finding.Input(digest: Digest(of: [9])),
                    observations: []),
                at: MadeCalibration.made, previous: Digest(of: [8]),
                origin: RecordPosition(topic: "in", partition: 0, offset: 3))
            let fresh = try record(wanted)
            #expect(revised.findings == fresh.findings)
            #expect(revised.priority == fresh.priority && revised.urgency == fresh.urgency)
            #expect(revised.reasons == fresh.reasons)
            #expect(revised.priority.effective <= .asap)
            let isChange = finding.change(to: anew) != nil
            #expect(
                isChange
                    == (finding.findings.map(\.answer) != fresh.findings.map(\.answer)
                        || finding.priority.ai != fresh.priority.ai))
            if isChange { changed += 1 }
        }
        #expect(changed > 2000, "\(changed)")
    }

    @Test("a change is raised, taken back, or of answers alone")
    func changes() throws {
        func said(_ scores: [Float]) -> TriageAssessment {
            Self.policy.assess(
                [
                    ImageScores(
                        instance: 0, frame: 0,
                        findings: zip(Self.codes, scores).map {
                            FindingScore(
                                code: $0, label: $0, probability: $1, logitDifference: 0)
                        })
                ], ordered: .routine, isValidated: true)
        }
        let low = try record(said([0.1, 0.1, 0.1, 0.1]))
        #expect(low.change(to: said([0.2, 0.1, 0.1, 0.1])) == nil)
        #expect(low.change(to: said([0.1, 0.1, 0.6, 0.1])) == .raised)
        #expect(
            try record(said([0.1, 0.1, 0.6, 0.1])).change(to: said([0.1, 0, 0, 0])) == .takenBack)
        #expect(low.change(to: said([0.1, 0.1, 0.1, 0.6])) == .answers)
        // Nothing was said at all, and now it is.
        #expect(
            try record(said([.nan, .nan, .nan, .nan])).change(to: said([0, 0, 0, 0])) == .raised)
    }
}
