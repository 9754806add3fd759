internal import VigilCore

extension Finding.Prior {
    /// The member of when the study was there.
    static let timeName: StaticString = "at"

    /// The members of `prior`.
    var members: JSONObject {
        var object = JSONObject()
        object.set("state", safe: state)
        object.set("patient", safe: asked.patient)
        object.set(Self.timeName, safe: asked.time)
        object.set("view", text: asked.kind.view)
        object.set("modality", text: asked.kind.modality)
        object.set("spread", asked.spread)
        if let earlier {
            earlier.write(into: &object)
            object.set("same_view", asked.kind.isSame(as: earlier.kind))
            object.set("hours_between", asked.time.map { earlier.hours(before: $0) })
        }
        object.set("changes", list: changes.map { .object($0.members) })
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        let state = try reader.required("state") {
            $0.stringValue.flatMap { State(rawValue: $0) }
        }
        let asked = Finding.PriorQuestion(
            patient: try reader.optional("patient", Member.pseudonym),
            time: try reader.optional(Self.timeName, Member.time),
            kind: try Finding.StudyKind(reader, "view", "modality"),
            spread: try reader.optional("spread") {
                $0.doubleValue.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
            })
        guard (asked.patient == nil) == (asked.time == nil),
            (asked.patient == nil) == (state == .patientUnclear)
        else { throw .badRecord("prior.patient or prior.at does not fit prior.state") }
        let earlier = try reader.optional("study", Member.pseudonym).map {
            (study) throws(WireError) in try Finding.Earlier(reader, study: study)
        }
        let changes = try reader.elements("changes", Finding.ScoreChange.init(reader:))
        guard (earlier == nil) == (state != .compared), (earlier == nil) == changes.isEmpty else {
            throw .badRecord("prior.study or prior.changes does not fit prior.state")
        }
        if let earlier, let time = asked.time, earlier.time >= time {
            throw .badRecord("prior.studied is not before prior.at")
        }
        self.init(state: state, asked: asked, earlier: earlier, changes: changes)
    }
}

extension Finding.StudyKind {
    fileprivate init(
        _ reader: MemberReader, _ view: StaticString, _ modality: StaticString
    ) throws(WireError) {
        self.init(
            view: try reader.optional(view, Member.string),
            modality: try reader.optional(modality, Member.string))
    }
}

extension Finding.Earlier {
    fileprivate func write(into object: inout JSONObject) {
        object.set("study", safe: study)
        object.set("record_digest", safe: record)
        object.set("studied", safe: time)
        object.set("earlier_view", text: kind.view)
        object.set("earlier_modality", text: kind.modality)
        var by = JSONObject()
        by.set("model", safe: rules.model)
        by.set("preprocessing", safe: rules.preprocessing)
        by.set("answers", safe: rules.answers)
        object.set("rules", members: by)
    }

    fileprivate init(_ reader: MemberReader, study: Pseudonym) throws(WireError) {
        let rules = try reader.requiredMember("rules")
        self.init(
            study: study, record: try reader.required("record_digest", Member.digest),
            time: try reader.required("studied", Member.time),
            kind: try Finding.StudyKind(reader, "earlier_view", "earlier_modality"),
            rules: Finding.ScoreRules(
                model: try rules.required("model", Member.digest),
                preprocessing: try rules.required("preprocessing", Member.digest),
                answers: try rules.required("answers", Member.digest)))
    }

    fileprivate func hours(before later: Timestamp) -> Double {
        (Double(later.microseconds) - Double(time.microseconds)) / 3.6e9
    }
}

extension Finding.ScoreChange {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("code", text: code)
        object.set("head", text: head)
        object.set("change", text: word.rawValue)
        object.set("unknown_because", text: doubt?.rawValue)
        object.set("earlier_answer", text: before?.answer.rawValue)
        object.set("earlier_probability", before?.probability)
        object.set("log_odds_change", difference?.value)
        object.set("low", difference?.low)
        object.set("high", difference?.high)
        return object
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        let (code, head) = (
            try reader.required("code", Member.string), try reader.optional("head", Member.string)
        )
        let word = try reader.required("change") {
            $0.stringValue.flatMap { Word(rawValue: $0) }
        }
        let doubt = try reader.optional("unknown_because") {
            $0.stringValue.flatMap { Doubt(rawValue: $0) }
        }
        guard (doubt == nil) == (word != .unknown) else {
            throw .badRecord("unknown_because does not fit change")
        }
        let probability = try reader.optional("earlier_probability", Member.unit)
        let answer = try reader.optional("earlier_answer") {
            $0.stringValue.flatMap { Finding.ImageScore.Answer(rawValue: $0) }
        }
        let difference = try Finding.Interval.read(reader)
        // What is said of a change has an interval.
        guard word == .unknown || difference != nil && answer != nil else {
            throw .badRecord("change has no interval or no earlier_answer")
        }
        self.init(
            code: code, head: head, word: word, doubt: doubt,
            before: answer.map {
                Finding.ImageScore(code: code, head: head, answer: $0, probability: probability)
            }, difference: difference)
    }
}

extension Finding.Interval {
    /// Nil where nothing was reckoned.
    fileprivate static func read(_ reader: MemberReader) throws(WireError) -> Finding.Interval? {
        guard let value = try reader.optional("log_odds_change", Member.double) else { return nil }
        let interval = Finding.Interval(
            value: value, low: try reader.required("low", Member.double),
            high: try reader.required("high", Member.double))
        guard interval.low <= value, value <= interval.high else {
            throw .badRecord("log_odds_change lies outside low and high")
        }
        return interval
    }
}
