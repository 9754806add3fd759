internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension RecordIntake {
    /// What a record says that was taken in, with what it notes of itself if it came by a topic
    /// that workers write. Who may write to those topics may write any note: one that cannot be
    /// read counts as none.
    func arrival(of record: InboundRecord) throws(WireError) -> StudyArrival {
        let (topic, options, telemetry) = (
            record.position.topic, context.options, context.telemetry
        )
        let retry = options.retries.note(of: record)
        let deferral = options.deferrer.topic.note(of: record)
        let placement = options.rules.placement.placed.note(of: record)
        if retry == nil, options.retries.number(of: topic) > 0 {
            telemetry.emit(RecordIgnored(.retry, .unreadable, at: record.position))
        }
        if deferral == nil, topic == options.deferrer.topic.name {
            telemetry.emit(RecordIgnored(.deferral, .unreadable, at: record.position))
        }
        if placement == nil, options.rules.placement.placed.names.contains(topic) {
            telemetry.emit(RecordIgnored(.placement, .unreadable, at: record.position))
        }
        let event = try events.decode(record)
        var arrival = StudyArrival(
            event: event, study: Pseudonym(of: event.study, key: options.parts.pseudonyms.bytes),
            original: options.returns.original(of: record))
        arrival.placement = placement
        arrival.deferral = deferral
        arrival.retry = retry.map {
            StudyArrival.Retry(
                available: $0.timestamp, due: $0.due,
                longest: options.retries.pause(of: options.retries.number(of: topic)))
        }
        return arrival
    }

    /// What is known at a moment at which a record is taken in.
    func facts(_ now: MonotonicTime, _ wall: Timestamp) -> IntakeFacts {
        IntakeFacts(
            now: now, wall: wall, partitions: context.options.partitions.now,
            outlook: context.options.deferrer.outlook(at: wall))
    }

    /// Tells what was found out about a record.
    func tell(_ notice: IntakeNotice, _ place: RecordPosition) {
        let telemetry = context.telemetry
        switch notice {
        case .clockDoubted(let direction, let believed):
            telemetry.emit(ClockDoubted(direction: direction, believed: believed))
        case .retryOutOfBounds: telemetry.emit(RecordIgnored(.retry, .outOfBounds, at: place))
        case .outgrown: telemetry.emit(StudyPlaced(.outgrown, place))
        case .nowhere: telemetry.emit(StudyPlaced(.nowhere, place))
        }
    }
}

extension StudyPlaced {
    /// Tells of an event that stands in another partition than its study's.
    fileprivate init(_ outcome: Outcome, _ place: RecordPosition) {
        self.init(
            outcome, topic: SafeText(operatorProvided: place.topic),
            partition: place.partition, offset: place.offset)
    }
}
