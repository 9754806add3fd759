internal import VigilCore

/// Reads the members of a signed file; what is not as it must be is refused with its place.
struct SignedFileReader<Refusal: SignedFileRefusal> {
    private let members: JSONObject
    private let file: SafeText
    private let place: SafeText

    init(_ json: JSONValue, file: SafeText) throws(TriageError) {
        guard let object = json.objectValue else {
            throw Refusal.unreadable.error(file: file, member: "it")
        }
        self.init(object, file: file, place: "")
    }

    private init(_ object: JSONObject, file: SafeText, place: SafeText) {
        members = object
        self.file = file
        self.place = place
    }

    func refused(_ reason: Refusal, _ member: SafeText) -> TriageError {
        reason.error(file: file, member: "\(place)\(member)")
    }

    /// Whether there is such a member, be it null.
    func has(_ member: String) -> Bool { members[member] != nil }

    func object(_ member: StaticString) throws(TriageError) -> SignedFileReader {
        guard let inner = members["\(member)"]?.objectValue else {
            throw refused(.malformed, "\(member)")
        }
        return SignedFileReader(inner, file: file, place: "\(place)\(member).")
    }

    /// The objects of a list.
    func list(
        _ member: StaticString, countMax: Int
    ) throws(TriageError) -> [SignedFileReader] {
        guard let items = members["\(member)"]?.arrayValue else {
            throw refused(.malformed, "\(member)")
        }
        guard items.count <= countMax else { throw refused(.tooLarge, "\(member)") }
        var out: [SignedFileReader] = []
        for (index, item) in items.enumerated() {
            guard let inner = item.objectValue else { throw refused(.malformed, "\(member)") }
            out.append(
                SignedFileReader(inner, file: file, place: "\(place)\(member).\(index)."))
        }
        return out
    }

    func text(_ member: StaticString, bytesMax: Int = 128) throws(TriageError) -> String {
        guard let text = members["\(member)"]?.stringValue,
            (1...bytesMax).contains(text.utf8.count)
        else { throw refused(.malformed, "\(member)") }
        return text
    }

    func optionalText(_ member: StaticString) throws(TriageError) -> String? {
        has("\(member)") ? try text(member) : nil
    }

    func texts(_ member: StaticString, countMax: Int) throws(TriageError) -> [String] {
        guard let items = members["\(member)"]?.arrayValue else {
            throw refused(.malformed, "\(member)")
        }
        guard items.count <= countMax else { throw refused(.tooLarge, "\(member)") }
        let texts = items.compactMap(\.stringValue).filter { (1...128).contains($0.utf8.count) }
        guard texts.count == items.count else { throw refused(.malformed, "\(member)") }
        return texts
    }

    func choice(_ member: StaticString, of words: [String]) throws(TriageError) -> String {
        let text = try text(member)
        guard words.contains(text) else { throw refused(.malformed, "\(member)") }
        return text
    }

    /// A finite number within bounds.
    func number(
        _ member: StaticString, in bounds: ClosedRange<Double>
    ) throws(TriageError) -> Double {
        guard let value = members["\(member)"] else { throw refused(.malformed, "\(member)") }
        guard let number = value.doubleValue, bounds.contains(number) else {
            throw refused(.badNumber, "\(member)")
        }
        return number
    }

    /// A whole number of studies.
    func count(_ member: StaticString) throws(TriageError) -> Int {
        guard let value = members["\(member)"] else { throw refused(.malformed, "\(member)") }
        guard let count = value.intValue, (0...BinomialTail.countMax).contains(count) else {
            throw refused(.badNumber, "\(member)")
        }
        return count
    }

    func digest(_ member: StaticString) throws(TriageError) -> Digest {
        guard let digest = Digest(text: try text(member)) else {
            throw refused(.malformed, "\(member)")
        }
        return digest
    }

    /// Digests in hexadecimal digits.
    func digests(_ member: StaticString, countMax: Int) throws(TriageError) -> [Digest] {
        var digests: [Digest] = []
        for text in try texts(member, countMax: countMax) {
            guard let digest = Digest(text: text) else { throw refused(.malformed, "\(member)") }
            digests.append(digest)
        }
        return digests
    }

    func time(_ member: StaticString) throws(TriageError) -> Timestamp {
        guard let time = Timestamp(rfc3339: try text(member)) else {
            throw refused(.malformed, "\(member)")
        }
        return time
    }
}

/// Of a calibration.
typealias CalibrationReader = SignedFileReader<CalibrationRefusal>

extension CalibrationReader {
    func refusal(_ member: StaticString) throws(TriageError) -> RiskRefusal {
        guard let reason = RiskRefusal(rawValue: try text(member)) else {
            throw refused(.malformed, "\(member)")
        }
        return reason
    }
}
