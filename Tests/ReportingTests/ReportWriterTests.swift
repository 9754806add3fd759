import ReportKit
import Testing
import Triage
import VigilCore

@testable import Reporting

/// What drafts say of records.
struct ReportWriterTests {
    private func texts(
        _ results: [Finding.Result]?, language: String = "en", isLegacy: Bool = false,
        places: [String: ReportFacts.Location] = [:]
    ) throws -> [String] {
        let writer = ReportWriter(try MadeFinding.templates(language))
        let finding = MadeFinding.finding(results, isLegacy: isLegacy)
        return try writer.draft(of: finding, record: MadeFinding.digest, locations: places).all
            .map(\.text.text)
    }

    private func findings(_ results: [Finding.Result], isLegacy: Bool = false) throws -> [String] {
        let writer = ReportWriter(try MadeFinding.templates("en"))
        let finding = MadeFinding.finding(results, isLegacy: isLegacy)
        return try writer.draft(of: finding, record: MadeFinding.digest).body?.findings
            .flatMap(\.sentences).map(\.text.text) ?? []
    }

    @Test("a finding of 0.6 is possible, and at no probability does a finding just exist")
    func scale() throws {
        let words: [(Double, String)] = [
            (0, "Low suspicion of"), (0.19, "Low suspicion of"), (0.2, "Possible"),
            (0.6, "Possible"), (0.69, "Possible"), (0.7, "Probable"), (0.89, "Probable"),
            (0.9, "Very probable"), (1, "Very probable"),
        ]
        for (probability, word) in words {
            let result = MadeFinding.result("pneumothorax", .flagged, calibrated: probability)
            #expect(try findings([result]) == ["\(word) pneumothorax."])
        }
        #expect(ProbabilityWord(of: .nan) == nil && ProbabilityWord(of: 1.01) == nil)
    }

    @Test("a score that no calibration makes a probability of gets no word of the scale")
    func uncalibrated() throws {
        let plain = "Flagged without a calibration: pneumothorax."
        #expect(try findings([MadeFinding.result("pneumothorax", .flagged)]) == [plain])
        let result = MadeFinding.result("pneumothorax", .flagged, calibrated: 0.6)
        #expect(try findings([result], isLegacy: true) == [plain])
    }

    @Test("a finding is said to be absent under a guarantee of missed studies alone")
    func absence() throws {
        func said(
            _ promise: Finding.Guarantee.Risk?, isLegacy: Bool = false
        ) throws -> [String] {
            let result = MadeFinding.result(
                "edema", .notFlagged, calibrated: 0.01, promise: promise)
            return try findings([result], isLegacy: isLegacy)
        }
        #expect(try said(.falseNegatives) == ["No pulmonary oedema."])
        let open = ["Not flagged, but not excluded: pulmonary oedema."]
        #expect(try said(nil) == open)
        #expect(try said(.falsePositives) == open)
        #expect(try said(.falseNegatives, isLegacy: true) == open)
    }

    @Test("a finding is not said to be absent of which a narrower one is flagged")
    func narrower() throws {
        let fracture = MadeFinding.result(
            "fracture", .notFlagged, calibrated: 0.01, promise: .falseNegatives)
        let rib = MadeFinding.result("rib_fracture", .flagged, calibrated: 0.8)
        #expect(
            try findings([fracture, rib]) == [
                "Not flagged, but not excluded: fracture.", "Probable rib fracture.",
            ])
        #expect(try findings([fracture]) == ["No fracture."])
    }

    @Test("of several answers for one finding the most cautious stands")
    func several() throws {
        func absent(_ head: String?) -> Finding.Result {
            MadeFinding.result(
                "edema", .notFlagged, calibrated: 0.1, promise: .falseNegatives, head: head)
        }
        let flagged = MadeFinding.result(
            "pulmonary_edema", .flagged, calibrated: 0.75, head: "probe")
        let uncertain = MadeFinding.result("oedema", .abstained([.uncertain]))
        #expect(try findings([absent(nil), absent("h")]) == ["No pulmonary oedema."])
        #expect(try findings([absent(nil), flagged]) == ["Probable pulmonary oedema."])
        // Something is said of another finding, or there would be no draft.
        let other = MadeFinding.result("fracture", .flagged, calibrated: 0.3)
        #expect(
            try findings([absent(nil), uncertain, other]) == [
                "Uncertain: pulmonary oedema.", "Possible fracture.",
            ])
    }

    @Test("a study that nothing is said of gets one sentence that says so")
    func notDrafted() throws {
        let abstained = [
            MadeFinding.result("pneumothorax", .abstained([.outsideTrainingDomain])),
            MadeFinding.result("fracture", .abstained([.uncertain])),
        ]
        #expect(try texts(nil) == ["There is no draft, since the study was not assessed."])
        #expect(
            try texts(abstained)
                == ["There is no draft, since the model abstained from every finding."])
        #expect(
            try texts(abstained, language: "de")
                == ["Es gibt keinen Entwurf, da sich das Modell bei jedem Befund enthält."])
    }

    @Test("a draft has its parts in order, the impression the most urgent first")
    func whole() throws {
        let results = [
            MadeFinding.result("lung_nodule", .flagged, calibrated: 0.95),
            MadeFinding.result("pneumothorax", .flagged, calibrated: 0.3),
            MadeFinding.result("no_finding", .flagged, calibrated: 0.9),
            MadeFinding.result(
                "pneumonia", .notFlagged, calibrated: 0.02, promise: .falseNegatives),
            MadeFinding.result("free_air", .abstained([.viewUnknown])),
        ]
        let places = ["pneumothorax": ReportFacts.Location(side: .left, box: nil)]
        #expect(
            try texts(results, places: places) == [
                "Draft by software from 2 images; nobody has read it.",
                "The images were not compared with earlier ones.",
                "Very probable lung nodule.", "No pneumonia.",
                "Possible pneumothorax on the left.", "Not assessed: free air under the diaphragm.",
                "Possible pneumothorax on the left.", "Very probable lung nodule.",
                "Nothing is said of 1 of 4 findings.",
            ])
        #expect(
            try texts(results, language: "de", places: places) == [
                "Entwurf einer Software aus 2 Bildern; niemand hat ihn geprüft.",
                "Die Bilder wurden nicht mit früheren verglichen.",
                "Lungenrundherd sehr wahrscheinlich.", "Keine Pneumonie.",
                "Pneumothorax links möglich.", "Nicht beurteilt: freie Luft unter dem Zwerchfell.",
                "Pneumothorax links möglich.", "Lungenrundherd sehr wahrscheinlich.",
                "Zu 1 von 4 Befunden wird nichts gesagt.",
            ])
    }

    @Test("every flagged finding of 2,000 records is told, none else is, and twice the same")
    func flagged() throws {
        for language in MadeFinding.languages {
            let writer = ReportWriter(try MadeFinding.templates(language))
            var random = SplitMix64(seed: 7)
            var drafts = 0
            for _ in 0..<1000 {
                let (finding, places) = MadeFinding.random(&random)
                let truth = RecordTruth(finding: finding, places: places)
                let draft = try writer.draft(
                    of: finding, record: MadeFinding.digest, locations: places)
                let again = try writer.draft(
                    of: finding, record: MadeFinding.digest, locations: places)
                #expect(draft == again)
                let told = draft.body?.findings.flatMap(\.sentences) ?? []
                let present = told.filter { $0.polarity == .present }.flatMap(\.codes)
                let impression = draft.body?.impression.filter { $0.polarity == .present } ?? []
                let isDrafted = draft.body != nil
                drafts += isDrafted ? 1 : 0
                #expect(present.count == truth.flagged.count && Set(present) == truth.flagged)
                #expect(Set(impression.flatMap(\.codes)) == truth.flagged)
            }
            #expect(drafts > 800)
        }
    }

    @Test("nothing that a sender or a model's file wrote is in a draft")
    func privacy() throws {
        let results = [MadeFinding.result("pneumothorax", .flagged, calibrated: 0.3)]
        let writer = ReportWriter(try MadeFinding.templates("en"))
        for finding in [MadeFinding.finding(results), MadeFinding.finding(nil)] {
            let draft = try writer.draft(of: finding, record: MadeFinding.digest)
            let text = "\(draft)"
            #expect(!text.contains("Doe") && !text.contains("1.2.840.99.1"))
            #expect(text.contains(finding.pseudonym.safeText))
        }
    }

    @Test("a flagged finding without a name in the language is not passed over: there is no draft")
    func unnamed() throws {
        let writer = ReportWriter(try MadeFinding.templates("en"))
        let finding = MadeFinding.finding([MadeFinding.result("gastric_band", .flagged)])
        #expect(throws: ReportError.phraseMissing(codes: "gastric_band")) {
            try writer.draft(of: finding, record: MadeFinding.digest)
        }
        #expect(throws: ReportError.self) { try writer.check(asked: ["edema", "gastric_band"]) }
        #expect(throws: Never.self) { try writer.check(asked: ["edema", "no_finding"]) }
    }
}
