internal import VigilCore

/// A segment that is being written. All text is escaped on its way in.
struct HL7Segment {
    private let name: String
    /// By their numbers; the first stands for number 1.
    private var fields: [String] = []

    init(_ name: String) {
        self.name = name
    }

    /// MSH, whose first field is the separator and whose second names the others.
    init(_ name: String, raw second: String) {
        self.name = name
        fields = ["", second]
    }

    mutating func set(_ number: Int, _ text: String) {
        set(number, components: [text])
    }

    mutating func set(_ number: Int, components: [String]) {
        while fields.count < number { fields.append("") }
        var parts = components.map { HL7Text.escaped($0) }
        while parts.last == "" { parts.removeLast() }
        fields[number - 1] = parts.joined(separator: "^")
    }

    /// A code with a second one beside it (CWE): the terminology's, then Vigil's own.
    mutating func set(_ number: Int, codes: [(code: String, text: String, table: String)]) {
        set(number, components: codes.prefix(2).flatMap { [$0.code, $0.text, $0.table] })
    }

    var text: String {
        let written = name == "MSH" ? Array(fields.dropFirst()) : fields
        return ([name] + written).joined(separator: "|")
    }

    /// `20261129184512.250+0000`: fractions to a tenth of a millisecond at most.
    static func time(_ time: Timestamp) -> String {
        let digits = time.description.filter(\.isNumber)
        return digits.prefix(14) + "." + digits.dropFirst(14).prefix(4) + "+0000"
    }

    /// A DICOM date and time without a zone; empty for what is none.
    static func time(date: String, time: String) -> String {
        let isDate = date.utf8.count == 8 && date.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDate else { return "" }
        let clock = time.prefix { $0 != "." }
        let isClock =
            [2, 4, 6].contains(clock.utf8.count)
            && clock.utf8.allSatisfy { (0x30...0x39).contains($0) }
        // An hour alone is no time in version 2.
        return date + (isClock && clock.utf8.count >= 4 ? String(clock) : "")
    }
}
