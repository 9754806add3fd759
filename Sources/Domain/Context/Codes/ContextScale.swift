internal import VigilCore

/// What an item is measured in here, between which values a living patient has it, and for how long
/// a value says something.
///
/// The bounds lie outside what is survived, so that they find a wrong unit or a slip and never an
/// ill patient. The windows are a judgement of this project: vital signs change within hours,
/// troponin within two days, inflammation within three, natriuretic peptide, D-dimer and
/// haemoglobin within a week, a reason is of its study's week, a chronic condition stays.
struct ContextScale: Sendable {
    let unit: UnitKind
    let bounds: ClosedRange<Double>
    let window: Duration

    private init(_ unit: UnitKind, _ bounds: ClosedRange<Double>, hours: Int) {
        self.unit = unit
        self.bounds = bounds
        window = .seconds(3600 * hours)
    }

    /// The scale of an item.
    static func of(_ item: ContextItem) -> ContextScale {
        switch item {
        case .heartRate: ContextScale(.perMinute, 5...350, hours: 12)
        case .systolic: ContextScale(.pressure, 20...350, hours: 12)
        case .respiratoryRate: ContextScale(.perMinute, 1...120, hours: 12)
        case .temperature: ContextScale(.temperature, 12...46, hours: 12)
        case .saturation: ContextScale(.share, 10...100, hours: 12)
        case .lactate: ContextScale(.amount(exponent: -3, molar: 90.08), 0.1...50, hours: 24)
        case .leukocytes: ContextScale(.cells, 0...1000, hours: 72)
        case .reactiveProtein: ContextScale(.mass(exponent: -3), 0...1000, hours: 72)
        case .procalcitonin: ContextScale(.mass(exponent: -6), 0...2000, hours: 72)
        case .dimer: ContextScale(.mass(exponent: -3), 0...500, hours: 168)
        case .troponinT: ContextScale(.mass(exponent: -9), 0...100_000, hours: 48)
        case .troponinI: ContextScale(.mass(exponent: -9), 0...1_000_000, hours: 48)
        case .natriuretic:
            ContextScale(.massOfMolar(exponent: -9, molar: 8457), 0...500_000, hours: 168)
        case .haemoglobin: ContextScale(.mass(exponent: 1), 0.5...30, hours: 168)
        case .chestPain, .dyspnoea, .fever, .cough, .chestInjury:
            ContextScale(.none, 1...1, hours: 168)
        case .heartFailure, .obstructiveDisease: ContextScale(.none, 1...1, hours: 87_600)
        case .priorStudy: ContextScale(.none, -LogOdds.most...LogOdds.most, hours: 17_520)
        }
    }
}
