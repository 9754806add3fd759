package import VigilCore

/// Decides which studies may wait for a cleaner hour. Pure.
///
/// Only studies ordered as routine that no person has escalated wait, and only for an hour that the
/// forecast knows, that is cleaner by a stated part, and that leaves the margin before their
/// deadline. What waits is bounded, so that whatever comes later is held up by no more.
package struct DeferralPolicy: Sendable, Hashable {
    /// The time before a deadline at which a study waits no longer.
    package var margin: Duration
    /// By which part the later hour must be cleaner, 0…1.
    package var leastSaving: Double
    /// How much work may wait at a time.
    package var waitingMax: Duration
    /// How many studies may wait at a time.
    package var studiesMax: Int
    /// Nothing but studies that wait has come for this long: then these are taken. Sooner results,
    /// fewer grams saved. Nil: that is no reason to take them.
    package var idle: Duration?

    package init(
        margin: Duration = .seconds(1800), leastSaving: Double = 0.05,
        waitingMax: Duration = .seconds(3600), studiesMax: Int = .max,
        idle: Duration? = .seconds(60)
    ) {
        self.margin = margin
        self.leastSaving = min(1, max(0, leastSaving))
        self.waitingMax = waitingMax
        self.studiesMax = studiesMax
        self.idle = idle
    }

    /// What is to be decided on.
    package struct Study: Sendable {
        /// As ordered.
        package let priority: Priority
        /// A person wants it sooner than ordered.
        package let isEscalated: Bool
        /// When its finding must be out.
        package let deadline: Timestamp
        /// How long it takes.
        package let work: Duration

        package init(
            priority: Priority, isEscalated: Bool, deadline: Timestamp, work: Duration
        ) {
            self.priority = priority
            self.isEscalated = isEscalated
            self.deadline = deadline
            self.work = work
        }
    }

    /// Until when a study should wait; nil when it should not.
    ///
    /// - Parameters:
    ///   - waiting: the work that waits already.
    ///   - forecast: the grid's intensity; nil when it is not known, and then nothing waits.
    package func notBefore(
        _ study: Study, now: Timestamp, waiting: Duration, forecast: IntensitySeries?
    ) -> Timestamp? {
        guard study.priority == .routine, !study.isEscalated, let forecast,
            waiting + study.work <= waitingMax
        else { return nil }
        let last = last(study, waiting: waiting)
        let most = forecast.point(at: now).grams * (1 - leastSaving)
        let cleanest = forecast.points.filter { $0.time > now && $0.time <= last }
            .min { ($0.grams, $0.time) < ($1.grams, $1.time) }
        guard let cleanest, cleanest.grams < most else { return nil }
        return cleanest.time
    }

    /// Whether a study may wait until a given time at which the day's budget is renewed.
    package func mayWait(
        _ study: Study, until time: Timestamp, waiting: Duration
    ) -> Bool {
        study.priority == .routine && !study.isEscalated
            && waiting + study.work <= waitingMax && time <= last(study, waiting: waiting)
    }

    private func last(_ study: Study, waiting: Duration) -> Timestamp {
        let early = (margin + waiting + study.work).components
        let microseconds = early.seconds * 1_000_000 + early.attoseconds / 1_000_000_000_000
        return Timestamp(microseconds: study.deadline.microseconds - microseconds)
    }

    /// The moment from which the study with the nearest deadline waits no longer, whatever was
    /// decided: all that waits and all that is ready may have to be done before it.
    package func latest(
        nearest deadline: MonotonicTime, waiting: Duration, ready: Duration
    ) -> MonotonicTime {
        deadline + (.zero - margin - waiting - ready)
    }
}
