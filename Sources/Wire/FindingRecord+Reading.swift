package import VigilCore

extension FindingRecord {
    /// Reads a record back from its JSON; unknown members are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "record")
        let study = try reader.requiredMember("study")
        let event = try reader.requiredMember("event")
        findingID = try reader.required("finding_id", Member.uuid)
        self.study = try study.required("uid") { $0.stringValue.flatMap { DicomUID($0) } }
        pseudonym = try study.required("pseudonym", Member.pseudonym)
        cause = EventIdentity(
            id: try event.required("id", Member.string),
            source: try event.required("source", Member.string))
        let ordered = try reader.required("ordered_priority", Member.priority)
        let effective = try reader.required("effective_priority", Member.priority)
        guard effective <= ordered else {
            throw .badRecord("effective_priority is less urgent than ordered_priority")
        }
        priority = Priorities(
            ordered: ordered, ai: try reader.optional("ai_priority", Member.priority),
            effective: effective)
        urgency = try reader.optional("urgency", Member.unit)
        reasons = try reader.elements("reasons") { reader throws(WireError) in
            Reason(
                code: try reader.required("code", Member.string),
                text: try reader.required("text", Member.string))
        }
        guard reader.object["findings"] != nil else { throw .badRecord("findings is missing") }
        findings = try reader.elements("findings", Result.init(reader:))
        model = try Model(
            reader: try reader.requiredMember("model"),
            isValidated: try reader.required("validated", Member.bool),
            intendedUse: try reader.required("intended_use", Member.string))
        preprocessing = try reader.required("preprocessing_digest", Member.digest)
        prompts = try reader.optional("prompt_set_digest", Member.digest)
        policy = try reader.optional("policy_digest", Member.digest)
        output = try reader.required("output_digest", Member.digest)
        numericMode = try reader.required("numeric_mode", Member.string)
        instances = try reader.elements("instances", Instance.init(reader:))
        guard !instances.isEmpty else { throw .badRecord("instances is missing or empty") }
        revision = try reader.member("revision", Revision.init(reader:))
        run = try reader.member("run", Run.init(reader:)) ?? Run()
    }
}

extension Member {
    /// A float between 0 and 1.
    static func unit(_ value: JSONValue) -> Float? {
        float(value).flatMap { (0...1).contains($0) ? $0 : nil }
    }

    /// A whole number that is not negative.
    static func count(_ value: JSONValue) -> Int? {
        value.intValue.flatMap { $0 >= 0 ? $0 : nil }
    }
}

extension FindingRecord.Result {
    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            code: try reader.required("code", Member.string),
            label: try reader.required("label", Member.string),
            probability: try reader.optional("probability", Member.unit),
            logitDifference: try reader.optional("logit_difference", Member.float),
            threshold: try reader.optional("threshold", Member.unit),
            isPositive: try reader.required("positive", Member.bool),
            evidence: try reader.member("evidence") { reader throws(WireError) in
                FindingRecord.Evidence(
                    instance: try reader.required("instance", Member.count),
                    frame: try reader.required("frame", Member.count),
                    isSeries: try reader.optional("series", Member.bool) ?? false)
            }, head: try reader.optional("head", Member.string))
    }
}

extension FindingRecord.Model {
    fileprivate init(
        reader: MemberReader, isValidated: Bool, intendedUse: String
    ) throws(WireError) {
        self.init(
            name: try reader.required("name", Member.string),
            digest: try reader.required("digest", Member.digest),
            family: try reader.required("family", Member.string),
            precision: try reader.required("precision", Member.string), isValidated: isValidated,
            trainedOn: try reader.optional("trained_on", Member.string), intendedUse: intendedUse,
            adapters: try reader.elements("adapters") { reader throws(WireError) in
                FindingRecord.Adapter(
                    name: try reader.required("name", Member.string),
                    kind: try reader.required("kind", Member.string),
                    digest: try reader.required("digest", Member.digest))
            })
    }
}

extension FindingRecord.Instance {
    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            series: try reader.optional("series", Member.pseudonym),
            sop: try reader.optional("sop", Member.pseudonym),
            pixels: try reader.required("pixel_digest", Member.digest),
            modality: try reader.optional("modality", Member.string),
            frames: try reader.required("frames", Member.count),
            flags: try reader.optional("flags", Member.strings) ?? [])
    }
}

extension FindingRecord.Run {
    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init()
        timeline =
            try reader.member("timeline", FindingRecord.Timeline.init(reader:))
            ?? FindingRecord.Timeline()
        timeToNotification =
            try reader.member(
                "time_to_notification_ms", FindingRecord.TimeToNotification.init(reader:))
            ?? FindingRecord.TimeToNotification()
        deadline = try reader.optional("deadline", Member.time)
        eta = try reader.optional("eta", Member.time)
        batch = try reader.member("batch", FindingRecord.Batch.init(reader:))
        position = try reader.member("position", RecordPosition.init(reader:))
        energy = try reader.member("energy", EnergyReading.init(reader:))
        cache = try reader.member("embedding_cache") { reader throws(WireError) in
            FindingRecord.CacheUse(
                images: try reader.required("images", Member.count),
                hits: try reader.required("hits", Member.count),
                saved: try reader.optional("saved_joules", Member.joules))
        }
        carbon = try reader.member("carbon", CarbonRecord.init(reader:))
        instructionSet = try reader.optional("instruction_set", Member.string)
        traceparent = try reader.optional("traceparent", Member.string)
    }
}

extension FindingRecord.Batch {
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

extension FindingRecord.Timeline {
    fileprivate init(reader: MemberReader) throws(WireError) {
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

extension FindingRecord.TimeToNotification {
    fileprivate init(reader: MemberReader) throws(WireError) {
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
            partition: try reader.required("partition", Member.count),
            offset: try reader.required("offset", Member.count))
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
