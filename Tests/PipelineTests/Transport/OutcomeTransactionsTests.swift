import Energy
import KafkaTransport
import Pipeline
import Testing
import VigilCore
import Wire
import WorkerCore

@Suite("Publishing in transactions, as its calls fail")
struct OutcomeTransactionsTests {
    /// The calls that make a transaction.
    static let making: [ClientCall] = [.begin, .produce, .sendOffsets, .commit]

    private func fault(
        _ way: FailureWay, _ call: ClientCall, isDone: Bool = false
    ) -> ClientFault { ClientFault(error: way.error(of: call), isDone: isDone) }

    /// Whether the next transaction publishes what one that failed has given back, once.
    private func expectTheNextPublishes(_ scene: TransportScene) {
        scene.bench.clock.pass(.seconds(60))
        scene.publish()
        scene.expectPublished()
    }

    @Test("a transaction publishes outcomes, orders and offsets together")
    func publishes() throws {
        let scene = try TransportScene.assigned(records: 2)
        try scene.finish(2)
        scene.publish()
        scene.expectPublished(2)
    }

    @Test(
        "one that is lost is aborted: its outcome and order are told with the next one",
        arguments: Self.making)
    func abortable(_ call: ClientCall) throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let producers = scene.cluster.count(of: .initTransactions)
        scene.cluster.fail(call, fault(.abortable, call))
        scene.publish()
        scene.expectNothingLost()
        #expect(scene.cluster.count(of: .abort) == 1)
        #expect(scene.cluster.count(of: .initTransactions) == producers)
        expectTheNextPublishes(scene)
    }

    @Test(
        "without an answer a new producer ends it, and the offsets tell that it was not committed",
        arguments: Self.making)
    func unknown(_ call: ClientCall) throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let producers = scene.cluster.count(of: .initTransactions)
        scene.cluster.fail(call, fault(.retriable, call))
        scene.publish()
        scene.expectNothingLost()
        #expect(scene.cluster.count(of: .initTransactions) == producers + 1)
        expectTheNextPublishes(scene)
    }

    @Test("a commit whose answer was lost is adopted, and nothing is published twice")
    func committedAllTheSame() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.retriable, .commit, isDone: true))
        scene.publish()
        scene.expectPublished()
        scene.bench.clock.pass(.seconds(60))
        scene.publish()
        scene.expectPublished()
    }

    @Test("a fenced producer ends the worker with nothing published", arguments: Self.making)
    func fatal(_ call: ClientCall) throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(call, fault(.fatal, call))
        scene.publish()
        scene.expectEnded(.shutDown(.temporary))
        #expect(scene.findings == 0 && scene.ordersTold == 0 && scene.nextOffset == 0)
    }

    @Test(
        "nothing is committed after a worker has ended over a transaction", arguments: Self.making)
    func nothingAfterTheEnd(_ call: ClientCall) throws {
        let scene = try TransportScene.assigned(records: 2)
        try scene.finish()
        scene.cluster.fail(call, fault(.fatal, call))
        scene.publish()
        let commits = scene.cluster.count(of: .commit)
        // What is left of the round in which it ended.
        try scene.revoke()
        try scene.assign()
        try scene.finish(2)
        scene.publish()
        scene.expectEnded(.shutDown(.temporary))
        #expect(scene.cluster.count(of: .commit) == commits)
        #expect(scene.findings == 0 && scene.ordersTold == 0 && scene.nextOffset == 0)
    }

    @Test("nor after one of which it could not be known what became, by its new producer")
    func nothingAfterTheUnknown() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.retriable, .commit))
        scene.cluster.fail(.committed, fault(.fatal, .committed))
        scene.publish()
        let commits = scene.cluster.count(of: .commit)
        // The round goes on: another partition is taken over, whose start is committed.
        let other = TopicPartition(topic: TransportBench.retry, partition: 0)
        scene.cluster.give(other, to: 0)
        scene.bench.clients.consumer?.hear(.assigned([other]))
        _ = scene.bench.clients.consumer?.poll(max: 1)
        try scene.parts.rebalances.assign([other])
        scene.expectEnded(.shutDown(.temporary))
        #expect(scene.cluster.count(of: .commit) == commits)
        #expect(scene.findings == 0 && scene.nextOffset == 0 && scene.inFlight == 1)
    }

    @Test("one that was open for too long was fenced by the broker, and is settled")
    func outlived() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.parts.transactions.publish()
        scene.bench.clock.pass(scene.bench.clients.configuration.transactionTimeout)
        scene.cluster.fail(.commit, fault(.fatal, .commit))
        scene.parts.transactions.end()
        scene.expectNothingLost()
        expectTheNextPublishes(scene)
    }

    @Test("who the member is must be known: in no way is anything published without")
    func member() throws {
        for way in [FailureWay.abortable, .retriable] {
            let scene = try TransportScene.assigned()
            try scene.finish()
            scene.cluster.fail(.groupMetadata, fault(way, .groupMetadata))
            scene.publish()
            scene.expectNothingLost()
            expectTheNextPublishes(scene)
        }
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.groupMetadata, fault(.fatal, .groupMetadata))
        scene.publish()
        scene.expectEnded(.shutDown(.temporary))
    }

    @Test("an abort without an answer is settled by a new producer")
    func abortUnknown() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let producers = scene.cluster.count(of: .initTransactions)
        scene.cluster.fail(.commit, fault(.abortable, .commit))
        scene.cluster.fail(.abort, fault(.retriable, .abort))
        scene.publish()
        scene.expectNothingLost()
        #expect(scene.cluster.count(of: .initTransactions) == producers + 1)
        expectTheNextPublishes(scene)
    }

    @Test(
        "an abort that is refused ends the worker with nothing published",
        arguments: [FailureWay.abortable, .fatal])
    func abortRefused(_ way: FailureWay) throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.abortable, .commit))
        scene.cluster.fail(.abort, fault(way, .abort))
        scene.publish()
        scene.expectEnded(way.error(of: .abort).disposition)
        #expect(scene.findings == 0 && scene.nextOffset == 0)
    }

    @Test("a new producer asks until the broker takes it")
    func registersPatiently() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let producers = scene.cluster.count(of: .initTransactions)
        scene.cluster.fail(.commit, fault(.retriable, .commit))
        let silent = fault(.retriable, .initTransactions)
        scene.cluster.fail(.initTransactions, silent, silent)
        scene.publish()
        scene.expectNothingLost()
        #expect(scene.cluster.count(of: .initTransactions) == producers + 3)
        expectTheNextPublishes(scene)
    }

    @Test(
        "a new producer that is refused ends the worker",
        arguments: [FailureWay.abortable, .fatal])
    func registerRefused(_ way: FailureWay) throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.retriable, .commit))
        scene.cluster.fail(.initTransactions, fault(way, .initTransactions))
        scene.publish()
        scene.expectEnded(way.error(of: .initTransactions).disposition)
        #expect(scene.findings == 0 && scene.nextOffset == 0)
    }

    @Test("a registration that the broker fences is made again, by a producer each")
    func registersAfterFencing() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let producers = scene.cluster.count(of: .initTransactions)
        scene.cluster.fail(.commit, fault(.retriable, .commit))
        scene.cluster.fail(.initTransactions, .fencedRegistration, .fencedRegistration)
        scene.publish()
        scene.expectNothingLost()
        #expect(scene.cluster.count(of: .initTransactions) == producers + 3)
        expectTheNextPublishes(scene)
    }

    @Test("a registration that is fenced for ever ends the worker with nothing published")
    func fencedForEver() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.retriable, .commit))
        for _ in 0...Registration.fencedMax {
            scene.cluster.fail(.initTransactions, .fencedRegistration)
        }
        scene.publish()
        scene.expectEnded(ClientFault.fencedRegistration.error.disposition)
        #expect(scene.findings == 0 && scene.nextOffset == 0)
    }

    @Test("what the group has is asked for again until it is known")
    func settlesPatiently() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.retriable, .commit, isDone: true))
        scene.cluster.fail(.committed, fault(.retriable, .committed))
        scene.publish()
        scene.expectPublished()
    }

    @Test(
        "as long as it is not known what became of one, it counts as neither",
        arguments: [FailureWay.abortable, .fatal])
    func neverSettled(_ way: FailureWay) throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.retriable, .commit))
        scene.cluster.fail(.committed, fault(way, .committed))
        scene.publish()
        scene.expectEnded(way.error(of: .committed).disposition)
        #expect(scene.findings == 0 && scene.inFlight == 1)
    }

    @Test("a call that never returns is left to its thread, which publishes nothing any more")
    func stuck() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.bench.threads.stick()
        scene.parts.transactions.publish()
        scene.parts.transactions.end(waits: false)
        #expect(scene.parts.transactions.isUnderway)
        scene.parts.transactions.end()
        #expect(!scene.parts.transactions.isUnderway)
        scene.expectNothingLost()
        scene.bench.threads.stick(false)
        scene.bench.threads.run()
        scene.expectNothingLost()
        expectTheNextPublishes(scene)
    }

    @Test("too many aborts in a row end the worker, but not while a topic is missing")
    func manyAborts() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let most = scene.work.decide { $0.limits.transactions.abortsMax }
        for number in 1...most {
            scene.cluster.fail(.commit, fault(.abortable, .commit))
            scene.publish()
            #expect((scene.work.ended == nil) == (number < most))
        }
        scene.expectEnded(PipelineError.publishingFailed(attempts: most).disposition)
    }

    @Test("a topic that is not there is waited for, however often")
    func unknownTopic() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let gone = ClientFault(
            error: .unknownTopic(KafkaFault(operation: "commit", number: 3)))
        for _ in 0..<30 {
            scene.cluster.fail(.commit, gone)
            scene.publish()
        }
        scene.expectNothingLost()
        expectTheNextPublishes(scene)
    }

    @Test("a finding that the broker finds too large becomes a dead letter, and the worker goes on")
    func tooLarge() throws {
        let scene = try TransportScene.assigned()
        let record = try #require(scene.cluster.log(TransportScene.place).first)
        let ticket = try #require(scene.parts.intake.take(record))
        let finding = try scene.record(ticket)
        let energy = EnergyRecord(
            subject: .study(
                EnergyRecord.StudyShare(
                    findingID: finding.findingID, study: finding.pseudonym,
                    cause: finding.cause)),
            reading: EnergyReading(
                joules: .zero, low: .zero, high: .zero, method: .none, zones: [],
                duration: .zero))
        let now = scene.bench.clock.monotonic()
        scene.work.decide {
            $0.finish(ticket, outcome: .finding(finding, energy, TransportBench.cost), now: now)
        }
        scene.cluster.fail(
            .commit,
            ClientFault(error: .tooLarge(KafkaFault(operation: "commit", number: 10))))
        scene.publish()
        #expect(scene.work.ended == nil && scene.deadLetters == 0 && scene.nextOffset == 0)
        scene.bench.clock.pass(.seconds(60))
        scene.publish()
        #expect(scene.findings == 0 && scene.deadLetters == 1 && scene.nextOffset == 1)
    }

    @Test("what cannot be made smaller ends the worker rather than being dropped")
    func tooLargeForGood() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(
            .commit,
            ClientFault(error: .tooLarge(KafkaFault(operation: "commit", number: 10))))
        scene.publish()
        scene.expectEnded(PipelineError.deadLetterTooLarge.disposition)
        #expect(scene.findings == 0 && scene.nextOffset == 0)
    }

    @Test("nothing is due while a transaction is under way")
    func oneAtATime() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let now = scene.bench.clock.monotonic()
        #expect(scene.parts.transactions.nextDue(now: now) == now)
        scene.parts.transactions.publish()
        #expect(scene.parts.transactions.isUnderway)
        #expect(scene.parts.transactions.nextDue(now: now) == nil)
        scene.parts.transactions.end()
        scene.expectPublished()
    }
}
