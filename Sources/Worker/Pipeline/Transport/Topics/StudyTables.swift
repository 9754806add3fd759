package import KafkaTransport
internal import Telemetry
package import VigilCore
internal import Wire
internal import WorkerCore

/// What was said and ordered of studies before, as compacted topics have it: read whenever it is
/// waited for; and what is known of patients, which is followed. The transport thread's alone.
package final class StudyTables {
    /// Records taken in one round.
    private static let recordsPerRound = 64

    private let context: TransportContext
    /// What was said.
    private var histories: TopicTable
    /// What stands, once something of it is recalled.
    private var standings: TopicTable
    /// What was ordered, and since when that is waited for.
    private var orders: TopicTable
    private var ordersSince: MonotonicTime
    /// The topics that tell of patients; none where nothing is asked of them.
    private let feeds: [TopicFeed]
    private let contexts: ContextFeed?
    /// Revises findings for what becomes known of them; nil where none is.
    private let late: LateResults?

    /// Nothing is read yet.
    package init(_ context: TransportContext) {
        self.context = context
        let (options, now) = (context.options, context.clock.monotonic())
        histories = TopicTable(
            options.parts.findingTopics, clients: context.clients, wakeUp: context.work.transport,
            now: now)
        // What the last release alone has said is not recalled: it has no records of this version.
        standings = TopicTable(
            Array(options.parts.findingTopics.prefix(1)), clients: context.clients,
            wakeUp: context.work.transport, now: now)
        orders = TopicTable(
            [options.orders.topic], clients: context.clients, wakeUp: context.work.transport,
            now: now)
        ordersSince = now
        let known = options.patients
        contexts = known.contexts.map { ContextFeed(context, patients: $0) }
        let priors = known.priors.map { PriorFeed(context, priors: $0) }
        let followers: [(any TopicFollower)?] = [contexts, priors]
        feeds = followers.compactMap { $0.map { TopicFeed(context, $0) } }
        late = known.contexts.flatMap { patients in
            patients.late.map { LateResults(context, patients: patients, rule: $0) }
        }
    }

    private var work: LockedCore { context.work }

    /// Partitions were taken over: what another worker has published of them is beyond where an
    /// open reading would end.
    func beginAnew() {
        histories.pause()
        standings.pause()
        orders.pause()
        ordersSince = context.clock.monotonic()
    }

    /// Topics are gone: what was read of them says nothing of those that take their place.
    func startAgain(_ gone: Set<String>) {
        if !gone.isDisjoint(with: context.options.parts.findingTopics) {
            histories.startAgain()
            standings.startAgain()
            work.decide { $0.forgetStandings() }
        }
        if gone.contains(context.options.orders.topic) { orders.startAgain() }
    }

    /// Reads on in the topics that tell what was said and ordered before, where that is waited for.
    package func follow() throws(KafkaError) {
        for feed in feeds { feed.follow() }
        contexts?.expire(context.clock.monotonic())
        try followOrders()
        try followStandings()
        guard work.decide({ $0.wantsHistories }) else { return histories.pause() }
        if !histories.isBegun { late?.beginReading() }
        let isCurrent = try histories.follow(
            max: Self.recordsPerRound, now: context.clock.monotonic()
        ) {
            late?.take($0)
            guard let (study, history) = StudyHistory.read($0) else {
                if StudyHistory.isClaimed(by: $0) {
                    context.telemetry.emit(RecordIgnored(.finding, .unreadable, at: $0.position))
                }
                return
            }
            work.decide { $0.note(history, of: study) }
        }
        guard isCurrent else { return }
        late?.endReading()
        work.decide { $0.historiesAreCurrent() }
        work.wakeDecoders()
    }

    private func followStandings() throws(KafkaError) {
        guard standings.isBegun || work.decide({ $0.wantsStandings }) else { return }
        if !standings.isBegun { work.decide { $0.beginStandings() } }
        let isCurrent = try standings.follow(
            max: Self.recordsPerRound, now: context.clock.monotonic()
        ) {
            guard let (study, history) = StudyHistory.standing($0) else { return }
            work.decide { $0.noteStanding(history, of: study) }
        }
        guard isCurrent else { return }
        work.decide { $0.standingsAreCurrent() }
        work.wakeDecoders()
    }

    private func followOrders() throws(KafkaError) {
        guard work.decide({ $0.wantsOrders }) else { return orders.pause() }
        let now = context.clock.monotonic()
        let isCurrent = try orders.follow(max: Self.recordsPerRound, now: now) {
            guard let (study, order) = OrderToTell.read($0) else {
                return context.telemetry.emit(RecordIgnored(.order, .unreadable, at: $0.position))
            }
            work.decide { $0.learn(order, of: study) }
        }
        if isCurrent { return work.decide { $0.ordersAreCurrent() } }
        let (isEndKnown, waited) = (orders.isBegun, now - ordersSince)
        if work.decide({ $0.ordersAreRead(isEndKnown: isEndKnown, for: waited) }) {
            context.telemetry.emit(
                KafkaLog(
                    severity: .warning,
                    text: "the topic of orders cannot be read: earlier orders are not known"))
        }
    }

    /// Revises findings for what has become known of their patients.
    package func revise(by transactions: OutcomeTransactions) { late?.follow(transactions) }

    /// Takes in what this worker has published of studies.
    func note(_ published: [Finding]) {
        guard let late else { return }
        for finding in published { late.note(finding) }
    }

    /// A study's finding is revised no more: its revision is too large for the broker.
    func giveUp(_ study: Pseudonym) { late?.giveUp(study, .tooLarge) }

    /// When findings are to be looked at again; nil while there are none.
    package var nextReview: MonotonicTime? { late?.nextDue }

    /// When a table is to be read on; nil when none is waited for.
    package var nextDue: MonotonicTime? {
        let (wantsOrders, wantsHistories, wantsStandings) = work.decide {
            ($0.wantsOrders, $0.wantsHistories, $0.wantsStandings)
        }
        return [
            wantsOrders ? orders.due : nil, wantsHistories ? histories.due : nil,
            wantsStandings ? standings.due : nil, feeds.compactMap(\.nextDue).min(),
        ].compactMap { $0 }.min()
    }
}
