package import VigilCore

/// The news that a study has come, as the gateway writes it: an event for so many instances, all of
/// which say how many the study has, so that workers read it once and revise it when more come.
package struct StudyAnnouncement: Sendable, Hashable {
    /// More would make a record that brokers do not take as they come.
    package static let instancesMax = 1000

    /// The study that came.
    package let study: DicomUID
    /// The order that the events state.
    package let priority: Priority
    /// In the order in which results name them; each stands once.
    package let instances: [InstanceReference]
    /// Names the set of instances: the same set has the same events, however often it is told of.
    package let set: UUIDv5
    /// Whose results count for the study; nil: nobody's.
    package let patient: Pseudonym?

    package init(
        study: DicomUID, priority: Priority, instances: [InstanceReference], set: UUIDv5,
        patient: Pseudonym?
    ) {
        self.study = study
        self.priority = priority
        self.instances = instances
        self.set = set
        self.patient = patient
    }

    /// The events, keyed by the study's UID as its owner is chosen by that.
    package func records(topic: String, source: String, time: Timestamp) -> [OutboundRecord] {
        stride(from: 0, to: instances.count, by: Self.instancesMax).map { start in
            let part = instances[start..<min(start + Self.instancesMax, instances.count)]
            let headers = OutboundHeaders(
                id: UUIDv5(namespace: set, fields: ["study-event", String(start)]),
                source: source, type: WireNames.studyType, schema: WireNames.studySchema,
                time: time)
            return OutboundRecord(
                topic: topic, key: Array(study.sensitiveValue.utf8),
                value: JSONWriter.bytes(body(part)), headers: headers.all)
        }
    }

    private func body(_ part: ArraySlice<InstanceReference>) -> JSONValue {
        var event = JSONObject()
        event["study"] = ["uid": .string(study.sensitiveValue)]
        event["priority"] = .string(priority.rawValue)
        event["expected"] = ["instances": .integer(Int64(instances.count))]
        event["instances"] = .array(
            part.map { instance in
                var object = JSONObject()
                object["uri"] = .string(instance.uri)
                object["series"] = instance.series.map { .string($0.sensitiveValue) }
                object["sop"] = instance.sop.map { .string($0.sensitiveValue) }
                return .object(object)
            })
        event["patient"] = patient?.json
        return .object(event)
    }
}
