import ReportKit
import Testing
import VigilCore

@testable import Reporting

/// What passes the gate, whoever offers it.
struct ReportGateTests {
    /// 50,000 in each of both languages.
    @Test(
        "of 100,000 sentences of a liar none passes that the record does not say, and ours all do",
        arguments: MadeFinding.languages)
    func adversary(language: String) throws {
        let templates = try MadeFinding.templates(language)
        var adversary = Adversary(templates, seed: 20)
        var (offers, own, passed, unsupported) = (0, 0, 0, [String]())
        var refusals: [SentenceRefusal: Int] = [:]
        while offers < 50_000 {
            let (finding, places) = MadeFinding.random(&adversary.random)
            let (another, elsewhere) = MadeFinding.random(&adversary.random)
            let truth = RecordTruth(finding: finding, places: places)
            let gate = ReportGate(templates, ReportFacts(finding, locations: places))
            let mine = try sentences(templates, finding, places)
            let theirs = try sentences(templates, another, elsewhere)
            for _ in 0..<50 {
                let offer = adversary.offer(mine, theirs)
                offers += 1
                own += offer.isOwn ? 1 : 0
                do throws(SentenceRefusal) {
                    let sentence = try gate.check(offer.sentence)
                    passed += 1
                    let isTrue = offer.claim.map { truth.says($0) } ?? false
                    if offer.isForged || !isTrue || sentence.text.text != offer.sentence.text {
                        unsupported.append(offer.sentence.text)
                    }
                } catch {
                    refusals[error, default: 0] += 1
                    #expect(!offer.isOwn, "dropped as \(error): \(offer.sentence.text)")
                }
            }
        }
        #expect(unsupported.isEmpty, "\(unsupported.prefix(5))")
        #expect(own > 4000 && passed >= own, "\(own) of our own, \(passed) passed")
        let kinds: [SentenceRefusal] = [
            .unreadable, .readsOtherwise, .unsupported, .withoutEvidence, .withoutFinding,
            .withoutPolarity, .wrongSources, .wrongSide,
        ]
        for kind in kinds { #expect(refusals[kind, default: 0] > 0, "\(kind)") }
        print("\(language): \(offers) offered, \(own) of our own, \(passed) passed, \(refusals)")
    }

    private func sentences(
        _ templates: ReportTemplates, _ finding: Finding, _ places: [String: ReportFacts.Location]
    ) throws -> [OfferedSentence] {
        try ReportWriter(templates).draft(
            of: finding, record: MadeFinding.digest, locations: places
        ).all.map { sentence in
            OfferedSentence(
                text: sentence.text.text, codes: sentence.codes, polarity: sentence.polarity,
                side: sentence.side, box: sentence.box, sources: sentence.sources.map(\.text))
        }
    }

    /// A record of a pneumothorax on the right, of an effusion that is not there, and of a fracture
    /// that was not assessed.
    private let finding = MadeFinding.finding([
        MadeFinding.result("pneumothorax", .flagged, calibrated: 0.6),
        MadeFinding.result(
            "pleural_effusion", .notFlagged, calibrated: 0.01, promise: .falseNegatives),
        MadeFinding.result("fracture", .abstained([.tooFewPositives])),
    ])

    private func gate() throws -> ReportGate {
        let place = ReportFacts.Location(side: .right, box: MadeFinding.box())
        return ReportGate(
            try MadeFinding.templates("en"),
            ReportFacts(finding, locations: ["pneumothorax": place]))
    }

    private let honest = OfferedSentence(
        text: "Possible pneumothorax on the right.", codes: ["pneumothorax"], polarity: .present,
        side: .right, sources: ["findings[pneumothorax].answer"])

    @Test("a sentence is dropped for the first rule that it breaks, and the reason tells which")
    func reasons() throws {
        let gate = try gate()
        let cases: [(SentenceRefusal, (inout OfferedSentence) -> Void)] = [
            (.outOfBounds, { $0.text = "" }),
            (.outOfBounds, { $0.text = String(repeating: "x", count: 1025) }),
            (.outOfBounds, { $0.sources = Array(repeating: "decision", count: 65) }),
            (.withoutFinding, { $0.codes = [] }),
            (.withoutPolarity, { $0.polarity = nil }),
            (.withoutEvidence, { $0.sources = [] }),
            (.unreadable, { $0.text = "Pneumothorax on the right." }),
            (.readsOtherwise, { $0.polarity = .absent }),
            (.readsOtherwise, { $0.side = .left }),
            (.unsupported, { $0.text = "Probable pneumothorax on the right." }),
            (
                .wrongSide,
                {
                    $0.text = "Possible pneumothorax on the left."
                    $0.side = .left
                }
            ),
            (.wrongSources, { $0.sources = ["findings[fracture].answer"] }),
            (.wrongBox, { $0.box = MadeFinding.box(column: 11) }),
        ]
        for (reason, change) in cases {
            var offered = honest
            change(&offered)
            #expect(throws: reason) { try gate.check(offered) }
        }
        #expect(throws: Never.self) { try gate.check(honest) }
    }

    @Test(
        "where no field of a finding holds a side, no sentence with a side passes",
        arguments: MadeFinding.languages)
    func noSides(language: String) throws {
        let templates = try MadeFinding.templates(language)
        var random = SplitMix64(seed: 5)
        var (tried, passed) = (0, 0)
        for _ in 0..<40 {
            let (finding, places) = MadeFinding.random(&random)
            // Boxes tell of no side either.
            let boxes = places.mapValues { ReportFacts.Location(side: nil, box: $0.box) }
            for locations in [[:], boxes] {
                let facts = ReportFacts(finding, locations: locations)
                let gate = ReportGate(templates, facts)
                for fact in facts.findings where fact.claim.statement.polarity == .present {
                    for side in ReportSide.allCases {
                        let claim = FindingClaim(
                            code: fact.claim.code, statement: fact.claim.statement, side: side)
                        let text = templates.text(of: .finding(claim))?.text ?? ""
                        for said in [side, nil] {
                            let offered = OfferedSentence(
                                text: text, codes: [claim.code], polarity: .present, side: said,
                                box: fact.box, sources: fact.sources.map(\.safeText))
                            tried += 1
                            if (try? gate.check(offered)) != nil { passed += 1 }
                        }
                    }
                }
                let draft = try ReportWriter(templates).draft(
                    of: finding, record: MadeFinding.digest, locations: locations)
                #expect(draft.all.allSatisfy { $0.side == nil })
            }
        }
        #expect(tried > 500 && passed == 0, "\(passed) of \(tried)")
    }

    @Test("a sentence that a generator says rightly goes out with what the record knows beside it")
    func passes() throws {
        var offered = honest
        offered.sources = []
        offered.box = MadeFinding.box()
        for sentence in try [gate().check(honest), gate().check(offered)] {
            #expect(sentence.text.text == honest.text)
            #expect(sentence.calibration?.probability == 0.6)
            #expect(sentence.word == .possible)
            #expect(sentence.box == MadeFinding.box())
            #expect(sentence.calibration?.digest == MadeFinding.digest)
            #expect(
                sentence.sources.map(\.text) == [
                    "findings[pneumothorax].answer",
                    "findings[pneumothorax].calibrated_probability",
                    "findings[pneumothorax].evidence",
                ])
        }
    }

    @Test("a box is none that is empty, reaches out of its image or has no share")
    func boxes() {
        func box(
            _ column: Int, _ columns: Int, matrix: Int = 100, share: Double = 1, frame: Int = 0
        ) -> EvidenceBox? {
            EvidenceBox(
                image: Finding.Evidence(instance: 0, frame: frame),
                matrix: EvidenceBox.Size(columns: matrix, rows: 100),
                corner: EvidenceBox.Size(columns: column, rows: 0),
                size: EvidenceBox.Size(columns: columns, rows: 100), share: share)
        }
        #expect(box(0, 100) != nil && box(99, 1) != nil)
        for bad in [
            box(1, 100), box(0, 0), box(-1, 5), box(100, 1), box(0, 101), box(.max, .max),
            box(.min, 1), box(0, 1, matrix: .max), box(0, 1, share: .nan), box(0, 1, frame: -1),
        ] {
            #expect(bad == nil)
        }
    }
}

extension ReportDraft {
    /// All sentences, in order.
    var all: [Sentence] {
        guard let body else { return [notice].compactMap { $0 } }
        return body.technique + body.comparison + body.findings.flatMap(\.sentences)
            + body.impression
    }
}
