package import VigilCore

/// The vocabularies in which other systems order a priority, all read into the one lattice of
/// ``Priority``.
///
/// Two rules hold for every table: what its own system ranks higher never becomes less urgent here,
/// and where a word could mean either of two ranks it gets the more urgent one, since an ordered
/// priority must never be lowered.
package enum PriorityVocabulary: String, Sendable, Hashable, CaseIterable {
    /// Vigil's own four words, the only ones without a `system`.
    case vigil
    /// FHIR RequestPriority, where `asap` is above `urgent`.
    case fhir
    /// DICOM Requested Procedure Priority (0040,1003) and Reporting Priority (0040,1009).
    case dicom
    /// DICOM Scheduled Procedure Step Priority (0074,1200), where `HIGH` is the highest word.
    case dicomStep = "dicom-ups"
    /// HL7 v2 tables 0027 and 0485 (OBR-5, OBR-27.6, TQ1-9).
    case hl7v2
    /// 0 to 255 as in the ACR-DSI inference request: 128 is normal, 255 immediate.
    case number = "0-255"

    /// The rank that a code of this vocabulary has; nil when it is none of its codes.
    package func priority(_ code: String) -> Priority? {
        switch self {
        case .vigil: Priority(rawValue: code)
        case .fhir: code == "asap" ? .urgent : Priority(rawValue: code)
        case .dicom: Self.dicomWords[code]
        case .dicomStep: Self.dicomStepWords[code]
        case .hl7v2: Self.hl7Priority(code)
        case .number: UInt8(code).map(Self.priority)
        }
    }

    private static let dicomWords: [String: Priority] = [
        "STAT": .stat, "HIGH": .urgent, "MEDIUM": .asap, "ROUTINE": .routine, "LOW": .routine,
    ]

    /// Without a word for emergencies, `HIGH` covers them.
    private static let dicomStepWords: [String: Priority] = [
        "HIGH": .stat, "MEDIUM": .asap, "LOW": .routine,
    ]

    /// `TS30` asks for something within 30 seconds, `T` and the longer units for a certain time;
    /// `A` is next after `S`, `P` is before an operation, `C` is to be called back.
    private static func hl7Priority(_ code: String) -> Priority? {
        switch code {
        case "S": return .stat
        case "A", "P", "T": return .urgent
        case "C": return .asap
        case "R", "PRN": return .routine
        default:
            let unit = code.prefix(2)
            guard ["TS", "TM", "TH", "TD", "TW", "TL"].contains(unit),
                code.dropFirst(2).utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            return unit == "TS" || unit == "TM" ? .stat : .urgent
        }
    }

    private static func priority(_ number: UInt8) -> Priority {
        switch number {
        case 255: .stat
        case 129...: .urgent
        default: .routine
        }
    }
}

extension PriorityVocabulary {
    /// Reads a priority as an event has it: one of Vigil's words, a number of 0 to 255, or an
    /// object of `system` and `code`. Nil when it is none of these.
    package static func priority(of json: JSONValue) -> Priority? {
        if let word = json.stringValue { return Self.vigil.priority(word) }
        if let number = json.outside { return Self.number.priority(number.description) }
        guard let system = json["system"]?.stringValue.flatMap(Self.init(rawValue:)) else {
            return nil
        }
        if let number = json["code"]?.outside, system == .number {
            return system.priority(number.description)
        }
        return json["code"]?.stringValue.flatMap { system.priority($0) }
    }

    /// Reads a priority as a header has it: one of Vigil's words, a number of 0 to 255, or a system
    /// and a code with a colon between, such as `hl7v2:S`. Nil when it is none of these.
    package static func priority(header text: String) -> Priority? {
        if let colon = text.firstIndex(of: ":") {
            let code = String(text[text.index(after: colon)...])
            return Self(rawValue: String(text[..<colon])).flatMap { $0.priority(code) }
        }
        return Self.vigil.priority(text) ?? Self.number.priority(text)
    }
}
