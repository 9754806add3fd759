import Synthesis
import Testing

/// What a few thousand made-up patients have in common.
@Suite("Synthetic clinic")
struct ClinicTests {
    private static let blueprints = (0..<4000).map {
        Blueprint(SynthesisOptions(seed: 21, content: .mixed), number: $0)
    }

    private func values(
        _ kind: Measurement.Kind, _ isTaken: (Blueprint) -> Bool
    ) -> [Double] {
        Self.blueprints.filter(isTaken).compactMap { blueprint in
            blueprint.clinic.measurements.first { $0.kind == kind }?.value
        }
    }

    /// The chance that a patient with the finding has the greater value than one without any.
    private func separation(
        _ finding: FindingKind, _ kind: Measurement.Kind, tension: Bool = false
    ) -> Double {
        let with = values(kind) { blueprint in
            blueprint.findings.contains { $0.kind == finding && (!tension || $0.isTension) }
        }
        let without = values(kind) { $0.findings.isEmpty }
        var wins = 0.0
        for value in with {
            for other in without { wins += value > other ? 1 : value == other ? 0.5 : 0 }
        }
        return wins / Double(with.count * without.count)
    }

    @Test("vital signs and laboratory values follow the findings")
    func measurements() {
        #expect(separation(.consolidation, .leukocytes) > 0.9)
        #expect(separation(.consolidation, .reactiveProtein) > 0.9)
        #expect(separation(.consolidation, .temperature) > 0.9)
        #expect(separation(.oedema, .natriuretic) > 0.95)
        #expect(separation(.oedema, .saturation) < 0.1)
        #expect(separation(.oedema, .troponin) > 0.75)
        #expect(separation(.freeAir, .lactate) > 0.9)
        #expect(separation(.ribFracture, .dimer) > 0.8)
        #expect(separation(.pneumothorax, .lactate, tension: true) > 0.9)
        #expect(separation(.pneumothorax, .systolic, tension: true) < 0.1)
        #expect(separation(.haemorrhage, .systolic) > 0.8)
        // A nodule is found by chance: nothing measured gives it away.
        #expect(abs(separation(.nodule, .leukocytes) - 0.5) < 0.1)
        #expect(abs(separation(.nodule, .lactate) - 0.5) < 0.1)
    }

    @Test("every kind of finding comes, and so do studies without any")
    func prevalence() {
        for kind in FindingKind.allCases {
            let count = Self.blueprints.filter { $0.findings.contains { $0.kind == kind } }.count
            #expect(count > 30, "\(kind): \(count)")
        }
        let normal = Self.blueprints.filter(\.findings.isEmpty).count
        #expect(Double(normal) / 4000 > 0.3 && Double(normal) / 4000 < 0.6)
        let left = Self.blueprints.flatMap(\.findings).filter { $0.side == .left }.count
        let right = Self.blueprints.flatMap(\.findings).filter { $0.side == .right }.count
        #expect(Double(left) / Double(right) > 0.6 && Double(left) / Double(right) < 1.2)
    }

    @Test("a report names what was planted and denies nothing that was")
    func reports() {
        let words: [FindingKind: [String]] = [
            .pneumothorax: ["neumothorax", "lung markings"],
            .effusion: ["effusion", "luid", "lunting"],
            .consolidation: ["onsolidation", "opaci"], .oedema: ["oedema", "haze", "opacit"],
            .cardiomegaly: ["ardiomegaly", "enlarged", "ratio"], .nodule: ["nodule", "opacity"],
            .mass: ["mass"], .atelectasis: ["atelectasis", "ollapse", "inear"],
            .ribFracture: ["racture", "cortex"], .freeAir: ["gas", "crescent", "neumoperitoneum"],
            .misplacedTube: ["tube"], .haemorrhage: ["haem", "yperdens", "blood", "Biconvex"],
        ]
        let denials: [FindingKind: [String]] = [
            .pneumothorax: ["No pneumothorax", "no pneumothorax"],
            .effusion: ["No pleural effusion"],
            .consolidation: ["No focal consolidation", "lungs are clear"],
            .cardiomegaly: ["Heart size is normal"], .freeAir: ["No free gas"],
            .haemorrhage: ["No intracranial haemorrhage", "No acute bleed"],
        ]
        for blueprint in Self.blueprints {
            for finding in blueprint.findings {
                let named = words[finding.kind]?.contains {
                    blueprint.clinic.words.findings.contains($0)
                }
                #expect(named == true, "\(finding.kind): \(blueprint.clinic.words.findings)")
                let denied = denials[finding.kind]?.contains {
                    blueprint.clinic.words.findings.contains($0)
                }
                #expect(denied != true, "\(finding.kind): \(blueprint.clinic.words.findings)")
            }
            #expect(!blueprint.clinic.words.findings.contains("{"))
        }
        let texts = Set(Self.blueprints.map(\.clinic.words.findings))
        #expect(texts.count > 2000)
    }

    @Test("hedges come with small findings more often than with large ones")
    func hedges() {
        let hedges = ["possible", "excluded", "likely", "suspicious", "correlate"]
        func share(_ severities: ClosedRange<Double>) -> Double {
            let some = Self.blueprints.filter {
                $0.findings.count == 1 && severities.contains($0.findings[0].severity)
            }
            let hedged = some.filter { one in
                hedges.contains { one.clinic.words.findings.contains($0) }
            }
            return Double(hedged.count) / Double(some.count)
        }
        #expect(share(0...0.2) > 0.4)
        #expect(share(0.6...1) < 0.15)
    }

    @Test("no gas is under the diaphragm of a lying patient")
    func freeAir() {
        let lying = Self.blueprints.filter { $0.isSupine && $0.kind == .radiograph }
        #expect(lying.allSatisfy { !$0.findings.contains { $0.kind == .freeAir } })
    }
}
