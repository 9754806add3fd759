internal import KafkaTransport
internal import Processes
internal import Synchronization
internal import Telemetry
internal import VigilCore

/// Follows one topic from its beginning, outside of any group and without a commit, so that any
/// number of pages can run and no worker hears of them. On a thread of its own.
final class TopicFeed: Sendable {
    /// How a feed stands.
    enum Standing: String, Sendable {
        /// What was there at the start is not all read.
        case reading
        case current
        /// The topic is not there or brokers do not answer; tried again.
        case failing
    }

    /// Records that are taken at a time.
    private static let batch = 1000
    /// How long it waits for news before it looks whether it is to end.
    private static let patience = Duration.milliseconds(250)
    private static let retryPause = Duration.seconds(1)

    let topic: String
    private let telemetry: Telemetry
    /// Called before the first record of the topic, also when it is read once more.
    private let begin: @Sendable () -> Void
    private let take: @Sendable ([InboundRecord]) -> Void
    private let ending = Latch()
    private let state = Mutex(Standing.reading)

    init(
        topic: String, telemetry: Telemetry, begin: @escaping @Sendable () -> Void = {},
        take: @escaping @Sendable ([InboundRecord]) -> Void
    ) {
        self.topic = topic
        self.telemetry = telemetry
        self.begin = begin
        self.take = take
    }

    var standing: Standing { state.withLock { $0 } }

    /// Asks the thread to end.
    func stop() { ending.open() }

    private var isStopped: Bool { ending.wait(until: SystemClock().monotonic()) }

    /// Runs until ``stop()``; what Kafka refuses is tried again, from the topic's beginning.
    func run(_ configuration: KafkaConfiguration) {
        while !isStopped {
            do throws(KafkaError) {
                try follow(configuration)
            } catch {
                // Said once, not every second.
                if set(.failing) { telemetry.emit(PageTroubled(place: "feed", code: error.code)) }
                _ = ending.wait(until: SystemClock().monotonic() + Self.retryPause)
            }
        }
    }

    private func follow(_ configuration: KafkaConfiguration) throws(KafkaError) {
        var reader = try RecordReader(configuration: configuration)
        try reader.open([topic], timeout: .seconds(10))
        begin()
        _ = set(.reading)
        while !isStopped {
            let records = try reader.next(max: Self.batch, timeout: Self.patience)
            if !records.isEmpty { take(records) }
            if reader.isAtEnd, set(.current) { take([]) }
        }
    }

    /// Says whether it stood otherwise before.
    private func set(_ standing: Standing) -> Bool {
        state.withLock { state in
            defer { state = standing }
            return state != standing
        }
    }
}
