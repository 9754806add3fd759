internal import VigilCore

extension Finding.Context {
    /// The member of ``time``.
    static let timeName: StaticString = "context_at"

    /// Adds `context_state`, `context_weights` and what else begins so to a decision's members.
    func write(into object: inout JSONObject) {
        object.set("context_state", safe: state)
        object.set("context_weights", weights.json)
        object.set("context_patient", safe: patient)
        object.set(Self.timeName, safe: time)
        object.set("context", list: observations.map { .object($0.members) })
    }

    /// Reads them; nil where nothing was asked of the patient.
    static func read(_ reader: MemberReader) throws(WireError) -> Finding.Context? {
        guard let weights = try reader.member("context_weights", Finding.Input.init(reader:)) else {
            return nil
        }
        let state = try reader.required("context_state") {
            $0.stringValue.flatMap { State(rawValue: $0) }
        }
        let observations = try reader.elements("context", Finding.Observation.init(reader:))
        guard observations.isEmpty == (state != .used) else {
            throw .badRecord("context does not fit context_state")
        }
        return Finding.Context(
            state: state, weights: weights,
            patient: try reader.optional("context_patient", Member.pseudonym),
            time: try reader.optional(timeName, Member.time), observations: observations)
    }
}

extension Finding.Observation {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("item", safe: item)
        object.set("observation", text: Self.text(id))
        object.set("observed", safe: observed)
        object.set("status", safe: status)
        object.set("position", position.json)
        object.set("value", value)
        return object
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            item: try reader.required("item", Member.contextItem),
            id: try reader.required("observation") { $0.stringValue.flatMap(Self.id) },
            observed: try reader.required("observed", Member.time),
            status: try reader.required("status") {
                $0.stringValue.flatMap { ObservationStatus(rawValue: $0) }
            },
            position: try RecordPosition(reader: try reader.requiredMember("position")),
            value: try reader.optional("value", Member.double))
    }

    /// Sixteen lower-case hexadecimal digits.
    private static func text(_ id: UInt64) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func id(_ text: String) -> UInt64? {
        UInt64(text, radix: 16).flatMap { self.text($0) == text ? $0 : nil }
    }
}

extension Finding.Fused {
    /// Adds `score_with_context`, `log_odds_with_context` and `shares` to a result's members.
    func write(into object: inout JSONObject) {
        object.set("score_with_context", score)
        object.set("log_odds_with_context", total.value)
        object.set("shares", list: shares.map { .object($0.members) })
    }

    /// Reads them; nil where a score is the image's own.
    static func read(_ reader: MemberReader) throws(WireError) -> Finding.Fused? {
        guard let score = try reader.optional("score_with_context", Member.unit) else { return nil }
        let shares = try reader.elements("shares", Share.init(reader:))
        guard (1...Self.sharesMax).contains(shares.count) else { throw .badRecord("shares") }
        let fused = Finding.Fused(score: score, shares: shares)
        let total = try reader.required("log_odds_with_context", Member.double)
        // Every sum of so many parts is a double without a rounding.
        guard total == fused.total.value else {
            throw .badRecord("shares do not sum to log_odds_with_context")
        }
        return fused
    }

    private static let sharesMax = ContextItem.allCases.count + 2
}

extension Finding.Fused.Share {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("part", text: part.rawValue)
        object.set("item", safe: item)
        object.set("share", share.value)
        return object
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            part: try reader.required("part") {
                $0.stringValue.flatMap { ContextItem.Part(rawValue: $0) }
            },
            item: try reader.optional("item", Member.contextItem),
            share: try reader.required("share") { json in
                json.doubleValue.flatMap { value in
                    LogOdds(value).flatMap { $0.value == value ? $0 : nil }
                }
            })
    }
}

extension Member {
    fileprivate static func contextItem(_ value: JSONValue) -> ContextItem? {
        value.stringValue.flatMap { ContextItem(rawValue: $0) }
    }
}
