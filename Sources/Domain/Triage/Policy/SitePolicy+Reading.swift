package import VigilCore

extension SitePolicy {
    /// Reads a file's text. A member that is not known is refused: it may be a rule that was meant
    /// to hold.
    /// - Parameter file: its path, for errors.
    package init(_ bytes: [UInt8], file: SafeText) throws(TriageError) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONParser.parse(bytes) } catch {
            throw .policyUnreadable(file: file, reason: error.what)
        }
        let reader = SitePolicyReader(file: file)
        let members = try reader.object(json, "the file")
        try reader.check(
            members, "the file", known: ["schema", "version", "own", "default", "sites"])
        guard json["schema"]?.stringValue == Self.schema else {
            throw reader.bad("schema", "is not vigil.triage/1")
        }
        guard let version = json["version"]?.stringValue, reader.isName(version) else {
            throw reader.bad("version", "is missing, or is no text of 1 to 128 bytes")
        }
        let own = try reader.own(json["own"])
        let general = try json["default"].map { json throws(TriageError) in
            try reader.rules(json, "default", own: own)
        }
        var sites: [String: [Key: TriageRule]] = [:]
        for (name, value) in try reader.members(of: json["sites"], "sites") {
            guard reader.isName(name) else {
                throw reader.bad("sites", "names a site by no text of 1 to 128 bytes")
            }
            sites[name] = try reader.rules(value, "sites.\(name)", own: own)
        }
        self.init(
            file: file, version: version, own: own, general: general ?? [:], sites: sites)
    }
}

/// Reads the members of a policy file.
private struct SitePolicyReader {
    /// The most findings of one member, and the most sites.
    private static let countMax = 10_000
    let file: SafeText

    func bad(_ member: String, _ reason: SafeText) -> TriageError {
        .badPolicy(file: file, member: .given(member), reason: reason)
    }

    /// Whether a text may name a site or a version.
    func isName(_ text: String) -> Bool { (1...128).contains(text.utf8.count) }

    func object(_ json: JSONValue, _ member: String) throws(TriageError) -> JSONObject {
        guard let object = json.objectValue else { throw bad(member, "is no object") }
        guard object.count <= Self.countMax else {
            throw bad(member, "has more than \(Self.countMax) members")
        }
        return object
    }

    /// The members of an object that may be left out.
    func members(
        of json: JSONValue?, _ member: String
    ) throws(TriageError) -> [(name: String, value: JSONValue)] {
        guard let json else { return [] }
        return try object(json, member).members.map { ($0.name, $0.value) }
    }

    func check(
        _ object: JSONObject, _ member: String, known: Set<String>
    ) throws(TriageError) {
        for found in object.members where !known.contains(found.name) {
            let names = SafeText.list(known.sorted().map { .given($0) })
            throw bad(
                member,
                "has a member \(SafeText.given(found.name)), which is none of: \(names)")
        }
    }

    /// The findings that the table does not have.
    func own(_ json: JSONValue?) throws(TriageError) -> [String: TriageRule] {
        var own: [String: TriageRule] = [:]
        for (code, value) in try members(of: json, "own") {
            let place = "own.\(code)"
            // As a classifier's label becomes a code, which may be a long one.
            guard (1...256).contains(code.utf8.count), FindingCode.of(label: code) == code else {
                throw bad(place, "is no code: small letters, digits and low lines")
            }
            if let row = FindingTable.concept(of: code) {
                let known = SafeText.given(row.code)
                throw bad(
                    place, "is the table's \(known), of which default and sites may speak")
            }
            let rule = try rule(value, place)
            guard rule.priority != nil else { throw bad(place, "has no priority") }
            own[code] = rule
        }
        return own
    }

    /// What is said of findings.
    func rules(
        _ json: JSONValue, _ member: String, own: [String: TriageRule]
    ) throws(TriageError) -> [SitePolicy.Key: TriageRule] {
        var rules: [SitePolicy.Key: TriageRule] = [:]
        for (name, value) in try members(of: json, member) {
            let place = "\(member).\(name)"
            let key = try key(name, place, own)
            guard rules[key] == nil else {
                throw bad(
                    place,
                    "means \(SafeText.given(key.code)), of which another member speaks too")
            }
            rules[key] = try rule(value, place)
        }
        return rules
    }

    /// `CODE` or `HEAD/CODE`, by the code of the table's row.
    private func key(
        _ name: String, _ place: String, _ own: [String: TriageRule]
    ) throws(TriageError) -> SitePolicy.Key {
        let slash = name.lastIndex(of: "/")
        let code = String(slash.map { name[name.index(after: $0)...] } ?? name[...])
        let head = slash.map { String(name[..<$0]) }
        let known = own[code] == nil ? FindingTable.concept(of: code)?.code : code
        guard let known else {
            throw bad(
                place,
                "is no finding that 'vigil triage show' prints, and none of the file's own")
        }
        if let head, head.isEmpty { throw bad(place, "names no head before the stroke") }
        return SitePolicy.Key(code: known, head: head)
    }

    private func rule(_ json: JSONValue, _ place: String) throws(TriageError) -> TriageRule {
        let object = try object(json, place)
        try check(object, place, known: ["priority", "threshold"])
        let (priority, threshold) = (object["priority"], object["threshold"])
        let rule = TriageRule(
            threshold: try threshold.map { json throws(TriageError) in
                try self.threshold(json, place)
            },
            priority: try priority.map { json throws(TriageError) in
                try self.priority(json, place)
            })
        guard priority != nil || threshold != nil else {
            throw bad(place, "says neither priority nor threshold")
        }
        return rule
    }

    private func threshold(_ json: JSONValue, _ place: String) throws(TriageError) -> Float {
        guard let number = json.doubleValue, case let value = Float(number), value > 0, value < 1
        else {
            throw bad("\(place).threshold", "is no number between 0 and 1, both excluded")
        }
        return value
    }

    private func priority(_ json: JSONValue, _ place: String) throws(TriageError) -> Priority {
        guard let priority = json.stringValue.flatMap({ Priority(rawValue: $0) }) else {
            throw bad("\(place).priority", "is not stat, urgent, asap or routine")
        }
        return priority
    }
}

extension SafeText {
    /// What an operator wrote, on one line and not too long.
    static func given(_ text: String) -> SafeText {
        let short = text.count > 80 ? String(text.prefix(79)) + "…" : text
        return SafeText(operatorProvided: VisibleText.escaped(short))
    }

    /// Texts with commas between; of more than eight the first ones and how many more.
    static func list(_ texts: [SafeText]) -> SafeText {
        guard !texts.isEmpty else { return "none" }
        let shown = texts.prefix(8).map(\.text).joined(separator: ", ")
        let rest = texts.count - 8
        return SafeText(operatorProvided: rest > 0 ? "\(shown) and \(rest) more" : shown)
    }
}
