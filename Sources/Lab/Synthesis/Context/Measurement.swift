/// One vital sign or laboratory value.
package struct Measurement: Sendable, Hashable {
    /// What is measured, with its LOINC code and UCUM unit.
    package enum Kind: String, Sendable, CaseIterable {
        case heartRate = "heart_rate"
        case systolic
        case respiratoryRate = "respiratory_rate"
        case temperature
        case saturation = "spo2"
        case lactate
        case leukocytes = "wbc"
        case reactiveProtein = "crp"
        case dimer = "d_dimer"
        case troponin
        case natriuretic = "nt_probnp"
        case haemoglobin

        /// LOINC's code.
        package var loinc: String {
            switch self {
            case .heartRate: "8867-4"
            case .systolic: "8480-6"
            case .respiratoryRate: "9279-1"
            case .temperature: "8310-5"
            case .saturation: "59408-5"
            case .lactate: "2524-7"
            case .leukocytes: "6690-2"
            case .reactiveProtein: "1988-5"
            case .dimer: "48067-3"
            case .troponin: "67151-1"
            case .natriuretic: "33762-6"
            case .haemoglobin: "718-7"
            }
        }

        /// UCUM's unit.
        package var unit: String {
            switch self {
            case .heartRate, .respiratoryRate: "/min"
            case .systolic: "mm[Hg]"
            case .temperature: "Cel"
            case .saturation: "%"
            case .lactate: "mmol/L"
            case .leukocytes: "10*3/uL"
            case .reactiveProtein: "mg/L"
            case .dimer: "mg/L"
            case .troponin: "ng/L"
            case .natriuretic: "pg/mL"
            case .haemoglobin: "g/dL"
            }
        }

        /// Median and spread in somebody without findings, the bounds, decimals, and whether the
        /// logarithm is what is normal.
        fileprivate var model: Model {
            switch self {
            case .heartRate: Model(78, 11, 38...190, 0)
            case .systolic: Model(128, 14, 60...230, 0)
            case .respiratoryRate: Model(15, 2, 8...48, 0)
            case .temperature: Model(36.8, 0.3, 34...41.5, 1)
            case .saturation: Model(97.5, 1.1, 62...100, 0)
            case .lactate: Model(1.1, 0.3, 0.4...18, 1, isSkewed: true)
            case .leukocytes: Model(7.4, 0.25, 1.5...45, 1, isSkewed: true)
            case .reactiveProtein: Model(4, 0.7, 0.5...480, 0, isSkewed: true)
            case .dimer: Model(0.35, 0.5, 0.1...25, 2, isSkewed: true)
            case .troponin: Model(6, 0.5, 2...9000, 0, isSkewed: true)
            case .natriuretic: Model(110, 0.6, 10...35_000, 0, isSkewed: true)
            case .haemoglobin: Model(13.8, 1.2, 4...19, 1)
            }
        }
    }

    fileprivate struct Model {
        let median: Double
        let spread: Double
        let bounds: ClosedRange<Double>
        let decimals: Int
        let isSkewed: Bool

        init(
            _ median: Double, _ spread: Double, _ bounds: ClosedRange<Double>, _ decimals: Int,
            isSkewed: Bool = false
        ) {
            self.median = median
            self.spread = spread
            self.bounds = bounds
            self.decimals = decimals
            self.isSkewed = isSkewed
        }
    }

    /// What was measured, and how much in the kind's unit.
    package let kind: Kind
    package let value: Double

    /// Everything measured in a patient with these findings: each finding moves what it moves in
    /// people, by its severity.
    static func all(
        findings: [Finding], age: Int, random: inout StudyRandom
    ) -> [Measurement] {
        Kind.allCases.map { kind in
            let model = kind.model
            var shift = findings.reduce(0) { $0 + effect(of: $1, on: kind) }
            if age > 70, kind == .natriuretic || kind == .dimer { shift += 0.5 }
            let deviate = random.normal(0, 1)
            let raw =
                model.isSkewed
                ? model.median * SeededMath.exp(model.spread * deviate + shift)
                : model.median + model.spread * deviate + shift
            let bounded = min(max(raw, model.bounds.lowerBound), model.bounds.upperBound)
            let scale = SeededMath.pow(10, Double(model.decimals)).rounded()
            return Measurement(kind: kind, value: (bounded * scale).rounded() / scale)
        }
    }

    /// What a finding adds: in the unit, or to the logarithm where that is what is normal.
    private static func effect(of finding: Finding, on kind: Kind) -> Double {
        let s = 0.4 + 0.6 * finding.severity
        let effects: [Kind: Double]
        switch finding.kind {
        case .pneumothorax where finding.isTension:
            effects = [
                .heartRate: 48, .systolic: -46, .respiratoryRate: 18, .saturation: -16,
                .lactate: 1.3, .troponin: 0.7,
            ]
        case .pneumothorax:
            effects = [.heartRate: 18, .respiratoryRate: 8, .saturation: -5.5, .lactate: 0.15]
        case .effusion:
            effects = [
                .heartRate: 8, .respiratoryRate: 6, .saturation: -4, .reactiveProtein: 0.9,
                .dimer: 0.8,
            ]
        case .consolidation:
            effects = [
                .heartRate: 20, .temperature: 1.7, .respiratoryRate: 9, .saturation: -6.5,
                .leukocytes: 0.75, .reactiveProtein: 3.3, .lactate: 0.5, .dimer: 0.8,
            ]
        case .oedema:
            effects = [
                .heartRate: 20, .respiratoryRate: 11, .saturation: -9, .natriuretic: 3.6,
                .troponin: 1.3, .lactate: 0.5, .systolic: 14,
            ]
        case .cardiomegaly: effects = [.natriuretic: 1.9, .troponin: 0.5, .systolic: 8]
        case .mass:
            effects = [.haemoglobin: -1.8, .dimer: 0.9, .reactiveProtein: 1.2, .saturation: -1.5]
        case .nodule: effects = [:]
        case .atelectasis:
            effects = [.temperature: 0.4, .saturation: -3.2, .reactiveProtein: 1.2]
        case .ribFracture:
            effects = [
                .heartRate: 12, .respiratoryRate: 4, .dimer: 1.4, .haemoglobin: -0.9,
                .leukocytes: 0.25, .lactate: 0.25,
            ]
        case .freeAir:
            effects = [
                .heartRate: 30, .systolic: -20, .temperature: 1.1, .leukocytes: 0.8,
                .reactiveProtein: 3.1, .lactate: 1.3,
            ]
        case .misplacedTube: effects = [.saturation: -6, .heartRate: 15, .lactate: 0.3]
        case .haemorrhage: effects = [.systolic: 38, .heartRate: -8, .dimer: 0.7, .lactate: 0.3]
        }
        return (effects[kind] ?? 0) * s
    }
}
