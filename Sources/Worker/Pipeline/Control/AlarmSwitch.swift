internal import Control
package import Settings
package import Signing
internal import Synchronization
package import Telemetry
package import VigilCore
internal import Wire

/// Which alarms stand, as this worker knows it. Its feed writes it, those that assess studies ask
/// it; any thread.
package final class AlarmSwitch: FollowedState {
    private struct State {
        var table: AlarmTable
        var knowledge = FeedKnowledge()
        /// The worker's calibrations.
        var used: Set<Digest> = []
    }

    package let topic: String?
    private let state: Mutex<State>

    /// Nil where the settings name no topic of alarms.
    ///
    /// - Throws: ``SigningError`` when a key cannot be read.
    package convenience init?(_ settings: Settings) throws(SigningError) {
        guard let topic = settings.qualityAlarmTopic else { return nil }
        self.init(topic: topic, keys: try KeyFile.verifying(settings.qualityAlarmKeys))
    }

    /// - Parameter keys: those whose decisions are believed.
    package init(topic: String, keys: [VerifyingKey]) {
        self.topic = topic
        state = Mutex(State(table: AlarmTable(keys: keys)))
    }

    /// Which of a worker's calibrations do not answer for a study now.
    ///
    /// - Parameter traits: what the study is; what is not known is left out.
    package func alarms(
        against calibrations: [Digest], traits: [String: String], at now: MonotonicTime
    ) -> [Finding.Alarm] {
        state.withLock { state in
            state.knowledge.isKnown(at: now)
                ? state.table.alarms(against: calibrations, traits: traits)
                : AlarmTable.unknown(calibrations)
        }
    }

    /// Whether the topic was read to its end and answers.
    package func isKnown(at now: MonotonicTime) -> Bool {
        state.withLock { $0.knowledge.isKnown(at: now) }
    }

    /// The calibrations that the worker has, of which alarms are told apart.
    func use(_ calibrations: [Digest]) { state.withLock { $0.used.formUnion(calibrations) } }

    // MARK: Followed

    package func lookAround() {}

    package func take(_ record: InboundRecord) -> (any TelemetryEvent)? {
        let alarm = try? AlarmDecoder.decode(record)
        return state.withLock { $0.table.take(record, as: alarm) }
            .map { AlarmRefused($0, at: record.position) }
    }

    package func markKnown(at now: MonotonicTime) { state.withLock { $0.knowledge.last = now } }

    /// What the last topic said stands: only a person's decision takes an alarm back.
    package func startAgain() { state.withLock { $0.knowledge.last = nil } }

    package func observed(at now: MonotonicTime) -> AlarmsObserved {
        state.withLock { state in
            let standing = state.table.standing
            let own = standing.count { entry in
                entry.calibrations.map { !$0.isDisjoint(with: state.used) } ?? true
            }
            return AlarmsObserved(
                standing: [.inUse: own, .others: standing.count - own],
                isKnown: state.knowledge.isKnown(at: now), isCrowded: state.table.isCrowded)
        }
    }
}
