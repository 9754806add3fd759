package import VigilCore

extension Finding {
    /// The members of the record's JSON but for `record_digest` and `run`, in their fixed order.
    ///
    /// - Parameter isDeterministic: leaves out when it was decided.
    func members(isDeterministic: Bool) -> JSONObject {
        var object = JSONObject()
        object.set("finding_id", safe: findingID)
        object.set("assessment", text: assessed == nil ? "not_assessed" : "assessed")
        object.set("study", members: studyMembers)
        object.set("event", ["id": .string(cause.id), "source": .string(cause.source)])
        object.set("ordered_priority", safe: priority.ordered)
        object.set("event_priority", safe: priority.order.ofEvent)
        object.set("ai_priority", safe: priority.ai)
        object.set("effective_priority", safe: priority.effective)
        object.set("worklist", members: priority.order.worklistMembers)
        object.set("urgency", urgency)
        object.set("reasons", list: reasons.map(\.json))
        object.set("findings", .array(findings.map { .object($0.members) }))
        assessed?.write(into: &object)
        object.set("instances", .array(instances.map { .object($0.members) }))
        object.set("left_out", list: leftOut.map { .object($0.members) })
        let inputs = decision.members(priority.order, isDeterministic: isDeterministic)
        object.set("decision", .object(inputs))
        if let revision { object.set("revision", members: revision.members) }
        return object
    }

    private var studyMembers: JSONObject {
        var object = JSONObject()
        object.set("uid", text: study.sensitiveValue)
        object.set("pseudonym", safe: pseudonym)
        object.set("key_id", text: subject.keyID)
        return object
    }

    /// The whole record as it goes to Kafka.
    package var json: JSONValue {
        var object = members(isDeterministic: false)
        object.set("record_digest", safe: deterministicDigest)
        object.set("run", members: run.members)
        return .object(object)
    }

    /// SHA-256 of the record's JSON without ``run`` and the time of the decision: what a replay
    /// must reproduce.
    package var deterministicDigest: Digest {
        Digest(of: JSONWriter.bytes(.object(members(isDeterministic: true))))
    }

    /// The digest of a record by its JSON, members that this version does not know included, as
    /// whoever wrote it made it.
    package static func digest(of json: JSONValue) -> Digest {
        guard var object = json.objectValue else { return Digest(of: JSONWriter.bytes(json)) }
        for name in ["record_digest", "run"] { object[name] = nil }
        if var decision = object["decision"]?.objectValue {
            decision["decided_at"] = nil
            object["decision"] = .object(decision)
        }
        return Digest(of: JSONWriter.bytes(.object(object)))
    }
}

extension SafeToLog {
    /// The value's safe text as a JSON string.
    var json: JSONValue { .string(safeText) }
}

extension Finding.Reason {
    var json: JSONValue { ["code": .string(code), "text": .string(text)] }
}

extension Finding.Result {
    fileprivate var members: JSONObject {
        var object = members { $0.write(into: &$1) }
        calibrated?.write(into: &object)
        fused?.write(into: &object)
        if let explained, var place = object["evidence"]?.objectValue {
            explained.write(into: &place)
            object["evidence"] = .object(place)
        }
        return object
    }

    /// - Parameter say: adds the answer as the schema's version has it.
    func members(_ say: (Finding.Answer, inout JSONObject) -> Void) -> JSONObject {
        var object = JSONObject()
        object.set("code", text: code)
        object.set("label", text: label)
        object.set("head", text: head)
        object.set("probability", probability)
        object.set("logit_difference", logitDifference)
        object.set("threshold", threshold)
        say(answer, &object)
        object.set("evidence", (evidence?.members).map { .object($0) })
        return object
    }
}

extension Finding.Model {
    var members: JSONObject {
        var object = JSONObject()
        object.set("name", text: name)
        object.set("digest", safe: digest)
        object.set("family", text: family)
        object.set("precision", text: precision)
        object.set("trained_on", text: trainedOn)
        object.set(
            "adapters",
            list: adapters.map {
                ["name": .string($0.name), "kind": .string($0.kind), "digest": $0.digest.json]
            })
        return object
    }
}

extension Finding.Instance {
    var members: JSONObject {
        var object = JSONObject()
        object.set("series", safe: series)
        object.set("sop", safe: sop)
        object.set("pixel_digest", safe: pixels)
        object.set("modality", text: modality)
        object.set("frames", frames)
        object.set("flags", list: flags.map { .string($0) })
        return object
    }
}

extension Finding.Run {
    var members: JSONObject {
        var object = JSONObject()
        object.set("timeline", members: timeline.members)
        object.set("time_to_notification_ms", members: timeToNotification.members)
        object.set("deadline", safe: deadline)
        object.set("eta", safe: eta)
        object.set("batch", batch.map { .object($0.members) })
        object.set("position", position?.json)
        object.set("energy", energy.map { .object($0.members) })
        if let cache {
            var members = JSONObject()
            members.set("images", cache.images)
            members.set("hits", cache.hits)
            members.set("saved_joules", cache.saved?.value)
            object.set("embedding_cache", members: members)
        }
        object.set("carbon", carbon.map { .object($0.members) })
        object.set("instruction_set", text: instructionSet)
        object.set("traceparent", text: traceparent)
        return object
    }
}

extension Finding.Timeline {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("acquired", safe: acquired)
        object.set("available", safe: available)
        object.set("consumed", safe: consumed)
        object.set("decoded", safe: decoded)
        object.set("batched", safe: batched)
        object.set("infer_start", safe: inferStart)
        object.set("infer_end", safe: inferEnd)
        object.set("published", safe: published)
        return object
    }
}

extension Finding.TimeToNotification {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("total", milliseconds: total)
        object.set("topic", milliseconds: topic)
        object.set("queue", milliseconds: queue)
        object.set("fetch", milliseconds: fetch)
        object.set("decode", milliseconds: decode)
        object.set("preprocess", milliseconds: preprocess)
        object.set("batch", milliseconds: batch)
        object.set("infer", milliseconds: infer)
        object.set("triage", milliseconds: triage)
        object.set("publish", milliseconds: publish)
        return object
    }
}

extension RecordPosition {
    /// Topic, partition and offset.
    var json: JSONValue {
        [
            "topic": .string(topic), "partition": .integer(Int64(partition)),
            "offset": .integer(offset),
        ]
    }
}

extension EnergyReading {
    /// Method first, then joules with their interval, zones and span.
    var members: JSONObject {
        var object = JSONObject()
        object.set("method", safe: method)
        if method != .none {
            object.set("energy_joules", joules.value)
            object.set("low_joules", low.value)
            object.set("high_joules", high.value)
        }
        object.set("zones", list: zones.map { .string($0) })
        object.set("duration_s", seconds: duration)
        return object
    }
}
