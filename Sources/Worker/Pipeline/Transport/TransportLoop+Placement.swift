internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// Tells of an event that stands in another partition than its study's.
    func tell(_ outcome: StudyPlaced.Outcome, _ place: RecordPosition) {
        telemetry.emit(
            StudyPlaced(
                outcome, topic: SafeText(operatorProvided: place.topic),
                partition: place.partition, offset: place.offset))
    }

    /// Tells, once, by which hash senders seem to place events where it is another than the one
    /// set.
    func tellSenders(_ event: StudyEvent, _ record: InboundRecord) {
        let place = record.position
        guard options.rules.placement.isOfSenders(place.topic),
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
