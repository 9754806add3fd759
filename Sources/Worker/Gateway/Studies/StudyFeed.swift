internal import KafkaTransport
internal import Processes
internal import Synchronization
internal import Telemetry
internal import VigilCore
internal import Wire

/// Follows the topics of study events from their beginning, for the directory. On a thread of its
/// own.
final class StudyFeed: Sendable {
    /// Records that are taken at a time.
    private static let batch = 1000
    /// How long it waits for news before it looks whether it is to end.
    private static let patience = Duration.milliseconds(250)
    private static let retryPause = Duration.seconds(1)

    private let directory: StudyDirectory
    private let telemetry: Telemetry
    private let decoder = StudyEventDecoder()
    private let ending = Latch()
    private let reachedEnd = Atomic(false)

    init(directory: StudyDirectory, telemetry: Telemetry) {
        self.directory = directory
        self.telemetry = telemetry
    }

    /// Whether all that was there at the start is known.
    var isCurrent: Bool { reachedEnd.load(ordering: .acquiring) }

    /// Asks the thread to end.
    func stop() { ending.open() }

    private var isStopped: Bool { ending.wait(until: SystemClock().monotonic()) }

    /// Runs until ``stop()``; what Kafka refuses is tried again.
    func run(_ configuration: KafkaConfiguration, topics: [String]) {
        while !isStopped {
            do throws(KafkaError) {
                try follow(configuration, topics)
            } catch {
                telemetry.emit(GatewayTroubled(place: "study_feed", code: error.code))
                _ = ending.wait(until: SystemClock().monotonic() + Self.retryPause)
            }
        }
    }

    private func follow(
        _ configuration: KafkaConfiguration, _ topics: [String]
    ) throws(KafkaError) {
        var reader = try RecordReader(configuration: configuration)
        try reader.open(topics, timeout: .seconds(10))
        while !isStopped {
            let records = try reader.next(max: Self.batch, timeout: Self.patience)
            for record in records {
                // What is no event of a study is for workers to complain of.
                if let event = try? decoder.decode(record) { directory.note(event) }
            }
            let isAtEnd = reader.isAtEnd
            if isAtEnd || !records.isEmpty { tell() }
            if isAtEnd { reachedEnd.store(true, ordering: .releasing) }
        }
    }

    private func tell() {
        let counts = directory.takeCounts()
        telemetry.emit(StudiesCounted(known: counts.known, forgotten: counts.forgotten))
    }
}
