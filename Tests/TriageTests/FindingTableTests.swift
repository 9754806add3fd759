import Conversion
import FoundationModel
import Foundation
import Synthesis
import Testing
import Triage
import VigilCore

/// One row a finding, whatever a model calls it.
struct FindingTableTests {
    @Test("no name stands in two rows, and every code is one")
    func names() {
        var rows: [String: String] = [:]
        for concept in FindingTable.concepts {
            for code in concept.codes {
                #expect(FindingCode.isCode(code), "\(code)")
                #expect(rows[code] == nil, "\(code) is \(rows[code] ?? "") and \(concept.code)")
                rows[code] = concept.code
                #expect(FindingTable.concept(of: code) == concept)
            }
            #expect(!concept.name.isEmpty && !concept.reason.text.isEmpty)
            #expect(concept.threshold > 0 && concept.threshold < 1)
        }
        #expect(FindingTable.concept(of: "unicorn") == nil)
    }

    @Test("codes of RadLex have its form, those of SNOMED CT their check digit")
    func standardCodes() {
        let radLex = FindingTable.concepts.compactMap(\.radLex)
        let snomed = FindingTable.concepts.compactMap(\.snomed)
        #expect(radLex.count >= 12 && snomed.count >= 14)
        #expect(Set(radLex).count == radLex.count && Set(snomed).count == snomed.count)
        for id in radLex {
            #expect(id.hasPrefix("RID") && Int(id.dropFirst(3)) != nil, "\(id)")
        }
        for code in snomed { #expect(Verhoeff.isValid(code), "\(code)") }
        #expect(!Verhoeff.isValid("36118009") && !Verhoeff.isValid("63118008"))
    }

    @Test("every label of every family has a row, and none is routine by default alone")
    func families() throws {
        let prompts = try Self.prompts("vigil-mini/prompts.json")
        let asked: [(ModelVocabulary, [String])] = [
            (.torchXRayVision, TorchXRayVision.labels),
            (.cheXpert, PromptSet.cheXzero.findings.map(\.label)),
            (.vigil, PromptSet.chestXRay.findings.map(\.code)),
            (.vigil, prompts.findings.map(\.code)),
            (.vigil, FindingKind.allCases.map(\.rawValue)),
        ]
        for (vocabulary, labels) in asked {
            #expect(labels.count >= 10)
            for label in labels {
                let concept = FindingTable.concept(of: FindingCode.of(label: label))
                let isNamed =
                    concept.map {
                        $0.code == label || $0.names[vocabulary]?.contains(label) == true
                    } ?? false
                #expect(isNamed, "\(vocabulary.rawValue): \(label)")
            }
        }
        func priority(_ code: String) -> Priority? { FindingTable.concept(of: code)?.priority }
        #expect(priority("edema") == .urgent)
        #expect(priority("pneumonia") == .urgent)
        #expect(priority("fracture") == .urgent)
        #expect(priority("effusion") == .urgent)
    }

    @Test("files of prompts hold words alone")
    func words() throws {
        for name in ["vigil-mini/prompts.json", "prompts/chexzero.json", "prompts/chest-xray.json"]
        {
            let text = try String(contentsOf: Self.file(name), encoding: .utf8)
            for word in ["acuity", "priority", "threshold", "stat\"", "urgent", "asap"] {
                #expect(!text.contains(word), "\(name) holds \(word)")
            }
        }
    }

    @Test("no other source gives findings priorities or thresholds")
    func onlyPlace() throws {
        let root = Self.root.appendingPathComponent("Sources")
        let paths = FileManager.default.enumerator(atPath: root.path)?.allObjects ?? []
        let sources = paths.compactMap { $0 as? String }.filter {
            $0.hasSuffix(".swift") && !$0.hasPrefix("Domain/Triage/")
        }
        #expect(sources.count > 300)
        let codes = FindingTable.concepts.flatMap(\.codes)
        for path in sources {
            let text = try String(
                contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            #expect(!text.contains("OperatingPoint("), "\(path) makes an operating point")
            for line in text.split(separator: "\n") {
                let hasPriority = [".stat,", ".urgent,", ".asap,"].contains { line.contains($0) }
                let finding = codes.first { line.contains("\"\($0)\"") }
                #expect(!hasPriority || finding == nil, "\(path): \(line)")
            }
        }
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func file(_ name: String) -> URL {
        root.appendingPathComponent("Deploy/models/" + name)
    }

    private static func prompts(_ name: String) throws -> PromptSet {
        try PromptSet(json: [UInt8](Data(contentsOf: file(name))), file: "prompts.json")
    }
}

/// The check digit of SNOMED CT's identifiers (Verhoeff 1969).
enum Verhoeff {
    private static let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

    static func isValid(_ text: String) -> Bool {
        var check = 0
        for (place, character) in text.reversed().enumerated() {
            guard var digit = character.wholeNumberValue else { return false }
            for _ in 0..<place % 8 { digit = permutation[digit] }
            check = product(check, digit)
        }
        return check == 0 && text.count >= 6
    }

    /// Of the symmetries of a pentagon: 0 to 4 turn it, 5 to 9 mirror it.
    private static func product(_ left: Int, _ right: Int) -> Int {
        switch (left < 5, right < 5) {
        case (true, true): (left + right) % 5
        case (true, false): (left + right - 5) % 5 + 5
        case (false, true): (left - 5 - right + 5) % 5 + 5
        case (false, false): (left - right + 5) % 5
        }
    }
}
