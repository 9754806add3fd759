internal import KafkaTransport
internal import Processes
internal import Synchronization
internal import Telemetry
internal import VigilCore
internal import Wire

/// Publishes clicks, on a thread of its own; a click that comes again is one record.
final class FeedbackDesk: Sendable {
    /// How a click stands.
    enum Standing: Sendable {
        case queued
        case published
        /// The broker does not have it; the next try is a new one.
        case failed
        case full
    }

    private struct State {
        var queue: [FindingFeedback] = []
        var standings: [UUIDv5: Standing] = [:]
        /// The clicks in ``standings``, oldest first.
        var order: [UUIDv5] = []
    }

    private static let queueMax = 1000
    /// Clicks that are known to come again; the topic's readers know later ones by their ids.
    private static let knownMax = 10_000
    private static let patience = Duration.seconds(10)

    private let state = Mutex(State())
    private let topic: String
    private let telemetry: Telemetry
    private let news: @Sendable () -> Void
    private let ending = Latch()
    private let wakeUp: WakeUp

    /// - Parameter news: called after clicks were published or failed.
    init(
        topic: String, telemetry: Telemetry, news: @escaping @Sendable () -> Void
    ) throws(ProcessError) {
        self.topic = topic
        self.telemetry = telemetry
        self.news = news
        wakeUp = try WakeUp()
    }

    /// Takes a click unless it is known, and says how it stands. Any thread.
    func state(of record: FindingFeedback) -> Standing {
        let id = record.id
        return state.withLock { state in
            switch state.standings[id] {
            case .failed?:
                state.standings[id] = nil
                return .failed
            case let known?: return known
            case nil: break
            }
            guard state.queue.count < Self.queueMax else { return .full }
            state.queue.append(record)
            state.standings[id] = .queued
            state.order.append(id)
            wakeUp.signal()
            return .queued
        }
    }

    /// Asks the thread to end.
    func stop() {
        ending.open()
        wakeUp.signal()
    }

    /// Runs until ``stop()``.
    func run(_ configuration: KafkaConfiguration, clock: any VigilClock) {
        while !ending.wait(until: clock.monotonic()) {
            _ = try? WakeUp.wait(on: [wakeUp.fileDescriptor], timeout: .seconds(1))
            wakeUp.drain()
            let clicks = state.withLock { state in
                defer { state.queue = [] }
                return state.queue
            }
            guard !clicks.isEmpty else { continue }
            do throws(KafkaError) {
                try Self.publish(clicks, to: topic, by: configuration)
                settle(clicks, isPublished: true)
            } catch {
                telemetry.emit(PageTroubled(place: "feedback", code: error.code))
                settle(clicks, isPublished: false)
            }
        }
    }

    /// Clicks are seldom, so that each round has a client of its own: nothing of one that failed
    /// comes later.
    private static func publish(
        _ clicks: [FindingFeedback], to topic: String, by configuration: KafkaConfiguration
    ) throws(KafkaError) {
        let producer = try PlainProducer(configuration: configuration)
        for click in clicks { try producer.send(click.outbound(topic: topic), within: patience) }
        try producer.flush(within: patience)
    }

    private func settle(_ clicks: [FindingFeedback], isPublished: Bool) {
        state.withLock { state in
            for click in clicks { state.standings[click.id] = isPublished ? .published : .failed }
            if state.order.count > Self.knownMax {
                for id in state.order.prefix(Self.knownMax / 2) { state.standings[id] = nil }
                state.order.removeFirst(Self.knownMax / 2)
            }
        }
        telemetry.emit(FeedbackTaken(clicks: clicks.count, isPublished: isPublished))
        news()
    }
}
