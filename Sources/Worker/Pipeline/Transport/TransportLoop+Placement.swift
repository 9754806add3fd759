internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// Sends an event to its study's owner, if that is another. Nothing is noted of its order here:
    /// two workers that note orders of one study would write over each other's.
    ///
    /// - Returns: whether it was sent.
    func forwarded(
        _ ticket: StudyTicket, _ event: StudyEvent, _ record: InboundRecord, now: MonotonicTime
    ) -> Bool {
        let place = record.position
        tellSenders(event, record)
        switch options.placement.verdict(on: event.study, at: place, options.partitions.now) {
        case .owned: return false
        case .outgrown: tell(.outgrown, place)
        case .nowhere: tell(.nowhere, place)
        case .forwarded(let topic, let partition):
            let study = Pseudonym(of: event.study, key: options.parts.pseudonyms.bytes)
            let note = PlacementNote(of: record, study: study)
            work.decide {
                $0.forward(
                    ticket, event, deadline: now + options.deadlines(event.priority),
                    outcome: .placed(note, topic: topic, partition: partition), now: now)
            }
            return true
        }
        return false
    }

    private func tell(_ outcome: StudyPlaced.Outcome, _ place: RecordPosition) {
        telemetry.emit(
            StudyPlaced(
                outcome, topic: SafeText(operatorProvided: place.topic),
                partition: place.partition, offset: place.offset))
    }

    private func tellSenders(_ event: StudyEvent, _ record: InboundRecord) {
        let place = record.position
        guard options.placement.isOfSenders(place.topic),
            let fitting = senders.note(
                key: record.key, study: event.study, at: place.partition,
                among: options.partitions[options.inputTopic])
        else { return }
        telemetry.emit(
            SettingWarning(
                setting: "study.placement",
                what: "senders use another hash of the study's UID, so many events are forwarded",
                remedy: "Set study.placement to \(SafeText(fixedMessage: fitting.rawValue))"))
    }
}
