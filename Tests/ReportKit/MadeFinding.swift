import Foundation
package import Reporting
import Triage
package import VigilCore

/// Finding records with answers that are chosen, and languages from Deploy/reports.
package enum MadeFinding {
    package static let languages = ["en", "de"]

    package static func templates(_ language: String) throws -> ReportTemplates {
        try ReportTemplates(file(language), file: "test.json")
    }

    /// The bytes of a language's file.
    package static func file(_ language: String) throws -> [UInt8] {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appendingPathComponent("Deploy/reports/\(language).json")
        return [UInt8](try Data(contentsOf: path))
    }

    package static let digest = Digest(of: Array("made".utf8))

    package static func result(
        _ code: String, _ answer: Finding.Answer, calibrated: Double? = nil,
        promise: Finding.Guarantee.Risk? = nil, head: String? = nil
    ) -> Finding.Result {
        let guarantee = promise.map {
            Finding.Guarantee(
                risk: $0, alpha: 0.05, delta: 0.1, count: 400, isJoint: false, abstentionRate: 0.2,
                coverageFloor: 0.5)
        }
        let isCalibrated = calibrated != nil || promise != nil
        return Finding.Result(
            code: code, label: code, probability: 0.97, logitDifference: 3, threshold: 0.5,
            answer: answer,
            calibrated: isCalibrated
                ? Finding.Calibrated(
                    digest: digest, stratum: "pooled", probability: calibrated,
                    guarantee: guarantee) : nil,
            evidence: nil, head: head)
    }

    /// - Parameter results: nil: the study was not assessed.
    package static func finding(
        _ results: [Finding.Result]?, isLegacy: Bool = false, images: Int = 2
    ) -> Finding {
        guard let study = DicomUID("1.2.840.99.1") else { preconditionFailure("no UID") }
        let pseudonym = Pseudonym(of: study, key: Array("key".utf8))
        var decision = Finding.Decision()
        decision.isUncalibrated = isLegacy
        return Finding(
            findingID: FindingIdentity.notAssessed(pseudonym), study: study, pseudonym: pseudonym,
            cause: EventIdentity(id: "ACC-4711 Doe", source: "ris/Doe^Jane"),
            priority: Finding.Priorities(
                order: Finding.Order(event: .routine), ai: nil, effective: .routine),
            urgency: nil, reasons: [.init(code: "raised", text: "Doe^Jane")], decision: decision,
            assessed: results.map { results in
                Finding.Assessed(
                    model: Finding.Model(
                        name: "m", digest: digest, family: "clip", precision: "fp32",
                        isValidated: false, trainedOn: nil, intendedUse: "Doe^Jane"),
                    preprocessing: digest, prompts: nil, output: digest, numericMode: "fast",
                    findings: results)
            },
            instances: results == nil
                ? []
                : (0..<images).map { _ in
                    Finding.Instance(
                        series: nil, sop: nil, pixels: digest, modality: "Doe^Jane", frames: 1,
                        flags: [])
                },
            run: Finding.Run())
    }

    /// A box in the first image, and the same with another corner.
    package static func box(column: Int = 10) -> EvidenceBox? {
        EvidenceBox(
            image: Finding.Evidence(instance: 0, frame: 0),
            matrix: EvidenceBox.Size(columns: 2000, rows: 2500),
            corner: EvidenceBox.Size(columns: column, rows: 20),
            size: EvidenceBox.Size(columns: 300, rows: 400), share: 1.25)
    }

    /// A record of random answers, its sides and boxes.
    package static func random(
        _ random: inout SplitMix64
    ) -> (Finding, [String: ReportFacts.Location]) {
        if random.next() % 20 == 0 { return (finding(nil), [:]) }
        var results: [Finding.Result] = []
        var places: [String: ReportFacts.Location] = [:]
        for concept in FindingTable.concepts where random.next() % 3 > 0 {
            let code = concept.codes[Int(random.next() % UInt64(concept.codes.count))]
            results.append(self.random(code, head: nil, &random))
            if random.next() % 8 == 0 { results.append(self.random(code, head: "h", &random)) }
            let side = ([nil] + ReportSide.allCases)[Int(random.next() % 4)]
            let box = random.next() % 2 == 0 ? box(column: Int(random.next() % 1000)) : nil
            places[concept.code] = ReportFacts.Location(side: side, box: box)
        }
        let images = 1 + Int(random.next() % 3)
        let isLegacy = random.next() % 8 == 0
        return (finding(results, isLegacy: isLegacy, images: images), places)
    }

    private static func random(
        _ code: String, head: String?, _ random: inout SplitMix64
    ) -> Finding.Result {
        let probability = Double(random.next() % 1001) / 1000
        let isCalibrated = random.next() % 8 > 0
        let reasons = Finding.Abstention.allCases
        switch random.next() % 5 {
        case 0, 1:
            return result(
                code, .flagged, calibrated: isCalibrated ? probability : nil,
                promise: random.next() % 2 == 0 ? .falsePositives : nil, head: head)
        case 2, 3:
            return result(
                code, .notFlagged, calibrated: probability,
                promise: isCalibrated ? .falseNegatives : nil, head: head)
        default:
            let reason = reasons[Int(random.next() % UInt64(reasons.count))]
            return result(code, .abstained([reason]), head: head)
        }
    }
}
