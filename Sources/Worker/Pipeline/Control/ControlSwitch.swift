package import Control
internal import Files
package import Imaging
package import Settings
package import Signing
internal import Synchronization
package import Telemetry
package import VigilCore

/// What operators have stopped, as this worker knows it. Its feed writes it, those that read and
/// assess studies ask it; any thread.
package final class ControlSwitch: FollowedState {
    private struct State {
        var table: ControlTable
        var knowledge = FeedKnowledge()
        var isStopFileThere = false
    }

    /// Nil: only a file may stop this worker.
    package let topic: String?
    /// Those whose orders are believed.
    let keys: [VerifyingKey]
    private let stopFile: String?
    private let state: Mutex<State>

    /// Nil where the settings let nothing be stopped.
    ///
    /// - Throws: ``SigningError`` when a key cannot be read.
    package convenience init?(_ settings: Settings) throws(SigningError) {
        guard settings.controlTopic != nil || settings.controlStopFile != nil else { return nil }
        self.init(
            topic: settings.controlTopic, stopFile: settings.controlStopFile,
            keys: try KeyFile.verifying(settings.controlKeys))
    }

    /// - Parameter keys: those whose orders are believed.
    package init(topic: String?, stopFile: String? = nil, keys: [VerifyingKey]) {
        self.topic = topic
        self.keys = keys
        self.stopFile = stopFile
        state = Mutex(State(table: ControlTable(keys: keys)))
    }

    /// What is allowed now.
    ///
    /// - Parameters:
    ///   - models: all that may answer.
    ///   - site: whose studies they are; nil: it is not said.
    ///   - scanners: what made the study's images; none while that is not known.
    package func standing(
        models: [Digest], site: String?, scanners: Set<Scanner> = [], at now: MonotonicTime
    ) -> ControlStanding {
        state.withLock { state in
            guard topic != nil else {
                return ControlStanding(stop: state.isStopFileThere ? .stopFile : nil)
            }
            let standing = state.table.standing(
                models: models, site: site, scanners: scanners.map(\.names))
            if state.isStopFileThere { return standing.stopped(by: .stopFile) }
            return state.knowledge.isKnown(at: now) ? standing : standing.stopped(by: .unread)
        }
    }

    /// Whether the topic was read to its end and answers; true without one.
    func isKnown(at now: MonotonicTime) -> Bool {
        topic == nil || state.withLock { $0.knowledge.isKnown(at: now) }
    }

    // MARK: Followed

    /// A file stops the worker while it is there.
    package func lookAround() {
        guard let stopFile else { return }
        let isThere = FilePresence.isPossible(stopFile)
        state.withLock { $0.isStopFileThere = isThere }
    }

    package func take(_ record: InboundRecord) -> (any TelemetryEvent)? {
        state.withLock { $0.table.take(key: record.key, value: record.value) }
            .map { ControlRefused($0, at: record.position) }
    }

    package func markKnown(at now: MonotonicTime) { state.withLock { $0.knowledge.last = now } }

    /// What the last topic said lets nothing run.
    package func startAgain() {
        state.withLock { state in
            state.table.forget()
            state.knowledge.last = nil
        }
    }

    package func observed(at now: MonotonicTime) -> ControlObserved {
        state.withLock { state in
            let scopes = topic == nil ? [] : state.table.stopped
            var counts = Dictionary(grouping: scopes, by: ControlObserved.StopKind.init)
                .mapValues(\.count)
            if state.isStopFileThere { counts[.all] = 1 }
            return ControlObserved(
                stopped: counts, isKnown: topic == nil || state.knowledge.isKnown(at: now))
        }
    }
}

extension ControlObserved.StopKind {
    fileprivate init(_ scope: ControlScope) {
        switch scope {
        case .all: self = .all
        case .model: self = .model
        case .finding: self = .finding
        case .site: self = .site
        case .scanner: self = .scanner
        }
    }
}
