package import VigilCore

extension WorkerCore {
    /// Whether the topic of orders is to be read.
    package var wantsOrders: Bool { orders.isReading && !partitions.isEmpty }

    /// Notes what an event that was taken in orders.
    ///
    /// - Parameters:
    ///   - place: where the event first stood.
    ///   - time: when it was sent.
    package mutating func note(
        orderOf ticket: StudyTicket, _ event: StudyEvent, of study: Pseudonym,
        at place: RecordPosition, time: Timestamp
    ) {
        guard var taken = studies[ticket] else { return }
        taken.order = StudyInFlight.Order(
            study: study, event: event, place: place, time: time)
        studies.update(taken)
        orders.take(event, of: study, at: place, time: time)
    }

    /// How urgently an event's study is to be read: as it stands on the worklist.
    package func priority(of event: StudyEvent, of study: Pseudonym) -> Priority {
        orders.standing(of: study).order?.highest ?? event.priority
    }

    /// Reads the study's other events in flight as urgently as a new one orders it.
    package mutating func expedite(
        _ study: Pseudonym, to priority: Priority, deadline: MonotonicTime
    ) {
        for var other in studies.values where other.order?.study == study {
            guard let event = other.event, priority < event.priority else { continue }
            other.event = event.with(instances: event.instances, priority: priority)
            other.deadline = min(other.deadline, deadline)
            studies.update(other)
            if line.waiting.remove(other.ticket) { queueForDecoding(other) }
        }
    }

    /// Takes in what the topic of orders says of a study.
    package mutating func learn(_ order: OrderToTell, of study: Pseudonym) {
        orders.learn(order, of: study)
    }

    /// All orders are known that were committed before the partitions were assigned. What is in
    /// flight orders once more: a lowering that was learned may be older than it.
    package mutating func ordersAreCurrent() {
        orders.markCurrent()
        for order in studies.values.compactMap(\.order) {
            orders.take(order.event, of: order.study, at: order.place, time: order.time)
        }
    }

    /// The topic of orders is not read to its end yet. Anything less urgent than `stat` waits for
    /// it as long as an earlier owner's open transaction may hide what it ordered.
    ///
    /// - Parameters:
    ///   - isEndKnown: whether it is known how far it is to be read.
    ///   - waited: since the partitions were assigned.
    /// - Returns: whether it is waited for no longer: earlier orders are not known then.
    package mutating func ordersAreRead(isEndKnown: Bool, for waited: Duration) -> Bool {
        if isEndKnown { orders.markSeen() }
        guard waited >= PartitionTakeover.hiddenMax else { return false }
        orders.markUnknown()
        return true
    }

    /// What was ordered for a study in flight; nil when its event was not read.
    package func standing(of study: StudyInFlight) -> WorklistStanding? {
        study.order.map { orders.standing(of: $0.study) }
    }

    /// Whether an outcome may be published: nothing less urgent than `stat` is, before it is known
    /// what was ordered before, nor when the worker ends: what it told the topic of orders could be
    /// less than stands there. What is forwarded says nothing of an order.
    func isPublishable(_ item: Outbox<Outcome>.Finished) -> Bool {
        !orders.isReading || (orders.isSeen && isStat(item))
            || studies[item.ticket]?.route.isForwarded ?? false
    }

    /// Whether an outcome tells of a `stat` order, which nothing goes above. A study may be read as
    /// urgently for what was said of it before, while the order that would be told is less.
    private func isStat(_ item: Outbox<Outcome>.Finished) -> Bool {
        guard item.isStat, let order = studies[item.ticket]?.order else { return item.isStat }
        return orders.standing(of: order.study).order?.highest == .stat
    }

    /// What the topic of orders is to learn with these outcomes.
    func uncommittedOrders(
        of outcomes: [(study: StudyInFlight, outcome: Outcome)]
    ) -> [Pseudonym: OrderToTell] {
        outcomes.reduce(into: [:]) { found, item in
            guard let order = item.study.order else { return }
            found[order.study] =
                order.event.orderChange == nil
                ? orders.uncommitted(order.study)
                : orders.told(of: order.study, at: order.place)
        }
    }
}
