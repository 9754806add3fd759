package import VigilCore

/// Decides which studies may wait for a cleaner hour. Pure.
///
/// Only studies ordered as routine that no person has escalated wait, and only for an hour that the
/// forecast knows, that is cleaner by a stated part, and that leaves the margin before their
/// deadline. The work that waits is bounded, so that whatever comes later is held up by no more.
package struct DeferralPolicy: Sendable, Hashable {
    /// The time before a deadline at which a study waits no longer.
    package var margin: Duration
    /// By which part the later hour must be cleaner, 0…1.
    package var leastSaving: Double
    /// How much work may wait at a time.
    package var waitingMax: Duration
    /// Whether a study that waits is taken as soon as nothing else is to do. Sooner results, fewer
    /// grams saved.
    package var releasesWhenIdle: Bool

    package init(
        margin: Duration = .seconds(1800), leastSaving: Double = 0.05,
        waitingMax: Duration = .seconds(3600), releasesWhenIdle: Bool = true
    ) {
        self.margin = margin
        self.leastSaving = min(1, max(0, leastSaving))
        self.waitingMax = waitingMax
        self.releasesWhenIdle = releasesWhenIdle
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
        let last = latest(study)
        let most = forecast.point(at: now).grams * (1 - leastSaving)
        let cleanest = forecast.points.filter { $0.time > now && $0.time <= last }
            .min { ($0.grams, $0.time) < ($1.grams, $1.time) }
        guard let cleanest, cleanest.grams < most else { return nil }
        return cleanest.time
    }

    /// The moment from which a study waits no longer, whatever was decided: its deadline nears.
    package func latest(_ study: Study) -> Timestamp {
        let early = (margin + study.work).components
        let microseconds = early.seconds * 1_000_000 + early.attoseconds / 1_000_000_000_000
        return Timestamp(microseconds: study.deadline.microseconds - microseconds)
    }
}
