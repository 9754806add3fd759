package import Telemetry
package import VigilCore

/// What a compacted topic of one partition says, as a worker knows it while its feed reads it. Its
/// feed writes it, others ask it; any thread.
package protocol FollowedState: AnyObject, Sendable {
    /// What is told where it changes.
    associatedtype Observed: TelemetryEvent & Equatable

    /// Nil: there is none to be read.
    var topic: String? { get }

    /// Looks at what else it hangs on, each round.
    func lookAround()
    /// Takes a record of the topic.
    ///
    /// - Returns: what is wrong with it; nil: nothing.
    func take(_ record: InboundRecord) -> (any TelemetryEvent)?
    /// All of the topic is known now.
    func markKnown(at now: MonotonicTime)
    /// The topic is another one, or none.
    func startAgain()
    /// What is to be told.
    func observed(at now: MonotonicTime) -> Observed
}

/// Since when all of a followed topic is known.
struct FeedKnowledge: Sendable {
    /// After so long without an answer of its topic nothing is known.
    static let silenceMax = Duration.seconds(30)

    /// When all of the topic was known last; nil before the first time.
    var last: MonotonicTime?

    /// Whether it was read to its end and answers.
    func isKnown(at now: MonotonicTime) -> Bool {
        last.map { now - $0 < Self.silenceMax } ?? false
    }
}
