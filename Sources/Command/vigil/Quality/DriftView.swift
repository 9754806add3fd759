import KafkaTransport
import Quality
import VigilCore
import Wire

/// Whether what findings tell of studies has changed. What it holds does not grow with the studies.
struct DriftView: QualityView {
    let topics: [String]
    private var monitor: DriftMonitor
    private let file: String?
    private var alarms: DriftAlarms?
    private var tally = QualityReading.Tally()
    /// The newest record's time.
    private var newest = Timestamp(milliseconds: 0)

    /// - Parameters:
    ///   - state: what is known from before.
    ///   - file: where it is kept; nil: nowhere.
    ///   - alarms: where alarms are published; nil: nowhere.
    init(findings: String, state: DriftMonitor, file: String?, alarms: DriftAlarms?) {
        topics = [findings]
        monitor = state
        self.file = file
        self.alarms = alarms
    }

    /// What cannot be read tells nothing of its study.
    mutating func take(_ record: InboundRecord) {
        tally.read += 1
        guard record.value != nil else { return }
        do throws(WireError) {
            let (finding, digest) = try FindingDecoder.decodeNamed(record)
            let published = record.timestamp ?? Timestamp(milliseconds: 0)
            newest = max(newest, published)
            monitor.take(finding, digest, at: record.position, published: published)
        } catch {
            tally.refused[error.code.text, default: 0] += 1
        }
    }

    mutating func show(isJSON: Bool, partitions: [TopicPartition]) throws -> ExitCode {
        _ = monitor.raise(partitions: partitions.count, at: newest)
        let standings = monitor.standings(partitions: partitions.count)
        let published = try alarms?.publish(standings)
        if let file { try DriftState.write(monitor, to: file) }
        DriftReport(
            standings: standings, unfollowed: monitor.unfollowed, findings: tally,
            published: published
        ).show(isJSON: isJSON)
        return .ok
    }
}
