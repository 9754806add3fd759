package import VigilCore

extension EnergyRecord {
    /// The record as it goes to Kafka. Names follow Kepler (`energy_joules`, `power_watts`) and
    /// CodeCarbon (`duration_s`, `cpu_energy_kwh`, `ram_energy_kwh`), so that dashboards map
    /// easily.
    package var json: JSONValue {
        var object = JSONObject()
        switch subject {
        case .study(let share): share.write(into: &object)
        case .interval(let interval): interval.write(into: &object, total: reading)
        }
        for member in reading.members.members {
            _ = object.appendIfNew(member.name, member.value)
        }
        if reading.method != .none {
            if reading.duration > .zero {
                object.set("power_watts", reading.joules.value / reading.duration.seconds)
            }
            if let memory {
                object.set(
                    "cpu_energy_kwh",
                    (reading.joules - memory).value / Joules.perKilowattHour)
                object.set("ram_energy_kwh", memory.value / Joules.perKilowattHour)
                object.set("memory_joules", memory.value)
            }
        }
        object.set("machine_joules", machine?.value)
        object.set("cpu_share", cpuShare)
        object.set("cpu_time_s", seconds: cpuTime)
        object.set("window", text: window)
        stages?.write(into: &object)
        object.set("measured_joules", measured?.value)
        object.set("carried_joules", carried?.value)
        object.set("carbon", carbon.map { .object($0.members) })
        object.set("basis", text: basis)
        return .object(object)
    }

    /// Reads a record back from its JSON; unknown members are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "record")
        let subject: Subject
        switch try reader.required("kind", Member.string) {
        case "study": subject = .study(try StudyShare(reader: reader))
        case "interval": subject = .interval(try Interval(reader: reader))
        default: throw .badRecord("kind is neither study nor interval")
        }
        self.init(
            subject: subject, reading: try EnergyReading(reader: reader),
            machine: try reader.optional("machine_joules", Member.joules),
            cpuShare: try reader.optional("cpu_share", Member.share),
            cpuTime: try reader.optional("cpu_time_s", Member.seconds),
            memory: try reader.optional("memory_joules", Member.joules),
            basis: try reader.optional("basis", Member.string),
            window: try reader.optional("window", Member.string),
            stages: try Stages(reader: reader),
            measured: try reader.optional("measured_joules", Member.joules),
            carried: try reader.optional("carried_joules", Member.double).map { Joules($0) },
            carbon: try reader.member("carbon", CarbonRecord.init(reader:)))
    }
}

extension Member {
    /// A double between 0 and 1.
    static func share(_ value: JSONValue) -> Double? {
        value.doubleValue.flatMap { (0...1).contains($0) ? $0 : nil }
    }

    /// An amount of energy that is not negative.
    static func joules(_ value: JSONValue) -> Joules? {
        value.doubleValue.flatMap { $0 >= 0 ? Joules($0) : nil }
    }
}

extension EnergyRecord.Stages {
    fileprivate func write(into object: inout JSONObject) {
        object.set("decode_joules", decode.value)
        object.set("inference_joules", inference.value)
        object.set("publish_joules", publish.value)
    }

    /// Nil when the record does not tell.
    fileprivate init?(reader: MemberReader) throws(WireError) {
        guard let decode = try reader.optional("decode_joules", Member.joules),
            let inference = try reader.optional("inference_joules", Member.joules),
            let publish = try reader.optional("publish_joules", Member.joules)
        else { return nil }
        self.init(decode: decode, inference: inference, publish: publish)
    }
}

extension EnergyRecord.StudyShare {
    fileprivate func write(into object: inout JSONObject) {
        object.set("kind", text: "study")
        object.set("finding_id", safe: findingID)
        object.set("study", ["pseudonym": study.json])
        object.set("event", ["id": .string(cause.id), "source": .string(cause.source)])
        object.set("batch", batch.map { .object($0.members) })
        object.set("batch_share", share)
        object.set("model_digest", safe: model)
        object.set("saved_joules", saved?.value)
        object.set("traceparent", text: traceparent)
        object.set("cascade", cascade.map { .object($0.members) })
        object.set("deferral", deferral.map { .object($0.members) })
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        let event = try reader.requiredMember("event")
        self.init(
            findingID: try reader.required("finding_id", Member.uuid),
            study: try reader.requiredMember("study").required("pseudonym", Member.pseudonym),
            cause: EventIdentity(
                id: try event.required("id", Member.string),
                source: try event.required("source", Member.string)),
            batch: try reader.member("batch", Finding.Batch.init(reader:)),
            share: try reader.optional("batch_share", Member.share),
            model: try reader.optional("model_digest", Member.digest),
            traceparent: try reader.optional("traceparent", Member.string),
            saved: try reader.optional("saved_joules", Member.joules),
            deferral: try reader.member("deferral", DeferralRecord.init(reader:)))
        cascade = try reader.member("cascade", CascadeRecord.init(reader:))
    }
}

extension EnergyRecord.Interval {
    fileprivate func write(into object: inout JSONObject, total: EnergyReading) {
        object.set("kind", text: "interval")
        object.set("worker", text: worker)
        object.set("from", safe: from)
        object.set("to", safe: to)
        object.set("studies", studies)
        if total.method != .none, let active {
            object.set("active_joules", active.value)
            object.set("idle_joules", max(0, (total.joules - active).value))
        }
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            worker: try reader.required("worker", Member.string),
            from: try reader.required("from", Member.time),
            to: try reader.required("to", Member.time),
            studies: try reader.required("studies", Member.count),
            active: try reader.optional("active_joules", Member.joules))
    }
}
