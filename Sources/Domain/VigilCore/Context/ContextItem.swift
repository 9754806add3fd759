/// What can be known of a patient beside the image. Codes, units and bounds stand in the target
/// `Context`.
package enum ContextItem: String, Sendable, Hashable, CaseIterable, SafeToLog {
    // Vital signs
    case heartRate = "heart_rate"
    case systolic
    case respiratoryRate = "respiratory_rate"
    case temperature
    case saturation = "spo2"
    // Laboratory
    case lactate
    case leukocytes = "wbc"
    case reactiveProtein = "crp"
    case procalcitonin
    case dimer = "d_dimer"
    case troponinT = "troponin_t"
    case troponinI = "troponin_i"
    case natriuretic = "nt_probnp"
    case haemoglobin
    // Reasons and conditions
    case chestPain = "chest_pain"
    case dyspnoea
    case fever
    case cough
    case chestInjury = "chest_injury"
    case heartFailure = "heart_failure"
    case obstructiveDisease = "copd"
    /// The log-odds of the same finding in the patient's prior study.
    case priorStudy = "prior_study"

    /// The part of a fused score that it belongs to.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        case image
        case laboratory
        case vitalSigns = "vital_signs"
        case reason
        case prior
        /// What weights add to every image alike.
        case rest
    }

    /// Where its share is counted.
    package var part: Part {
        switch self {
        case .heartRate, .systolic, .respiratoryRate, .temperature, .saturation: .vitalSigns
        case .lactate, .leukocytes, .reactiveProtein, .procalcitonin, .dimer, .troponinT,
            .troponinI, .natriuretic, .haemoglobin:
            .laboratory
        case .chestPain, .dyspnoea, .fever, .cough, .chestInjury, .heartFailure,
            .obstructiveDisease:
            .reason
        case .priorStudy: .prior
        }
    }

    /// Which way medicine says that it points: 1, more of it makes a finding likelier; -1, less of
    /// it; 0, either. A weight may not point the other way.
    package var direction: Int {
        switch self {
        case .saturation: -1
        case .systolic, .haemoglobin, .chestPain, .dyspnoea, .fever, .cough, .chestInjury,
            .heartFailure, .obstructiveDisease:
            0
        case .heartRate, .respiratoryRate, .temperature, .lactate, .leukocytes,
            .reactiveProtein, .procalcitonin, .dimer, .troponinT, .troponinI, .natriuretic,
            .priorStudy:
            1
        }
    }
}
