import KafkaTransport
import Pipeline
import Synchronization
import Testing
import VigilCore
import WorkerCore

@Suite("Rebalances, as their calls fail")
struct RebalancesTests {
    private func fault(_ way: FailureWay, _ call: ClientCall) -> ClientFault {
        ClientFault(error: way.error(of: call))
    }

    @Test("a partition is gone on with where its last owner left it, and the start is counted")
    func takeover() throws {
        let scene = try TransportScene(records: 3)
        var ledger = OffsetLedger(nextOffset: 0, metadata: "")
        for offset in 0..<3 { ledger.begin(Int64(offset)) }
        ledger.complete(0)
        ledger.complete(2)
        scene.cluster.set(ledger.commit(of: TransportScene.place))
        try scene.assign()
        #expect(scene.bench.clients.consumer?.position(of: TransportScene.place) == 1)
        let log = scene.cluster.log(TransportScene.place)
        #expect(scene.parts.intake.take(log[2]) == nil)
        #expect(scene.parts.intake.take(log[1]) != nil)
        let committed = scene.cluster.committed([TransportScene.place])[0]
        let next = OffsetLedger(nextOffset: 1, metadata: committed.metadata)
        #expect(committed.nextOffset == 1 && next.tally?.starts == 1)
    }

    @Test(
        "a question without an answer is asked again, and the partition is taken over",
        arguments: [ClientCall.committed, .bounds])
    func asksAgain(_ call: ClientCall) throws {
        let scene = try TransportScene()
        scene.cluster.fail(call, fault(.retriable, call), fault(.retriable, call))
        try scene.assign()
        #expect(scene.work.ended == nil)
        #expect(scene.bench.clients.consumer?.assignment == [TransportScene.place])
    }

    @Test(
        "one that fails for good is the worker's end: nothing is read from a guessed offset",
        arguments: [ClientCall.committed, .bounds, .completeAssign],
        [FailureWay.abortable, .fatal])
    func takeoverFails(_ call: ClientCall, _ way: FailureWay) throws {
        let scene = try TransportScene()
        scene.hearAssigned()
        scene.cluster.fail(call, fault(way, call))
        let error = #expect(throws: KafkaError.self) {
            try scene.parts.rebalances.assign([TransportScene.place])
        }
        #expect(error == way.error(of: call))
        #expect(scene.bench.clients.consumer?.assignment == [])
        #expect(scene.nextOffset == nil)
    }

    @Test("a start that cannot be counted keeps no partition from being read")
    func startNotCounted() throws {
        let scene = try TransportScene()
        scene.cluster.fail(.commit, fault(.abortable, .commit))
        try scene.assign()
        #expect(scene.work.ended == nil && scene.nextOffset == nil)
        #expect(scene.bench.clients.consumer?.assignment == [TransportScene.place])
    }

    @Test("what is finished is published before a partition is given back")
    func givesBack() throws {
        let scene = try TransportScene.assigned(records: 2)
        try scene.finish(1)
        let rest = scene.cluster.log(TransportScene.place)[1]
        #expect(scene.parts.intake.take(rest) != nil)
        try scene.revoke()
        #expect(scene.findings == 1 && scene.nextOffset == 1 && scene.inFlight == 0)
        #expect(scene.bench.clients.consumer?.assignment == [])
    }

    @Test("a worker that leaves with nothing done takes its start back")
    func takesStartBack() throws {
        let scene = try TransportScene.assigned()
        try scene.revoke()
        let committed = scene.cluster.committed([TransportScene.place])[0]
        let ledger = OffsetLedger(
            nextOffset: committed.nextOffset ?? 0, metadata: committed.metadata)
        #expect(committed.nextOffset == 0 && ledger.tally == nil)
    }

    @Test(
        "what cannot be published before a partition is given back is left to its next owner",
        arguments: [FailureWay.abortable, .retriable])
    func leavesToTheNext(_ way: FailureWay) throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(way, .commit))
        try scene.revoke()
        #expect(scene.work.ended == nil && scene.inFlight == 0)
        #expect(scene.findings == 0 && scene.ordersTold == 0 && scene.nextOffset == 0)
        try scene.assign()
        try scene.parts.tables.follow()
        try scene.finish()
        scene.publish()
        scene.expectPublished()
    }

    @Test("nothing is published of partitions that were lost")
    func lost() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        try scene.revoke(isLost: true)
        #expect(scene.work.ended == nil && scene.inFlight == 0)
        #expect(scene.findings == 0 && scene.ordersTold == 0 && scene.nextOffset == 0)
    }

    @Test("a transaction under way of a lost partition is refused, and its outcome dropped")
    func lostUnderWay() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.parts.transactions.publish()
        try scene.revoke(isLost: true)
        #expect(scene.work.ended == nil && scene.inFlight == 0)
        #expect(scene.findings == 0 && scene.nextOffset == 0)
    }

    @Test("a group that takes no answer ends the worker", arguments: FailureWay.allCases)
    func noAnswer(_ way: FailureWay) throws {
        let scene = try TransportScene.assigned()
        scene.cluster.fail(.completeRevoke, fault(way, .completeRevoke))
        let error = #expect(throws: KafkaError.self) { try scene.revoke() }
        #expect(error == way.error(of: .completeRevoke))
    }

    @Test("what a transaction without an end hides is seen once another one of its name has ended")
    func hidden() throws {
        let scene = try TransportScene()
        let isHidden = Mutex(true)
        let clock = scene.bench.clock
        scene.cluster.disturb { call, _ in
            if call == .abort { isHidden.withLock { $0 = false } }
            guard call == .committed, isHidden.withLock({ $0 }) else { return nil }
            clock.pass(.seconds(5))
            return ClientFault(error: FailureWay.retriable.error(of: call))
        }
        try scene.assign()
        #expect(scene.work.ended == nil && scene.cluster.count(of: .abort) == 1)
        try scene.parts.tables.follow()
        try scene.finish()
        scene.publish()
        scene.expectPublished()
    }

    // MARK: Another member of this worker's name

    @Test("what the group has is known of a member that was replaced too")
    func replacedWhileUnknown() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        scene.cluster.fail(.commit, fault(.retriable, .commit))
        scene.parts.transactions.publish()
        scene.bench.clients.consumer?.beReplaced()
        scene.parts.transactions.end()
        #expect(scene.work.ended == nil)
        scene.expectNothingLost()
    }

    @Test("a member that was replaced drops its work and joins anew")
    func rejoins() throws {
        let scene = try TransportScene.assigned()
        try scene.finish()
        let old = try #require(scene.bench.clients.consumer)
        old.beReplaced()
        try scene.parts.rebalances.rejoin(FailureWay.fatal.error(of: .commit))
        #expect(scene.work.ended == nil && scene.inFlight == 0 && scene.findings == 0)
        #expect(old.isClosed && scene.bench.clients.consumer !== old)
    }

    @Test("any other error of a round is the worker's end", arguments: FailureWay.allCases)
    func notReplaced(_ way: FailureWay) throws {
        let scene = try TransportScene.assigned()
        let error = way.error(of: .pause)
        #expect(throws: error) { try scene.parts.rebalances.rejoin(error) }
    }

    @Test("a second worker of this name is left the name", arguments: [ClientCall.begin, .abort])
    func secondWorker(_ call: ClientCall) throws {
        let scene = try TransportScene.assigned()
        scene.bench.clients.consumer?.beReplaced()
        scene.cluster.fail(call, fault(.fatal, call))
        #expect(throws: FailureWay.fatal.error(of: call)) {
            try scene.parts.rebalances.rejoin(FailureWay.fatal.error(of: .commit))
        }
    }

    @Test("where nobody knows who holds the name, a new producer takes it")
    func nameUnknown() throws {
        let scene = try TransportScene.assigned()
        scene.bench.clients.consumer?.beReplaced()
        let producers = scene.cluster.count(of: .initTransactions)
        scene.cluster.fail(.sendOffsets, fault(.retriable, .sendOffsets))
        try scene.parts.rebalances.rejoin(FailureWay.fatal.error(of: .commit))
        #expect(scene.cluster.count(of: .initTransactions) == producers + 1)
    }

    @Test("the name is not taken back for ever")
    func rejoinBudget() throws {
        let scene = try TransportScene.assigned()
        let error = FailureWay.fatal.error(of: .commit)
        for _ in 0..<RejoinBudget.countMax {
            scene.bench.clients.consumer?.beReplaced()
            try scene.parts.rebalances.rejoin(error)
        }
        scene.bench.clients.consumer?.beReplaced()
        #expect(throws: error) { try scene.parts.rebalances.rejoin(error) }
    }
}
