package import VigilCore

/// The vocabularies in which other systems order a priority, all read into the one lattice of
/// ``Priority``.
///
/// Two rules hold for every table: what its own system ranks higher never becomes less urgent here,
/// and where a word could mean either of two ranks it gets the more urgent one, since an ordered
/// priority must never be lowered.
package enum PriorityVocabulary: String, Sendable, Hashable, CaseIterable {
    /// Vigil's own four words, which go before others' where no `system` is named.
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

    /// The rank that a code of this vocabulary has, in any case and with space around it; nil when
    /// it is none of its codes.
    package func priority(_ code: String) -> Priority? {
        let code = Self.plain(code)
        return switch self {
        case .vigil: Priority(rawValue: code)
        case .fhir: code == "asap" ? .urgent : Priority(rawValue: code)
        case .dicom: Self.dicomWords[code]
        case .dicomStep: Self.dicomStepWords[code]
        case .hl7v2: Self.hl7Priority(code)
        case .number: Self.byte(code).map(Self.priority)
        }
    }

    /// A word without the space around it, its ASCII letters small.
    private static func plain(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        var word = String.UnicodeScalarView()
        for scalar in scalars[first...last] {
            let small = ("A"..."Z").contains(scalar) ? scalar.value + 0x20 : scalar.value
            word.append(Unicode.Scalar(small) ?? scalar)
        }
        return String(word)
    }

    private static func byte(_ digits: String) -> UInt8? {
        digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(digits) : nil
    }

    private static let dicomWords: [String: Priority] = [
        "stat": .stat, "high": .urgent, "medium": .asap, "routine": .routine, "low": .routine,
    ]

    /// Without a word for emergencies, `HIGH` covers them.
    private static let dicomStepWords: [String: Priority] = [
        "high": .stat, "medium": .asap, "low": .routine,
    ]

    /// `TS30` asks for something within 30 seconds, `T` and the longer units for a certain time;
    /// `A` is next after `S`, `P` is before an operation, `C` is to be called back.
    private static func hl7Priority(_ code: String) -> Priority? {
        switch code {
        case "s": return .stat
        case "a", "p", "t": return .urgent
        case "c": return .asap
        case "r", "prn": return .routine
        default:
            let unit = code.prefix(2)
            guard ["ts", "tm", "th", "td", "tw", "tl"].contains(unit),
                code.dropFirst(2).utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            return unit == "ts" || unit == "tm" ? .stat : .urgent
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
    /// Reads a priority as an event has it: a word, a number of 0 to 255, or an object of `system`
    /// and `code`. Nil when it is none of these.
    package static func priority(of json: JSONValue) -> Priority? {
        if let word = json.stringValue { return priority(word: word) }
        if let number = json.outside { return Self.number.priority(number.description) }
        guard let system = json["system"]?.stringValue.flatMap(Self.init(system:)) else {
            return nil
        }
        if let number = json["code"]?.outside, system == .number {
            return system.priority(number.description)
        }
        return json["code"]?.stringValue.flatMap { system.priority($0) }
    }

    /// Reads a priority as a header has it: a word, a number of 0 to 255, or a system and a code
    /// with a colon between, such as `hl7v2:S`. Nil when it is none of these.
    package static func priority(header text: String) -> Priority? {
        if let colon = text.firstIndex(of: ":") {
            let code = String(text[text.index(after: colon)...])
            return Self(system: String(text[..<colon])).flatMap { $0.priority(code) }
        }
        return priority(word: text)
    }

    /// A word without a system is Vigil's own if it can be, else of whichever vocabulary has it;
    /// of several ranks that it could mean, the most urgent one.
    private static func priority(word: String) -> Priority? {
        Self.vigil.priority(word) ?? allCases.compactMap { $0.priority(word) }.min()
    }

    private init?(system name: String) {
        self.init(rawValue: Self.plain(name))
    }
}
