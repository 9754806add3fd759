package import VigilCore

extension Finding {
    /// Reads a record back from its JSON; unknown members are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "record")
        let isAssessed = try reader.required("assessment") {
            Self.assessments[$0.stringValue ?? ""]
        }
        let findings = try reader.required("findings", \.arrayValue)
        guard findings.isEmpty != isAssessed else {
            throw .badRecord("findings does not fit assessment")
        }
        let reasons = try reader.elements("reasons", Reason.init(reader:))
        if !isAssessed { try Self.checkNotAssessed(reasons) }
        let instances = try reader.required("instances", \.arrayValue)
        guard !isAssessed || !instances.isEmpty else { throw .badRecord("instances is empty") }
        let study = try reader.requiredMember("study")
        self.init(
            findingID: try reader.required("finding_id", Member.uuid),
            study: try study.required("uid", Member.uid),
            pseudonym: try study.required("pseudonym", Member.pseudonym),
            keyID: try study.optional("key_id", Member.word),
            cause: try EventIdentity(reader: try reader.requiredMember("event")),
            priority: try Priorities(order: try Order(reader: reader), reader: reader),
            urgency: try reader.optional("urgency", Member.unit), reasons: reasons,
            decision: try Decision(reader: try reader.requiredMember("decision")),
            assessed: isAssessed
                ? try Assessed(reader: reader) { (reader) throws(WireError) in
                    try Result(reader: reader, answer: try Answer(reader: reader))
                } : nil,
            instances: try reader.elements("instances", Instance.init(reader:)),
            leftOut: try reader.elements("left_out", LeftOut.init(reader:)),
            revision: try reader.member("revision", Revision.init(reader:)),
            run: try reader.member("run", Run.init(reader:)) ?? Run())
        try checkBoxes()
    }

    private static let assessments = ["assessed": true, "not_assessed": false]

    private static func checkNotAssessed(_ reasons: [Reason]) throws(WireError) {
        guard !reasons.isEmpty else { throw .badRecord("reasons is missing or empty") }
        guard reasons.allSatisfy(\.isOfNotAssessed) else {
            throw .badRecord("reasons has a code that is not known")
        }
    }
}

extension Finding.Priorities {
    /// - Throws: when a record's effective priority is less urgent than what was ordered.
    init(order: Finding.Order, reader: MemberReader) throws(WireError) {
        let effective = try reader.required("effective_priority", Member.priority)
        guard effective <= order.highest else {
            throw .badRecord("effective_priority is less urgent than ordered_priority")
        }
        self.init(
            order: order, ai: try reader.optional("ai_priority", Member.priority),
            effective: effective)
    }
}

extension Finding.Reason {
    init(reader: MemberReader) throws(WireError) {
        self.init(
            code: try reader.required("code", Member.string),
            text: try reader.required("text", Member.string))
    }
}

extension EventIdentity {
    init(reader: MemberReader) throws(WireError) {
        self.init(
            id: try reader.required("id", Member.string),
            source: try reader.required("source", Member.string))
    }
}

extension Member {
    /// A name in at most 64 letters, digits, dots, dashes and underscores.
    static func word(_ value: JSONValue) -> String? {
        value.stringValue.flatMap { text in
            let isWord = text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                    || (0x61...0x7a).contains(byte) || [0x2d, 0x2e, 0x5f].contains(byte)
            }
            return isWord && (1...64).contains(text.utf8.count) ? text : nil
        }
    }

    static func uid(_ value: JSONValue) -> DicomUID? {
        value.stringValue.flatMap { DicomUID($0) }
    }

    /// A float between 0 and 1.
    static func unit(_ value: JSONValue) -> Float? {
        float(value).flatMap { (0...1).contains($0) ? $0 : nil }
    }

    /// A number of things: not negative, and no more than 32 bits hold, so that sums of counts
    /// are far from overflowing.
    static func count(_ value: JSONValue) -> Int? {
        value.outside?.exactly(Int.self)?.within(0...Int(Int32.max))
    }
}

extension Finding.Result {
    init(reader: MemberReader, answer: Finding.Answer) throws(WireError) {
        let logit = try reader.optional("logit_difference", Member.float)
        self.init(
            code: try reader.required("code", Member.string),
            label: try reader.required("label", Member.string),
            probability: try reader.optional("probability", Member.unit),
            logitDifference: logit,
            threshold: try reader.optional("threshold", Member.unit),
            answer: answer, calibrated: try Finding.Calibrated.read(reader),
            fused: try Finding.Fused.read(reader),
            evidence: try reader.member("evidence", Finding.Evidence.init(reader:)),
            explained: try reader.member("evidence") { reader throws(WireError) in
                try Finding.Explained.read(reader, logit: logit)
            } ?? nil, head: try reader.optional("head", Member.string))
    }
}

extension Finding.Model {
    init(
        reader: MemberReader, isValidated: Bool, intendedUse: String
    ) throws(WireError) {
        self.init(
            name: try reader.required("name", Member.string),
            digest: try reader.required("digest", Member.digest),
            family: try reader.required("family", Member.string),
            precision: try reader.required("precision", Member.string), isValidated: isValidated,
            trainedOn: try reader.optional("trained_on", Member.string), intendedUse: intendedUse,
            adapters: try reader.elements("adapters") { reader throws(WireError) in
                Finding.Adapter(
                    name: try reader.required("name", Member.string),
                    kind: try reader.required("kind", Member.string),
                    digest: try reader.required("digest", Member.digest))
            })
    }
}

extension Finding.Instance {
    init(reader: MemberReader) throws(WireError) {
        self.init(
            series: try reader.optional("series", Member.pseudonym),
            sop: try reader.optional("sop", Member.pseudonym),
            pixels: try reader.required("pixel_digest", Member.digest),
            modality: try reader.optional("modality", Member.string),
            frames: try reader.required("frames", Member.count),
            flags: try reader.optional("flags", Member.strings) ?? [])
    }
}

extension Finding.Run {
    init(reader: MemberReader) throws(WireError) {
        self.init()
        timeline =
            try reader.member("timeline", Finding.Timeline.init(reader:))
            ?? Finding.Timeline()
        timeToNotification =
            try reader.member(
                "time_to_notification_ms", Finding.TimeToNotification.init(reader:))
            ?? Finding.TimeToNotification()
        deadline = try reader.optional("deadline", Member.time)
        eta = try reader.optional("eta", Member.time)
        batch = try reader.member("batch", Finding.Batch.init(reader:))
        position = try reader.member("position", RecordPosition.init(reader:))
        energy = try reader.member("energy", EnergyReading.init(reader:))
        cache = try reader.member("embedding_cache") { reader throws(WireError) in
            Finding.CacheUse(
                images: try reader.required("images", Member.count),
                hits: try reader.required("hits", Member.count),
                saved: try reader.optional("saved_joules", Member.joules))
        }
        carbon = try reader.member("carbon", CarbonRecord.init(reader:))
        instructionSet = try reader.optional("instruction_set", Member.string)
        traceparent = try reader.optional("traceparent", Member.string)
    }
}

extension Finding.Batch {
    init(reader: MemberReader) throws(WireError) {
        self.init(
            id: try reader.required("id", Member.string),
            size: try reader.required("size", Member.count),
            batches: try reader.optional("batches", Member.count) ?? 1)
    }

    /// As a record tells it; the number of batches only where there were several.
    var members: JSONObject {
        var object = JSONObject()
        object.set("id", text: id)
        object.set("size", size)
        if batches > 1 { object.set("batches", batches) }
        return object
    }
}

extension Finding.Timeline {
    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init()
        acquired = try reader.optional("acquired", Member.time)
        available = try reader.optional("available", Member.time)
        consumed = try reader.optional("consumed", Member.time)
        decoded = try reader.optional("decoded", Member.time)
        batched = try reader.optional("batched", Member.time)
        inferStart = try reader.optional("infer_start", Member.time)
        inferEnd = try reader.optional("infer_end", Member.time)
        published = try reader.optional("published", Member.time)
    }
}

extension Finding.TimeToNotification {
    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init()
        total = try reader.optional("total", Member.milliseconds)
        topic = try reader.optional("topic", Member.milliseconds)
        queue = try reader.optional("queue", Member.milliseconds)
        fetch = try reader.optional("fetch", Member.milliseconds)
        decode = try reader.optional("decode", Member.milliseconds)
        preprocess = try reader.optional("preprocess", Member.milliseconds)
        batch = try reader.optional("batch", Member.milliseconds)
        infer = try reader.optional("infer", Member.milliseconds)
        triage = try reader.optional("triage", Member.milliseconds)
        publish = try reader.optional("publish", Member.milliseconds)
    }
}

extension RecordPosition {
    init(reader: MemberReader) throws(WireError) {
        let position = RecordPosition(
            told: try reader.required("topic", Member.string),
            partition: try reader.required("partition", Member.whole),
            offset: try reader.required("offset", Member.whole))
        guard let position else { throw .badRecord("a position is malformed") }
        self = position
    }
}

extension EnergyReading {
    init(reader: MemberReader) throws(WireError) {
        let method = try reader.required("method") {
            $0.stringValue.flatMap { EnergyMethod(rawValue: $0) }
        }
        func joules(_ name: StaticString) throws(WireError) -> Joules {
            let value = try reader.optional(name) { $0.doubleValue.flatMap { $0 >= 0 ? $0 : nil } }
            guard let value else {
                guard method == .none else { throw .badRecord("\(name) is missing") }
                return .zero
            }
            return Joules(value)
        }
        let (low, middle, high) = (
            try joules("low_joules"), try joules("energy_joules"), try joules("high_joules")
        )
        guard low <= middle, middle <= high else {
            throw .badRecord("energy_joules lies outside low_joules and high_joules")
        }
        self.init(
            joules: middle, low: low, high: high, method: method,
            zones: try reader.optional("zones", Member.strings) ?? [],
            duration: try reader.optional("duration_s", Member.seconds) ?? .zero)
    }
}
