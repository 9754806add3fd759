internal import VigilCore

/// The number of an OBX and its unit.
struct HL7Value {
    private let type: String
    private let values: [HL7Field]
    private let unit: HL7Field
    private let rules: HL7Rules

    init(_ message: HL7Message, _ segment: HL7Message.Segment, _ rules: HL7Rules) {
        type = message.field(segment, 2).text
        values = message.field(segment, 5).repetitions
        unit = message.field(segment, 6).first
        self.rules = rules
    }

    func quantity() throws(HL7PartLeft) -> ContextStatement.Quantity {
        guard type == "NM" || type == "SN" else { throw HL7PartLeft(.otherType) }
        guard values.count == 1, let value = type == "NM" ? number : structured else {
            throw HL7PartLeft(.noValue)
        }
        guard let unit = unitText else { throw HL7PartLeft(.noUnit) }
        return ContextStatement.Quantity(value: value, unit: unit)
    }

    /// Laboratories write bounds where a number stands: one counts as the bound.
    private var number: Double? {
        let text = values[0].text
        let bare = text.drop { "<>=".contains($0) }
        guard text.count - bare.count <= 2 else { return nil }
        return Self.number(String(bare))
    }

    /// Comparator, number, separator, number: one number with or without a bound, and neither a
    /// ratio nor a range.
    private var structured: Double? {
        let comparator = values[0].component(1).text
        guard ["", "<", ">", "<=", ">=", "="].contains(comparator),
            values[0].component(3).text.isEmpty, values[0].component(4).text.isEmpty
        else { return nil }
        return Self.number(values[0].component(2).text)
    }

    /// Digits with a sign and a point, and no exponent, as version 2 has numbers.
    private static func number(_ text: String) -> Double? {
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.".utf8.contains($0) }
        guard isPlain, text.utf8.count <= 32, let value = Double(text), value.isFinite else {
            return nil
        }
        return value
    }

    /// UCUM's where one of the two triplets names it, else the first code or text that there is.
    private var unitText: String? {
        let starts = unit.component(6).text == "UCUM" ? [4, 1, 2] : [1, 2, 4]
        let text = starts.lazy.map { unit.component($0).text }.first { !$0.isEmpty }
        guard let text, text.utf8.count <= 64 else { return nil }
        return rules.units[text] ?? text
    }
}
