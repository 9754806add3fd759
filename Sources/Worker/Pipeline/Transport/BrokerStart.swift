internal import KafkaTransport
internal import Telemetry
internal import VigilCore

/// The way to a worker that is in its group: waits for the broker and for topics that were made a
/// moment ago. The transport thread's alone.
package final class BrokerStart {
    private let context: TransportContext
    private let member: GroupMember
    private let producer: WorkerProducer
    /// Nil where no audit log is kept.
    private let audit: AuditTrail?
    /// Until when a topic that is not there may be one that was made a moment ago.
    private let topicsAppearBy: MonotonicTime

    package init(
        _ context: TransportContext, member: GroupMember, producer: WorkerProducer,
        audit: AuditTrail? = nil
    ) {
        self.audit = audit
        self.context = context
        self.member = member
        self.producer = producer
        topicsAppearBy = context.clock.monotonic() + .seconds(10)
    }

    /// Whether a topic that is not there may be one that was made a moment ago.
    var mayTopicsAppear: Bool { context.clock.monotonic() < topicsAppearBy }

    /// Waits for the broker in slices, so that a stop is heard meanwhile, and joins the group.
    ///
    /// - Returns: false when the worker ends instead; why it does is said then.
    package func run() -> Bool {
        let (work, begun) = (context.work, context.clock.monotonic())
        // A client registers its name once, and refuses a second time.
        var isRegistered = false
        while !context.stop.isRequested {
            do throws(KafkaError) {
                if !isRegistered { try producer.connect() }
                isRegistered = true
                try learnTopics()
                awaitControl()
                if let fault = try audit?.open() {
                    work.stop(.failed(fault))
                    return false
                }
                try member.join()
                context.health.markBrokerSeen()
                return true
            } catch {
                let waited = context.clock.monotonic() - begun
                guard error.isRetriable, waited < context.options.startupMax else {
                    let outOfReach = PipelineError.brokerOutOfReach(producer.trouble)
                    work.stop(.failed(error.isRetriable ? outOfReach : error))
                    return false
                }
                producer.tellWaiting(waited)
                if let refusal = producer.refusal {
                    work.stop(.failed(refusal))
                    return false
                }
            }
        }
        return false
    }

    /// Takes nothing in before it is known what is stopped and which alarms stand, as long as that
    /// may come in time: what is taken in sooner is not assessed, or not answered.
    private func awaitControl() {
        let until = context.clock.monotonic() + FeedKnowledge.silenceMax
        while !context.stop.isRequested {
            let now = context.clock.monotonic()
            let isKnown =
                context.control?.isKnown(at: now) ?? true
                && context.alarms?.isKnown(at: now) ?? true
            guard now < until, !isKnown else { return }
            // An error of poll(2) ends the wait, and it is asked again.
            try? context.threads.wait(for: [], until: now + .milliseconds(20))
        }
    }

    /// Asks for the topics again while they may have been made a moment ago.
    private func learnTopics() throws(KafkaError) {
        let options = context.options
        var isTold = false
        while true {
            do throws(KafkaError) {
                let topics = options.outputTopics + options.intakeTopics
                options.partitions.note(try producer.learn(topics))
                return
            } catch {
                guard case .unknownTopic = error, mayTopicsAppear, !context.stop.isRequested
                else { throw error }
                let topic = error.fault?.subject?.name ?? "not named"
                if !isTold { context.telemetry.emit(TopicAwaited(topic: topic)) }
                isTold = true
                // An error of poll(2) ends the wait, and the topics are asked for again.
                try? context.threads.wait(
                    for: [], until: context.clock.monotonic() + .milliseconds(200))
            }
        }
    }
}
