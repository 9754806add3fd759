import Testing
import VigilCore
import WorkerCore

/// Studies of one image in one partition that the worker owns, for tests of single decisions.
enum OnePartition {
    static let place = TopicPartition(topic: "in", partition: 0)
    static let wall = Timestamp(microseconds: 0)

    /// The record of an offset.
    static func record(_ offset: Int64) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(
                topic: place.topic, partition: place.partition, offset: offset),
            key: nil, value: [], headers: [], timestamp: nil)
    }

    /// A worker that owns the partition and knows what was ordered.
    static func core<Prepared, Outcome>(
        of type: WorkerCore<Prepared, Outcome>.Type,
        _ change: (inout WorkerLimits) -> Void = { _ in }
    ) -> WorkerCore<Prepared, Outcome> {
        var limits = SimulatedWorker.limits
        change(&limits)
        var core = WorkerCore<Prepared, Outcome>(limits: limits)
        core.assign([place: OffsetLedger()])
        core.ordersAreCurrent()
        return core
    }

    /// Takes in the study of an offset.
    static func take<Prepared, Outcome>(
        _ offset: Int64, into core: inout WorkerCore<Prepared, Outcome>,
        _ priority: Priority = .routine, at now: MonotonicTime, allowed: Duration = .seconds(60)
    ) throws -> StudyTicket {
        let admitted = core.admit(record(offset), now: now, wall: wall)
        let ticket = try #require(admitted)
        let event = StudyEvent(
            id: "1", source: "test", time: nil, traceparent: nil,
            study: try #require(DicomUID("1.2.3")), priority: priority,
            instances: [InstanceReference(uri: "file:///a.dcm")])
        core.schedule(ticket, event: event, deadline: now + allowed)
        return ticket
    }
}
