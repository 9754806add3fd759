/// A kind of unit, whose units (UCUM 2.1, ucum.org, and texts that feeds print in their place)
/// convert into one of them.
enum UnitKind: Sendable, Hashable {
    /// `/min`.
    case perMinute
    /// `mm[Hg]`.
    case pressure
    /// `Cel`.
    case temperature
    /// `%`.
    case share
    /// `10*3/uL`.
    case cells
    /// Grams a litre times ten to this.
    case mass(exponent: Int)
    /// Mol a litre times ten to this; `molar` is grams a mol (lactic acid: PubChem CID 612).
    case amount(exponent: Int, molar: Double)
    /// Grams a litre times ten to this, reported in mol as well (NT-proBNP: 8,457 g a mol).
    case massOfMolar(exponent: Int, molar: Double)
    /// Nothing to measure.
    case none

    /// A value in this kind's own unit; nil where the unit is not known.
    func converted(_ value: Double, from text: String) -> Double? {
        // What stands in braces says of what, and converts nothing but D-dimer units.
        let factor = text.contains("{DDU}") ? 2.0 : 1
        let unit = Self.plain(text)
        switch self {
        case .perMinute: return Self.perMinuteFactors[unit].map { value * $0 }
        case .pressure: return Self.pressureFactors[unit].map { value * $0 }
        case .temperature: return Self.celsius(value, unit)
        case .share: return Self.shareFactors[unit].map { value * $0 }
        case .cells: return Self.cellsFactors[unit].map { value * $0 }
        case .mass(let exponent):
            return Concentration(unit).flatMap { $0.isMass ? $0.value(value, at: exponent) : nil }
                .map { $0 * factor }
        case .amount(let exponent, let molar):
            return Concentration(unit).map {
                $0.value(value, at: exponent) / ($0.isMass ? molar : 1)
            }
        case .massOfMolar(let exponent, let molar):
            return Concentration(unit).map {
                $0.value(value, at: exponent) * ($0.isMass ? 1 : molar)
            }
        case .none: return nil
        }
    }

    private static let perMinuteFactors: [String: Double] = [
        "/min": 1, "1/min": 1, "min-1": 1, "bpm": 1, "/s": 60, "Hz": 60,
    ]
    private static let pressureFactors: [String: Double] = [
        "mm[Hg]": 1, "mmHg": 1, "kPa": 7.500_62, "cm[H2O]": 0.735_559,
    ]
    private static let shareFactors: [String: Double] = ["%": 1, "1": 100]
    private static let cellsFactors: [String: Double] = [
        "10*3/uL": 1, "10^3/uL": 1, "10*9/L": 1, "10^9/L": 1, "K/uL": 1, "G/L": 1,
        "10*6/L": 1e-3, "10^6/L": 1e-3, "/uL": 1e-3, "/mm3": 1e-3,
    ]

    private static func celsius(_ value: Double, _ unit: String) -> Double? {
        switch unit {
        case "Cel", "°C", "C": value
        case "[degF]", "°F": (value - 32) * 5 / 9
        case "K": value - 273.15
        default: nil
        }
    }

    /// Without spaces and what stands in braces, and with UCUM's one spelling of the litre.
    private static func plain(_ text: String) -> String {
        var out = ""
        var depth = 0
        for character in text where character != " " {
            if character == "{" { depth += 1 }
            if depth == 0 { out.append(character == "µ" || character == "μ" ? "u" : character) }
            if character == "}" { depth -= 1 }
        }
        if out.contains("/"), out.hasSuffix("l") { out = out.dropLast() + "L" }
        return out
    }
}

/// So much of a substance in so much of a fluid, such as `ng/mL`.
private struct Concentration {
    let isMass: Bool
    /// Grams or mol a litre times ten to this.
    private let exponent: Int

    private static let amounts: [String: (isMass: Bool, exponent: Int)] = [
        "g": (true, 0), "mg": (true, -3), "ug": (true, -6), "mcg": (true, -6), "ng": (true, -9),
        "pg": (true, -12), "mol": (false, 0), "mmol": (false, -3), "umol": (false, -6),
        "nmol": (false, -9), "pmol": (false, -12),
    ]
    private static let volumes: [String: Int] = ["L": 0, "dL": 1, "mL": 3, "uL": 6]

    init?(_ unit: String) {
        let parts = unit.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let amount = Self.amounts[parts[0]],
            let volume = Self.volumes[parts[1]]
        else { return nil }
        isMass = amount.isMass
        exponent = amount.exponent + volume
    }

    /// A value at another power of ten; whole powers are exact, so that equal units change no bit.
    func value(_ value: Double, at other: Int) -> Double {
        let steps = exponent - other
        var power = 1.0
        for _ in 0..<abs(steps) { power *= 10 }
        return steps < 0 ? value / power : value * power
    }
}
