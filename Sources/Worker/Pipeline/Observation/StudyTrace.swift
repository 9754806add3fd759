internal import Energy
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// The spans of one study in this worker. The same study in flight gives the same ids, however
/// often its transaction is tried.
struct StudyTrace {
    private let study: StudyInFlight
    private let seed: UUIDv5
    private let parent: TraceContext?
    private let process: TraceContext
    private let place: MessagingPlace

    /// Nil when the sender's trace is not to be recorded.
    ///
    /// - Parameter seed: never the same for two studies.
    init?(_ study: StudyInFlight, seed: UUIDv5, place: MessagingPlace) {
        parent = study.event?.traceparent.flatMap { TraceContext(traceparent: $0) }
        guard parent?.isSampled ?? true else { return nil }
        process = (parent ?? TraceContext(seed: seed)).span(seed, "process")
        (self.study, self.seed, self.place) = (study, seed, place)
    }

    /// What the study's records pass on: whoever reads them follows from the publication.
    var outbound: String { context("send").traceparent }

    private func context(_ name: StaticString) -> TraceContext { process.span(seed, name) }

    /// The spans of a finding.
    func spans(_ finding: Finding, at now: Timestamp) -> [TraceSpan] {
        let (times, parts) = (finding.run.timeline, finding.run.timeToNotification)
        let consumed = study.takenWall
        let decoded = times.decoded ?? consumed
        let reading = [parts.fetch, parts.decode, parts.preprocess].compactMap { $0 }
            .reduce(.zero, +)
        let opened = max(consumed, decoded.later(by: .zero - reading))
        let (inferred, ready) = (times.inferStart ?? decoded, times.inferEnd ?? decoded)
        var inference: [TraceSpan.Attribute] = [
            .init("vigil.batch.images", Int64(finding.run.batch?.size ?? 0))
        ]
        if let model = finding.assessed?.model {
            inference.append(.init("vigil.model.digest", model.digest))
        }
        if let energy = finding.run.energy {
            inference.append(.init("vigil.energy.joules", number: energy.joules.value))
            inference.append(.init("vigil.energy.method", energy.method))
        }
        return [
            whole(to: now),
            TraceSpan(
                "receive \(topic)", .client, context("receive"), parent: process, from: consumed,
                to: opened, attributes: messaging("poll", "receive", topic)),
            TraceSpan(
                "decode", .internal, context("decode"), parent: process, from: opened,
                to: decoded,
                attributes: [.init("vigil.instances", Int64(finding.instances.count))]),
            TraceSpan(
                "infer", .internal, context("infer"), parent: process, from: inferred, to: ready,
                attributes: inference),
            TraceSpan(
                "send \(place.findings)", .producer, context("send"), parent: process, from: ready,
                to: now, attributes: messaging("send", "send", place.findings)),
        ]
    }

    /// The one span of a study that has no finding.
    ///
    /// - Parameter error: what went wrong; nil when it waits for a cleaner hour.
    func span(error: SafeText?, at now: Timestamp) -> TraceSpan { whole(to: now, error: error) }

    private var topic: SafeText { SafeText(operatorProvided: study.record.position.topic) }

    private func whole(to end: Timestamp, error: SafeText? = nil) -> TraceSpan {
        let position = study.record.position
        var attributes = messaging("process", "process", topic)
        attributes += [
            .init("messaging.destination.partition.id", position.partition),
            .init("messaging.kafka.offset", position.offset),
            .init("messaging.consumer.group.name", place.group),
        ]
        if let priority = study.event?.priority {
            attributes.append(.init("vigil.priority", priority))
        }
        return TraceSpan(
            "process \(topic)", .consumer, process, parent: parent,
            state: parent == nil ? nil : study.event?.tracestate, from: study.takenWall, to: end,
            attributes: attributes, error: error)
    }

    /// OpenTelemetry's conventions for messaging. A message's id is the sender's and stays out.
    private func messaging(
        _ name: StaticString, _ type: StaticString, _ topic: SafeText
    ) -> [TraceSpan.Attribute] {
        [
            .init("messaging.system", "kafka" as StaticString),
            .init("messaging.operation.name", name), .init("messaging.operation.type", type),
            .init("messaging.destination.name", topic),
            .init("messaging.client.id", place.instance),
        ]
    }
}
