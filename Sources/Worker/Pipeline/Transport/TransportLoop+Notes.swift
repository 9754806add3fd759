internal import Telemetry
internal import VigilCore
internal import Wire

extension TransportLoop {
    /// What a record notes of itself that came by a topic that workers write. Who may write to
    /// those topics may write any note: one that cannot be read counts as none.
    func notes(of record: InboundRecord) -> RecordNotes {
        let topic = record.position.topic
        let retry = options.retries.note(of: record)
        let deferral = options.deferrer.topic.note(of: record)
        let placement = options.placement.placed.note(of: record)
        if retry == nil, options.retries.number(of: topic) > 0 {
            telemetry.emit(RecordIgnored(.retry, .unreadable, at: record.position))
        }
        if deferral == nil, topic == options.deferrer.topic.name {
            telemetry.emit(RecordIgnored(.deferral, .unreadable, at: record.position))
        }
        if placement == nil, options.placement.placed.names.contains(topic) {
            telemetry.emit(RecordIgnored(.placement, .unreadable, at: record.position))
        }
        return RecordNotes(retry: retry, deferral: deferral, placement: placement)
    }

    /// When a record of a retry topic is due; nil when it is by now.
    func due(
        _ note: RetryNote?, _ record: InboundRecord, now: MonotonicTime, wall: Timestamp
    ) -> MonotonicTime? {
        guard let note else { return nil }
        let told = Duration.microseconds(note.due.microseconds - wall.microseconds)
        let longest = options.retries.pause(of: options.retries.number(of: record.position.topic))
        if told > longest {
            telemetry.emit(RecordIgnored(.retry, .outOfBounds, at: record.position))
        }
        let wait = min(told, longest)
        return wait > .zero ? now + wait : nil
    }
}
