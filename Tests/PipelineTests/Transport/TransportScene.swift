import KafkaTransport
import Pipeline
import Testing
import VigilCore
import Wire
import WorkerCore

/// A worker that has one partition of the input topic, and what may stand in it.
struct TransportScene {
    static let place = TopicPartition(topic: TransportBench.input, partition: 0)

    let bench: TransportBench
    let parts: TransportParts

    /// - Parameter records: how many events stand in the partition.
    init(
        records: Int = 1, priority: Priority = .urgent, drafts: ReportDrafts? = nil
    ) throws {
        bench = try TransportBench(drafts: drafts)
        for offset in 0..<records {
            bench.cluster.append(Self.event(Int64(offset), priority: priority))
        }
        parts = try bench.parts()
        #expect(BrokerStart(bench.context, member: parts.member, producer: parts.producer).run())
    }

    /// With its partition taken over and the topic of orders read.
    static func assigned(
        records: Int = 1, priority: Priority = .urgent, drafts: ReportDrafts? = nil
    ) throws -> TransportScene {
        let scene = try TransportScene(records: records, priority: priority, drafts: drafts)
        try scene.assign()
        try scene.parts.tables.follow()
        return scene
    }

    var cluster: FakeCluster { bench.cluster }
    var work: LockedCore { bench.work }

    /// Lets the group give the partition.
    func hearAssigned() {
        cluster.give(Self.place, to: 0)
        bench.clients.consumer?.hear(.assigned([Self.place]))
        _ = bench.clients.consumer?.poll(max: 1)
    }

    func assign() throws {
        hearAssigned()
        try parts.rebalances.assign([Self.place])
    }

    /// Lets the group take the partition.
    func revoke(isLost: Bool = false) throws {
        bench.clients.consumer?.hear(isLost ? .lost([Self.place]) : .revoked([Self.place]))
        _ = bench.clients.consumer?.poll(max: 1)
        if isLost { cluster.give(Self.place, to: 1) }
        try parts.rebalances.revoke([Self.place], isLost: isLost)
    }

    /// Takes the first records in and gives them their outcomes.
    @discardableResult
    func finish(_ count: Int = 1) throws -> [StudyTicket] {
        try cluster.log(Self.place).prefix(count).map { record in
            let ticket = try #require(parts.intake.take(record))
            let outcome = try outcome(ticket)
            let now = bench.clock.monotonic()
            work.decide { $0.finish(ticket, outcome: outcome, now: now) }
            return ticket
        }
    }

    /// What is said of a study.
    func record(_ ticket: StudyTicket) throws -> Finding {
        let event = try #require(work.decide { $0.study(ticket)?.event })
        return Finding.notAssessed(
            [Finding.Reason(.nothingToAssess)], study: event.study,
            pseudonym: Pseudonym(
                of: event.study, key: bench.context.options.parts.pseudonyms.bytes),
            cause: EventIdentity(of: event), order: Finding.Order(event: event.priority))
    }

    private func outcome(_ ticket: StudyTicket) throws -> StudyOutcome {
        .record(try record(ticket))
    }

    /// One transaction, from its beginning to its end.
    func publish() {
        parts.transactions.publish()
        parts.transactions.end()
    }

    // MARK: What is seen

    var findings: Int { cluster.log(TransportBench.outputs.finding).count }
    var deadLetters: Int { cluster.log(TransportBench.outputs.deadLetter).count }
    var ordersTold: Int { cluster.log(TransportBench.outputs.worklist).count }
    var inFlight: Int { work.decide { $0.inFlight } }
    var nextOffset: Int64? { cluster.committed([Self.place])[0].nextOffset }

    /// The worker goes on, and nothing was published of what it has in flight.
    func expectNothingLost(_ count: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(work.ended == nil, sourceLocation: sourceLocation)
        #expect(findings == 0, sourceLocation: sourceLocation)
        #expect(ordersTold == 0, sourceLocation: sourceLocation)
        #expect(nextOffset ?? 0 == 0, sourceLocation: sourceLocation)
        #expect(inFlight == count, sourceLocation: sourceLocation)
        #expect(work.decide { $0.hasPublishable }, sourceLocation: sourceLocation)
    }

    /// All is published, once.
    func expectPublished(_ count: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(work.ended == nil, sourceLocation: sourceLocation)
        #expect(findings == count, sourceLocation: sourceLocation)
        #expect(ordersTold == count, sourceLocation: sourceLocation)
        #expect(nextOffset == Int64(count), sourceLocation: sourceLocation)
        #expect(inFlight == 0, sourceLocation: sourceLocation)
    }

    /// The worker has ended, by an error that asks for this.
    func expectEnded(_ wanted: Disposition, sourceLocation: SourceLocation = #_sourceLocation) {
        guard case .failed(let error)? = work.ended else {
            Issue.record("the worker goes on", sourceLocation: sourceLocation)
            return
        }
        #expect(error.disposition == wanted, sourceLocation: sourceLocation)
    }

    /// An event of a study of its own, complete by itself.
    static func event(
        _ offset: Int64, topic: String = place.topic, priority: Priority = .urgent,
        headers: [RecordHeader] = []
    ) -> InboundRecord {
        let body =
            "{\"study\":{\"uid\":\"1.2.\(offset + 1)\"},\"priority\":\"\(priority.rawValue)\","
            + "\"instances\":[{\"uri\":\"file:///in/\(offset).dcm\"}]}"
        return InboundRecord(
            position: RecordPosition(topic: topic, partition: 0, offset: offset), key: nil,
            value: Array(body.utf8),
            headers: [
                RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", "\(offset)"),
                RecordHeader("ce_source", "urn:test"),
                RecordHeader("ce_type", "org.vigil.study.received.v1"),
            ] + headers, timestamp: nil)
    }
}
