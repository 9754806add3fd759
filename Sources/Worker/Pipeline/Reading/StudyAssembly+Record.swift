internal import VigilCore
internal import Wire
internal import WorkerCore

extension StudyAssembly.Member {
    /// As a finding lists it.
    var answer: FindingRecord.Revision.Answer {
        FindingRecord.Revision.Answer(event: EventIdentity(of: event), position: origin)
    }
}

extension StudyAssembly {
    /// What people ordered for the study.
    var order: FindingRecord.Order {
        let asked = members.filter { $0.event.withdrawal == nil }.map(\.event.priority)
        let last = members.last?.event
        return FindingRecord.Order(
            highest: (asked + [history?.ordered].compactMap { $0 }).min() ?? .routine,
            ofEvent: last?.withdrawal == nil ? last?.priority : nil, before: history?.ordered)
    }

    /// What is said when nothing of the study is left. It answers the last event alone.
    func retraction(_ revision: FindingRecord.Revision) -> FindingRecord {
        let last = members[members.count - 1]
        var revision = revision
        revision.answers = [last.answer]
        revision.parts = []
        var run = FindingRecord.Run()
        run.position = last.origin
        run.traceparent = last.event.traceparent
        run.tracestate = last.event.tracestate
        return .notAssessed(
            [FindingRecord.Reason(.withdrawn)], study: last.event.study, pseudonym: study,
            cause: EventIdentity(of: last.event), order: order, findingID: history?.finding,
            revision: revision, run: run)
    }
}
