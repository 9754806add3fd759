import KafkaTransport
import Pipeline
import Testing
import VigilCore
import WorkerCore

@Suite("The transport's round, as calls fail")
struct TransportLoopTests {
    /// A worker before its first round.
    private func bench(records: Int = 1) throws -> (TransportBench, TransportLoop) {
        let bench = try TransportBench()
        for offset in 0..<records { bench.cluster.append(TransportScene.event(Int64(offset))) }
        return (bench, try bench.loop())
    }

    /// After the group has given it its partition.
    private func begun(records: Int = 1) throws -> (TransportBench, TransportLoop) {
        let (bench, loop) = try bench(records: records)
        #expect(loop.begin())
        bench.cluster.give(TransportScene.place, to: 0)
        bench.clients.consumer?.hear(.assigned([TransportScene.place]))
        loop.round()
        return (bench, loop)
    }

    private func end(of bench: TransportBench) -> Disposition? {
        guard case .failed(let error)? = bench.work.ended else { return nil }
        return error.disposition
    }

    // MARK: The start

    @Test(
        "a broker that does not answer is waited for",
        arguments: [ClientCall.initTransactions, .learn, .subscribe])
    func waits(_ call: ClientCall) throws {
        let (bench, loop) = try bench()
        let silent = ClientFault(error: FailureWay.retriable.error(of: call))
        bench.cluster.fail(call, silent, silent)
        #expect(loop.begin() && bench.work.ended == nil)
        #expect(bench.cluster.count(of: call) == 3)
    }

    @Test("a start whose name is fenced, as a predecessor's transaction ends, registers again")
    func fencedStart() throws {
        let (bench, loop) = try bench()
        bench.cluster.fail(.initTransactions, .fencedRegistration, .fencedRegistration)
        #expect(loop.begin() && bench.work.ended == nil)
        #expect(bench.cluster.count(of: .initTransactions) == 3)
    }

    @Test(
        "a start that is refused ends the worker",
        arguments: [ClientCall.initTransactions, .learn, .subscribe],
        [FailureWay.abortable, .fatal])
    func refused(_ call: ClientCall, _ way: FailureWay) throws {
        let (bench, loop) = try bench()
        bench.cluster.fail(call, ClientFault(error: way.error(of: call)))
        #expect(!loop.begin())
        #expect(end(of: bench) == way.error(of: call).disposition)
    }

    // MARK: Rounds

    @Test("records are taken in with the round in which they come")
    func takes() throws {
        let (bench, loop) = try begun(records: 2)
        loop.round()
        #expect(bench.work.decide { $0.inFlight } == 2)
        #expect(bench.work.ended == nil)
    }

    @Test("what passes is told of, and what does not ends the worker")
    func heard() throws {
        let (bench, loop) = try begun()
        bench.clients.consumer?.hear(.failed(FailureWay.retriable.error(of: .committed)))
        bench.clients.consumer?.hear(.failed(FailureWay.abortable.error(of: .committed)))
        loop.round()
        #expect(bench.work.ended == nil && bench.log.count(of: "kafka_log") == 2)
        bench.clients.consumer?.hear(.failed(FailureWay.fatal.error(of: .committed)))
        loop.round()
        #expect(end(of: bench) == .shutDown(.temporary))
    }

    @Test("a producer that was fenced between transactions ends the worker")
    func fencedMeanwhile() throws {
        let (bench, loop) = try begun()
        bench.cluster.fail(
            .pollProducer, ClientFault(error: FailureWay.fatal.error(of: .pollProducer)))
        loop.round()
        #expect(end(of: bench) == .shutDown(.temporary))
    }

    @Test("a member that was replaced joins anew, and goes on")
    func replaced() throws {
        let (bench, loop) = try begun()
        let old = try #require(bench.clients.consumer)
        old.beReplaced()
        old.hear(.failed(FailureWay.fatal.error(of: .committed)))
        loop.round()
        #expect(bench.work.ended == nil && old.isClosed)
        bench.clients.consumer?.hear(.assigned([TransportScene.place]))
        loop.round()
        loop.round()
        #expect(bench.work.decide { $0.inFlight } == 1)
    }

    @Test("studies are told to be read once, when the first partition is there")
    func ready() throws {
        var told: [Int] = []
        let bench = try TransportBench()
        let loop = try bench.loop { told.append($0) }
        #expect(loop.begin())
        bench.clients.consumer?.hear(.assigned([]))
        loop.round()
        #expect(told.isEmpty)
        for _ in 0..<2 {
            bench.clients.consumer?.hear(.assigned([TransportScene.place]))
            loop.round()
        }
        #expect(told == [1])
    }

    // MARK: The end

    @Test("a stop lets go what nobody has begun, and takes the start back")
    func stop() throws {
        let (bench, loop) = try begun(records: 2)
        loop.round()
        bench.stop.request()
        loop.round()
        #expect(loop.isDrained && bench.work.ended == nil)
        loop.endRounds()
        let committed = bench.cluster.committed([TransportScene.place])[0]
        let ledger = OffsetLedger(
            nextOffset: committed.nextOffset ?? 0, metadata: committed.metadata)
        #expect(committed.nextOffset == 0 && ledger.tally == nil)
    }

    @Test("topics of outcomes that are gone hold publishing up, and a new producer goes on after")
    func outputsGone() throws {
        let (bench, loop) = try begun()
        let producers = bench.cluster.count(of: .initTransactions)
        bench.cluster.set(TransportBench.outputs.finding, partitions: nil)
        bench.logs.look()
        loop.round()
        bench.cluster.set(TransportBench.outputs.finding, partitions: 1)
        bench.logs.look()
        loop.round()
        #expect(bench.work.ended == nil)
        #expect(bench.cluster.count(of: .initTransactions) == producers + 1)
    }
}
