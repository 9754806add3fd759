internal import KafkaTransport
internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// How long anything less urgent than `stat` waits to know what was ordered before: as long as
    /// a predecessor's open transaction may hide it.
    private static let ordersMax = committedMax

    /// Reads on in the topics that tell what was said and ordered before, where that is waited for.
    func followTables() throws(KafkaError) {
        try followOrders()
        guard work.decide({ $0.wantsHistories }) else { return histories.pause() }
        let isCurrent = try histories.follow(max: Self.recordsPerRound, now: clock.monotonic()) {
            guard let (study, history) = StudyHistory.read($0) else {
                if StudyHistory.isClaimed(by: $0) {
                    telemetry.emit(RecordIgnored(.finding, .unreadable, at: $0.position))
                }
                return
            }
            work.decide { $0.note(history, of: study) }
        }
        guard isCurrent else { return }
        work.decide { $0.historiesAreCurrent() }
        work.wakeDecoders()
    }

    private func followOrders() throws(KafkaError) {
        guard work.decide({ $0.wantsOrders }) else { return orders.pause() }
        let now = clock.monotonic()
        let isCurrent = try orders.follow(max: Self.recordsPerRound, now: now) {
            guard let (study, order) = WorklistOrder.read($0) else {
                return telemetry.emit(RecordIgnored(.order, .unreadable, at: $0.position))
            }
            work.decide { $0.learn(order, of: study) }
        }
        if isCurrent { return work.decide { $0.ordersAreCurrent() } }
        if orders.isBegun { work.decide { $0.ordersAreSeen() } }
        if now - ordersSince >= Self.ordersMax {
            work.decide { $0.ordersStayUnknown() }
            telemetry.emit(
                KafkaLog(
                    severity: .warning,
                    text: "the topic of orders cannot be read: earlier orders are not known"))
        }
    }

    /// When a table is to be read on; nil when none is waited for.
    var tablesDue: MonotonicTime? {
        let (wantsOrders, wantsHistories) = work.decide { ($0.wantsOrders, $0.wantsHistories) }
        return [wantsOrders ? orders.due : nil, wantsHistories ? histories.due : nil]
            .compactMap { $0 }.min()
    }

    /// What a committed outcome leaves as its study's history.
    static func history(
        after outcome: StudyOutcome, of study: StudyInFlight
    ) -> (Pseudonym, StudyHistory)? {
        guard let name = study.assembly?.study else { return nil }
        switch outcome {
        case .finding(let finding, _, _), .record(let finding):
            return StudyHistory(finding).map { (name, $0) }
        case .quarantined, .order, .deadLetter, .postponed, .deferral, .placed:
            return nil
        }
    }
}
