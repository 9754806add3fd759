import Testing
import Triage
import VigilCore

/// Scores become priorities that never fall below what a person ordered.
struct TriagePolicyTests {
    private func score(_ code: String, _ probability: Float, _ logit: Float = 0) -> FindingScore {
        FindingScore(
            code: code, label: code.uppercased(), probability: probability, logitDifference: logit)
    }

    private func image(_ instance: Int, _ frame: Int, _ scores: FindingScore...) -> ImageScores {
        ImageScores(instance: instance, frame: frame, findings: scores)
    }

    private let policy: TriagePolicy

    init() throws { policy = try Self.table() }

    /// The policy of a model that is asked for every finding by every name.
    private static func table(unvalidatedMayRaise: Bool = false) throws -> TriagePolicy {
        try TriagePolicy(
            FindingTable.concepts.flatMap(\.codes).map { FindingQuestion($0, place: "a test") },
            rules: TriageRules(), deadlines: ClinicalDeadlines(),
            unvalidatedMayRaise: unvalidatedMayRaise)
    }

    @Test("a positive finding raises the priority to what its acuity asks for")
    func raises() {
        let assessment = policy.assess(
            [image(0, 0, score("pneumothorax", 0.8, 1.4), score("fracture", 0.2))],
            ordered: .routine, isValidated: true)
        #expect(assessment.ai == .stat)
        #expect(assessment.effective == .stat)
        #expect(assessment.reasons.map(\.code) == ["raised", "finding_positive"])
        #expect(assessment.findings.map(\.isPositive) == [true, false])
        #expect(assessment.findings[0].logitDifference == 1.4)
        #expect(assessment.notifyWithin == .seconds(14_400))
        #expect(
            assessment.reasons[1].text.text
                == "PNEUMOTHORAX: probability 0.80 reaches the operating point 0.50, "
                + "which asks for stat"
        )
    }

    @Test("an unvalidated model moves nothing unless that is set, and both priorities are kept")
    func unvalidated() throws {
        let images = [image(0, 0, score("pneumothorax", 0.99))]
        let kept = policy.assess(images, ordered: .asap, isValidated: false)
        #expect(kept.ai == .stat)
        #expect(kept.effective == .asap)
        #expect(kept.reasons.first == .notValidated(asks: .stat))
        let trial = try Self.table(unvalidatedMayRaise: true)
            .assess(images, ordered: .asap, isValidated: false)
        #expect(trial.effective == .stat)
    }

    @Test("the order stands where the findings ask for less")
    func orderStands() {
        let assessment = policy.assess(
            [image(0, 0, score("pneumothorax", 0.1))], ordered: .stat, isValidated: true)
        #expect(assessment.ai == .routine)
        #expect(assessment.effective == .stat)
        #expect(assessment.reasons == [.nothingPositive, .orderStands(.stat)])
    }

    @Test("the operating point itself counts as positive")
    func boundary() throws {
        let point = try #require(OperatingPoint(code: "x", threshold: 0.3, priority: .urgent))
        let policy = TriagePolicy(version: "1", operatingPoints: [point])
        for (probability, expected): (Float, Bool) in [
            (0.3, true), (Float(0.3).nextDown, false), (Float(0.3).nextUp, true),
        ] {
            let assessment = policy.assess(
                [image(0, 0, score("x", probability))], ordered: .routine, isValidated: true)
            #expect(assessment.findings[0].isPositive == expected)
            #expect((assessment.effective == .urgent) == expected)
        }
        for threshold: Float in [0, 1, -1, .nan, .infinity] {
            #expect(OperatingPoint(code: "x", threshold: threshold, priority: .stat) == nil)
        }
    }

    @Test("of several images the greatest probability counts, of equal ones the first")
    func aggregation() {
        let assessment = policy.assess(
            [
                image(2, 0, score("edema", 0.7)), image(1, 4, score("edema", 0.7)),
                image(1, 2, score("edema", 0.7)), image(0, 0, score("edema", 0.6)),
                image(3, 0, score("edema", .nan)),
            ], ordered: .routine, isValidated: true)
        #expect(assessment.findings.count == 1)
        #expect(assessment.findings[0].evidence?.instance == 1)
        #expect(assessment.findings[0].evidence?.frame == 2)
        #expect(assessment.findings[0].unusable == 1)
        #expect(assessment.reasons.last == .unusableScores(count: 1))
    }

    @Test(
        "scores that are no probabilities are flagged and move nothing",
        arguments: [Float.nan, .infinity, -.infinity, -0.001, 1.001, 3e38])
    func unusable(value: Float) {
        for ordered in Priority.allCases {
            let assessment = policy.assess(
                [image(0, 0, score("pneumothorax", value, value))], ordered: ordered,
                isValidated: true)
            #expect(assessment.ai == nil)
            #expect(assessment.urgency == nil)
            #expect(assessment.effective == ordered)
            #expect(assessment.findings[0].probability == nil)
            #expect(assessment.findings[0].evidence == nil)
            #expect(!assessment.findings[0].isPositive)
            #expect(assessment.reasons == [.abstains(.noUsableScore), .unusableScores(count: 1)])
        }
    }

    private func outside(_ instance: Int, _ findings: FindingScore...) -> ImageScores {
        ImageScores(instance: instance, frame: 0, findings: findings, isOutsideDomain: true)
    }

    @Test("the model abstains from images outside its training domain, whatever their scores")
    func outsideDomain() {
        for ordered in Priority.allCases {
            let assessment = policy.assess(
                [outside(0, score("pneumothorax", 0.99)), outside(1, score("pneumothorax", 0.4))],
                ordered: ordered, isValidated: true)
            #expect(assessment.ai == nil && assessment.urgency == nil)
            #expect(assessment.effective == ordered)
            #expect(assessment.findings[0].abstentions == [.outsideTrainingDomain])
            #expect(assessment.findings[0].probability == 0.99)
            #expect(!assessment.findings[0].isPositive)
            #expect(assessment.reasons == [.abstains(.outsideTrainingDomain)])
        }
    }

    @Test("an image within the domain answers for its study, before greater scores of one outside")
    func mixedDomain() {
        let inside = image(1, 0, score("pneumothorax", 0.2), score("edema", 0.9))
        let other = outside(0, score("pneumothorax", 0.99), score("edema", 0.95))
        for images in [[inside, other], [other, inside]] {
            let assessment = policy.assess(images, ordered: .routine, isValidated: true)
            #expect(assessment.findings.allSatisfy { $0.abstentions.isEmpty })
            let probabilities = Dictionary(
                uniqueKeysWithValues: assessment.findings.map { ($0.code, $0.probability) })
            #expect(probabilities == ["pneumothorax": 0.2, "edema": 0.9])
            #expect(assessment.findings.allSatisfy { $0.evidence?.instance == 1 })
            #expect(assessment.effective == .urgent)
        }
    }

    @Test(
        "what a gate refuses is abstained from with its reason, which goes before the domain's",
        arguments: [
            Finding.Abstention.viewNotFrontal, .invertedPolarity, .rotated,
        ])
    func refused(why: Finding.Abstention) {
        for isOutside in [false, true] {
            let refused = ImageScores(
                instance: 0, frame: 0, findings: [score("pneumothorax", 0.99)],
                isOutsideDomain: isOutside, refusal: why)
            let alone = policy.assess([refused], ordered: .asap, isValidated: true)
            #expect(alone.ai == nil && alone.effective == .asap && alone.urgency == nil)
            #expect(alone.findings[0].abstentions == [why] && !alone.findings[0].isPositive)
            #expect(alone.reasons == [.abstains(why)])
            let inside = image(1, 0, score("pneumothorax", 0.2))
            for images in [[refused, inside], [inside, refused]] {
                let both = policy.assess(images, ordered: .asap, isValidated: true)
                #expect(both.findings[0].abstentions == [])
                #expect(both.findings[0].probability == 0.2)
            }
        }
    }

    @Test("no images and no findings leave the order as it is")
    func empty() {
        for images in [[], [image(0, 0)]] {
            let assessment = policy.assess(images, ordered: .urgent, isValidated: true)
            #expect(assessment.effective == .urgent)
            #expect(assessment.findings.isEmpty)
            #expect(assessment.reasons == [.abstains(.noUsableScore)])
        }
    }

    @Test("a finding that the table does not name is reported and raises nothing")
    func unknown() {
        let assessment = policy.assess(
            [image(0, 0, score("new", 0.9), score("", 0.9))], ordered: .asap, isValidated: true)
        #expect(assessment.findings.map(\.isPositive) == [true, true])
        #expect(assessment.effective == .asap)
        #expect(assessment.ai == .routine)
    }

    @Test("never lowers, grows with every probability, does not depend on the order of images")
    func properties() {
        var random = SplitMix64(seed: 0x5452)
        let codes = FindingTable.concepts.map(\.code) + ["unnamed"]
        let odd: [Float] = [.nan, .infinity, -.infinity, -1, 2, 0, 1, 0.5, -0.0]
        func probability() -> Float {
            Int.random(in: 0..<6, using: &random) == 0
                ? odd.randomElement(using: &random) ?? 0
                : Float.random(in: 0...1, using: &random)
        }
        for _ in 0..<3000 {
            let used = codes.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random))
            var images = (0..<Int.random(in: 1...4, using: &random)).map { index in
                ImageScores(
                    instance: index, frame: 0, findings: used.map { score($0, probability()) },
                    isOutsideDomain: Int.random(in: 0..<4, using: &random) == 0,
                    refusal: [nil, nil, nil, .rotated].randomElement(using: &random) ?? nil)
            }
            let ordered = Priority.allCases.randomElement(using: &random) ?? .routine
            let first = policy.assess(images, ordered: ordered, isValidated: true)
            #expect(first.effective <= ordered)
            #expect(first.effective == min(ordered, first.ai ?? ordered))
            #expect(first.urgency.map { (0...1).contains($0) } ?? true)
            let shuffled = policy.assess(
                images.shuffled(using: &random), ordered: ordered, isValidated: true)
            #expect(shuffled == first)
            // Raise one usable probability.
            let which = Int.random(in: 0..<images.count, using: &random)
            var findings = images[which].findings
            let place = Int.random(in: 0..<findings.count, using: &random)
            guard findings[place].isUsable else { continue }
            findings[place] = score(
                findings[place].code,
                Float.random(in: findings[place].probability...1, using: &random))
            images[which] = ImageScores(
                instance: which, frame: 0, findings: findings,
                isOutsideDomain: images[which].isOutsideDomain, refusal: images[which].refusal)
            let raised = policy.assess(images, ordered: ordered, isValidated: true)
            #expect(raised.effective <= first.effective)
            #expect((raised.urgency ?? 0) >= (first.urgency ?? 0))
        }
    }

    @Test("deadlines follow the priority, and more urgency never gets more time")
    func deadlines() {
        let standard = ClinicalDeadlines()
        #expect(Priority.allCases.map { standard[$0].seconds } == [60, 600, 1800, 14_400])
        let wrong = ClinicalDeadlines(
            stat: .seconds(-5), urgent: .seconds(100), asap: .seconds(10), routine: .zero)
        #expect(Priority.allCases.map { wrong[$0].seconds } == [0, 100, 100, 100])
    }

    @Test("the digest changes with every rule and with nothing else")
    func digest() throws {
        let (a, b) = (
            try #require(OperatingPoint(code: "a", threshold: 0.5, priority: .stat)),
            try #require(OperatingPoint(code: "b", threshold: 0.5, priority: .stat))
        )
        func policy(
            _ points: OperatingPoint..., deadlines: ClinicalDeadlines = ClinicalDeadlines(),
            mayRaise: Bool = false
        ) -> TriagePolicy {
            TriagePolicy(
                version: "1", operatingPoints: points, deadlines: deadlines,
                unvalidatedMayRaise: mayRaise)
        }
        let base = policy(a, b)
        #expect(base.digest == policy(b, a).digest)
        let other = try #require(OperatingPoint(code: "a", threshold: 0.4, priority: .stat))
        let urgent = try #require(OperatingPoint(code: "a", threshold: 0.5, priority: .urgent))
        let changed = [
            base, TriagePolicy(version: "x", operatingPoints: [a, b]), policy(a),
            policy(other, b), policy(urgent, b),
            policy(a, b, deadlines: ClinicalDeadlines(stat: .seconds(30))),
            policy(a, b, mayRaise: true),
        ]
        #expect(Set(changed.map(\.digest)).count == changed.count)
    }
}
