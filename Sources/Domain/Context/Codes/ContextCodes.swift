package import VigilCore

/// Which codes name which item. What is not here is counted as unknown.
///
/// Sources: LOINC 2.77 (loinc.org) for measurements, of each item the codes of the same analyte and
/// a scale that a unit converts; SNOMED CT's international edition and ICD-10 for conditions and
/// reasons. Troponin I and T are two items, since neither converts into the other.
package enum ContextCodes {
    /// Whether anything of these codes' kind is ever used, so that others need not be written down.
    package static func isUsed(_ codings: [ContextStatement.Coding]) -> Bool {
        meaning(codings) != nil
    }

    /// What a code stands for.
    struct Meaning: Sendable {
        let item: ContextItem
        /// What a value under this code is multiplied by, beside its unit.
        var factor = 1.0
    }

    private static let loinc: [String: Meaning] = {
        var out: [String: Meaning] = [:]
        let codes: [(ContextItem, [String])] = [
            (.heartRate, ["8867-4"]), (.systolic, ["8480-6"]), (.respiratoryRate, ["9279-1"]),
            (.temperature, ["8310-5", "8331-1", "8332-5"]), (.saturation, ["59408-5", "2708-6"]),
            (.lactate, ["2524-7", "32693-4", "59032-3"]), (.leukocytes, ["6690-2", "26464-8"]),
            (.reactiveProtein, ["1988-5", "30522-7"]), (.procalcitonin, ["33959-8", "75241-0"]),
            (.dimer, ["48065-7", "48067-3"]), (.troponinT, ["67151-1", "6598-7"]),
            (.troponinI, ["89579-7", "10839-9"]), (.natriuretic, ["33762-6"]),
            (.haemoglobin, ["718-7"]),
        ]
        for (item, names) in codes {
            for name in names { out[name] = Meaning(item: item) }
        }
        // In D-dimer units, two of which in fibrinogen equivalents are one by mass.
        out["48066-5"] = Meaning(item: .dimer, factor: 2)
        return out
    }()

    private static let snomed: [String: ContextItem] = [
        "29857009": .chestPain, "267036007": .dyspnoea, "386661006": .fever, "49727002": .cough,
        "262525000": .chestInjury, "84114007": .heartFailure, "13645005": .obstructiveDisease,
    ]

    /// Categories of ICD-10 whose subcategories all mean the same here.
    private static let icd: [(prefix: String, item: ContextItem)] = [
        ("R07.1", .chestPain), ("R07.2", .chestPain), ("R07.3", .chestPain),
        ("R07.4", .chestPain), ("R07.8", .chestPain), ("R07.9", .chestPain),
        ("R06.0", .dyspnoea), ("R50", .fever), ("R05", .cough), ("S2", .chestInjury),
        ("I50", .heartFailure), ("J44", .obstructiveDisease),
    ]

    /// The meaning of the first code that is known; nil where none is.
    static func meaning(_ codings: [ContextStatement.Coding]) -> Meaning? {
        codings.lazy.compactMap { meaning($0) }.first
    }

    private static func meaning(_ coding: ContextStatement.Coding) -> Meaning? {
        switch coding.system {
        case "http://loinc.org": return loinc[coding.code]
        case "http://snomed.info/sct": return snomed[coding.code].map { Meaning(item: $0) }
        case "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm":
            return icd.first { coding.code.hasPrefix($0.prefix) }.map { Meaning(item: $0.item) }
        default: return nil
        }
    }
}
