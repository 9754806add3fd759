internal import VigilCore

/// Reads the members of a file of weights; what is not as it must be is refused with its place.
struct WeightsReader {
    private let members: JSONObject
    private let file: SafeText
    private let place: SafeText

    init(_ json: JSONValue, file: SafeText) throws(ContextError) {
        guard let object = json.objectValue else {
            throw .weightsRefused(file: file, .unreadable, member: "it")
        }
        self.init(object, file: file, place: "")
    }

    private init(_ object: JSONObject, file: SafeText, place: SafeText) {
        members = object
        self.file = file
        self.place = place
    }

    func refused(_ reason: ContextError.Refusal, _ member: SafeText) -> ContextError {
        .weightsRefused(file: file, reason, member: "\(place)\(member)")
    }

    func object(_ member: StaticString) throws(ContextError) -> WeightsReader {
        guard let inner = members["\(member)"]?.objectValue else {
            throw refused(.malformed, "\(member)")
        }
        return WeightsReader(inner, file: file, place: "\(place)\(member).")
    }

    func list(
        _ member: StaticString, countMax: Int
    ) throws(ContextError) -> [WeightsReader] {
        guard let items = members["\(member)"]?.arrayValue, items.count <= countMax else {
            throw refused(.malformed, "\(member)")
        }
        var out: [WeightsReader] = []
        for (index, item) in items.enumerated() {
            guard let inner = item.objectValue else { throw refused(.malformed, "\(member)") }
            out.append(WeightsReader(inner, file: file, place: "\(place)\(member).\(index)."))
        }
        return out
    }

    func text(_ member: StaticString) throws(ContextError) -> String {
        guard let text = members["\(member)"]?.stringValue, (1...128).contains(text.utf8.count)
        else { throw refused(.malformed, "\(member)") }
        return text
    }

    func optionalText(_ member: StaticString) throws(ContextError) -> String? {
        members["\(member)"] == nil ? nil : try text(member)
    }

    /// A finite number within bounds; NaN lies in none.
    func number(
        _ member: StaticString, in bounds: ClosedRange<Double>
    ) throws(ContextError) -> Double {
        guard let value = members["\(member)"] else { throw refused(.malformed, "\(member)") }
        guard let number = value.doubleValue, bounds.contains(number) else {
            throw refused(.badNumber, "\(member)")
        }
        return number
    }

    func count(_ member: StaticString) throws(ContextError) -> Int {
        guard let count = members["\(member)"]?.intValue, (0...1_000_000_000).contains(count)
        else { throw refused(.badNumber, "\(member)") }
        return count
    }
}
