internal import VigilCore

/// What an independent reader found in the text of one report, and what the model had flagged: a
/// line of `Deploy/bench/reports --readings`.
struct ReportReading {
    /// What was read of one finding; several of a report that contradicts itself.
    struct Said {
        let polarities: Set<String>
        let sides: Set<String>

        var isPresent: Bool { polarities.contains("present") }
        var isAbsent: Bool { polarities.contains("absent") }
    }

    let study: String
    let said: [String: Said]
    /// The side of each finding that was flagged; an empty one is not known.
    let flagged: [String: String]

    /// Nil of a line of another form.
    init?(_ object: JSONObject) {
        guard let study = object["study"]?.stringValue, let read = object["read"]?.objectValue,
            let flagged = object["flagged"]?.objectValue
        else { return nil }
        self.study = study
        var said: [String: Said] = [:]
        for member in read.members {
            guard let polarities = Self.texts(member.value["polarities"]),
                let sides = Self.texts(member.value["sides"])
            else { return nil }
            said[member.name] = Said(polarities: polarities, sides: sides)
        }
        self.said = said
        var sides: [String: String] = [:]
        for member in flagged.members {
            guard member.value.isNull || member.value.stringValue != nil else { return nil }
            sides[member.name] = member.value.stringValue ?? ""
        }
        self.flagged = sides
    }

    private static func texts(_ value: JSONValue?) -> Set<String>? {
        guard let elements = value?.arrayValue else { return nil }
        let texts = elements.compactMap(\.stringValue)
        return texts.count == elements.count ? Set(texts) : nil
    }
}
