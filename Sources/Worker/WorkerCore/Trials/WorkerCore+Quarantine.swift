package import VigilCore

extension WorkerCore {
    /// Decides what is said of a record that ended workers, besides that it is given up.
    ///
    /// - Returns: the event whose study is told as not assessed, as urgent as it stands; nil where
    ///   a finding of it stands that still holds, which says more, or where no study was to be
    ///   read.
    package mutating func quarantine(
        _ ticket: StudyTicket, _ arrival: StudyArrival, _ rules: IntakeRules, _ facts: IntakeFacts
    ) -> StudyEvent? {
        guard let event = ordered(ticket, arrival, rules, facts), event.orderChange == nil,
            event.withdrawal == nil, history(of: arrival.study)?.isLive != true
        else { return nil }
        return event
    }
}
