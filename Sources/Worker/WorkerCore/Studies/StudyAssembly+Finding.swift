package import VigilCore

extension StudyAssembly.Member {
    /// As a finding lists it.
    var answer: Finding.Revision.Answer {
        Finding.Revision.Answer(event: EventIdentity(of: event), position: origin)
    }
}

extension StudyAssembly {
    /// What people ordered for the study.
    package var order: Finding.Order {
        let asked = members.filter { $0.event.withdrawal == nil }.map(\.event.priority)
        let last = members.last?.event
        return Finding.Order(
            highest: (asked + [history?.ordered].compactMap { $0 }).min() ?? .routine,
            ofEvent: last?.withdrawal == nil ? last?.priority : nil, before: history?.ordered)
    }

    /// What is said when nothing of the study is left, or of what was said of it. It answers the
    /// last event alone.
    ///
    /// - Parameter parts: where the events stand that what comes later goes on from.
    func retraction(
        _ revision: Finding.Revision, because reason: Finding.NotAssessed = .withdrawn,
        parts: [RecordPosition] = []
    ) -> Finding {
        let last = members[members.count - 1]
        var revision = revision
        revision.answers = [last.answer]
        revision.parts = parts
        var run = Finding.Run()
        run.position = last.origin
        run.traceparent = last.event.traceparent
        run.tracestate = last.event.tracestate
        return .notAssessed(
            [Finding.Reason(reason)], study: last.event.study, pseudonym: study,
            cause: EventIdentity(of: last.event), order: order, findingID: history?.finding,
            revision: revision, run: run)
    }
}
