internal import KafkaTransport
internal import Telemetry
internal import VigilCore

/// Makes of the topic of findings what is known of patients' earlier studies. The transport
/// thread's alone.
final class PriorFeed: TopicFollower {
    /// Findings are long: studies that are done do not wait for more of them.
    let recordsPerRound = 64
    private let context: TransportContext
    private let priors: PriorStudies

    init(_ context: TransportContext, priors: PriorStudies) {
        self.context = context
        self.priors = priors
    }

    var topic: String { priors.topic }
    var isCurrent: Bool { priors.isCurrent }

    func mark(isCurrent: Bool) { priors.mark(isCurrent: isCurrent) }

    func startAgain() { priors.startAgain() }

    func take(_ records: [InboundRecord]) {
        for record in records {
            if case .unreadable = priors.take(record) {
                context.telemetry.emit(RecordIgnored(.finding, .unreadable, at: record.position))
            }
        }
        let size = priors.size
        context.telemetry.emit(PriorsKept(patients: size.patients, studies: size.studies))
    }

    func tell(isCurrent: Bool, why: SafeText?, after duration: Duration) {
        context.telemetry.emit(
            PatientTopicFollowed(
                .priors, isCurrent: isCurrent, why: why, duration: duration))
    }
}
