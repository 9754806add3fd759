package import VigilCore

/// Turns a record of the input topic into a ``StudyEvent``, or says why it cannot.
///
/// It reads leniently what it does not need (unknown fields, foreign event types, a malformed time)
/// and strictly what the triage of a patient hangs on: a missing priority is refused rather than
/// taken for routine.
package struct StudyEventDecoder: Sendable {
    /// The major version of the study event's schema that this decoder reads.
    package static let major = 1

    private let limits: WireLimits
    private let ownSource: String
    private let senders: SenderIDs

    /// - Parameter senders: what becomes of the sender's names.
    /// - Parameter ownSource: the `ce_source` that this worker writes; events from it are refused,
    ///   so that a wrongly wired topic does not become a loop.
    package init(
        limits: WireLimits = WireLimits(), senders: SenderIDs = .pass,
        ownSource: String = WireNames.workerSource
    ) {
        self.limits = limits
        self.senders = senders
        self.ownSource = ownSource
    }

    /// The same that tells the sender's own names.
    package var passing: StudyEventDecoder {
        StudyEventDecoder(limits: limits, ownSource: ownSource)
    }

    /// The event of a record. Pure: the same record gives the same result.
    package func decode(_ record: InboundRecord) throws(WireError) -> StudyEvent {
        if let bytes = record.key?.count, bytes > limits.keyBytes {
            throw .tooLarge(bytes: bytes, limit: limits.keyBytes)
        }
        let event = try CloudEvent(record: record, limits: limits)
        guard event.source != ownSource else { throw .ownEvent }
        try checkVersion(event, topic: record.position.topic)
        guard event.data.objectValue != nil else { throw .wrongType(.data) }
        if WireNames.isPriorityType(event.type) {
            return senders.told(try priorityEvent(event))
        }
        if WireNames.isRecallType(event.type) { return senders.told(try recallEvent(event)) }
        let withdrawal = try StudyParts.withdrawal(event.data)
        let expected = try StudyParts.expectation(event.data)
        return senders.told(
            StudyEvent(
                id: event.id, source: event.source, time: event.time,
                traceparent: event.traceparent, tracestate: event.tracestate,
                study: try study(event.data), patient: StudyParts.patient(event.data),
                priority: try priority(event, isNeeded: withdrawal == nil),
                instances: withdrawal == nil ? try instances(event.data, expected) : [],
                expiry: event.expiry, expected: withdrawal == nil ? expected : nil,
                withdrawal: withdrawal))
    }

    /// An event that changes an order and names no images.
    private func priorityEvent(_ event: CloudEvent) throws(WireError) -> StudyEvent {
        let priority = try priority(event, isNeeded: true)
        return StudyEvent(
            id: event.id, source: event.source, time: event.time, traceparent: event.traceparent,
            tracestate: event.tracestate, study: try study(event.data), priority: priority,
            instances: [], orderChange: try StudyOrder.change(event.data))
    }

    /// An event that recalls what was said of a study. It orders nothing.
    private func recallEvent(_ event: CloudEvent) throws(WireError) -> StudyEvent {
        StudyEvent(
            id: event.id, source: event.source, time: event.time, traceparent: event.traceparent,
            tracestate: event.tracestate, study: try study(event.data), priority: .routine,
            instances: [], withdrawal: .recall(try StudyRecall.recall(event.data)))
    }

    /// The type's last part decides; a type without version takes the one of Vigil's own topic.
    private func checkVersion(_ event: CloudEvent, topic: String) throws(WireError) {
        if event.type.hasPrefix(WireNames.typePrefix),
            !event.type.hasPrefix(WireNames.studyTypePrefix)
        {
            throw .unexpectedType
        }
        let topicMajor =
            topic.hasPrefix(WireNames.studyTopicPrefix) ? WireNames.major(of: topic) : nil
        guard (WireNames.major(of: event.type) ?? topicMajor ?? Self.major) == Self.major else {
            throw .unknownVersion(supported: Self.major)
        }
        if let schema = event.dataSchema, schema.hasPrefix(WireNames.schemaPrefix),
            ![WireNames.studySchema, WireNames.prioritySchema, WireNames.recallSchema]
                .contains(schema)
        {
            throw .unknownVersion(supported: Self.major)
        }
    }

    private func study(_ data: JSONValue) throws(WireError) -> DicomUID {
        guard let study = data["study"] else { throw .missingField(.study) }
        guard study.objectValue != nil else { throw .wrongType(.study) }
        guard let uid = study["uid"] else { throw .missingField(.studyUID) }
        guard let text = uid.stringValue else { throw .wrongType(.studyUID) }
        guard let study = DicomUID(text) else { throw .badUID }
        return study
    }

    /// Of the body's priority and the attribute's, the more urgent one; the attribute alone will
    /// do. A withdrawal orders nothing to be read, and so needs none.
    private func priority(
        _ event: CloudEvent, isNeeded: Bool
    ) throws(WireError) -> Priority {
        guard let value = event.data["priority"] else {
            if let priority = event.priority { return priority }
            guard isNeeded else { return .routine }
            throw .missingField(.priority)
        }
        let isPossible = value.stringValue != nil || value.outside != nil || value["code"] != nil
        guard isPossible else { throw .wrongType(.priority) }
        guard let priority = PriorityVocabulary.priority(of: value) else { throw .badPriority }
        return min(priority, event.priority ?? priority)
    }

    private func instances(
        _ data: JSONValue, _ expected: StudyExpectation?
    ) throws(WireError) -> [InstanceReference] {
        guard let value = data["instances"] else { throw .missingField(.instances) }
        guard let elements = value.arrayValue else { throw .wrongType(.instances) }
        guard !elements.isEmpty else { throw .noInstances }
        guard elements.count <= limits.instances else {
            throw .tooManyInstances(count: elements.count, limit: limits.instances)
        }
        var references: [InstanceReference] = []
        references.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            let reference = try instance(element, index: index)
            if let expected, reference.series == nil, expected.countsSeries {
                throw .missingField(.instanceSeries)
            }
            references.append(reference)
        }
        return references
    }

    private func instance(
        _ element: JSONValue, index: Int
    ) throws(WireError) -> InstanceReference {
        guard element.objectValue != nil else { throw .wrongType(.instance) }
        guard let value = element["uri"] else { throw .missingField(.instanceURI) }
        guard let uri = value.stringValue else { throw .wrongType(.instanceURI) }
        guard uri.utf8.count <= limits.uriBytes else { throw .badURI(index: index) }
        try Self.check(uri, index: index)
        return InstanceReference(
            uri: uri, series: StudyParts.uid(element, "series"),
            sop: StudyParts.uid(element, "sop"))
    }

    /// A path of this machine, or a place of an archive; whether it may be read is for the worker
    /// to say, which knows its roots and origins.
    private static func check(_ uri: String, index: Int) throws(WireError) {
        do throws(FileURI.Refusal) {
            _ = try FileURI.path(of: uri)
            return
        } catch {
            guard error == .otherScheme else { throw .badURI(index: index) }
        }
        do throws(WebURI.Refusal) { _ = try WebURI(uri) } catch {
            throw error == .otherScheme
                ? .unsupportedScheme(index: index) : .badURI(index: index)
        }
    }
}
