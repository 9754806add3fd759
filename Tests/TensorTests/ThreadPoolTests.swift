import Processes
import Synchronization
import Tensor
import Testing
import VigilCore

@Suite("The thread pool") struct ThreadPoolTests {
    final class Tally: Sendable {
        let counts: [Atomic<Int>.Box]
        init(_ count: Int) { counts = (0..<count).map { _ in Atomic<Int>.Box() } }
    }

    @Test("runs every task once, whatever the count", arguments: [1, 2, 3, 8])
    func everyTaskOnce(threads: Int) throws {
        let pool = try ThreadPool(threadCount: threads)
        for count in [0, 1, 2, 3, 7, 64, 1000] {
            let tally = Tally(count)
            for round in 1...20 {
                pool.run(count: count, context: Unmanaged.passUnretained(tally).toOpaque()) {
                    context, task, _ in
                    let tally = Unmanaged<Tally>.fromOpaque(context).takeUnretainedValue()
                    tally.counts[task].value.add(1, ordering: .relaxed)
                }
                #expect(
                    tally.counts.allSatisfy { $0.value.load(ordering: .relaxed) == round })
            }
        }
    }

    @Test("its own threads stand behind the caller's when they are asked to")
    func niceness() throws {
        let own = ThreadPriority.niceness
        let pool = try ThreadPool(threadCount: 2, niceness: 3)
        let tally = Tally(40)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(60)
        // Until the pool's thread has come in time for a task.
        repeat {
            pool.run(count: 40, context: Unmanaged.passUnretained(tally).toOpaque()) {
                context, _, worker in
                let tally = Unmanaged<Tally>.fromOpaque(context).takeUnretainedValue()
                let niceness = Int(ThreadPriority.niceness)
                tally.counts[worker].value.store(niceness + 100, ordering: .relaxed)
            }
        } while tally.counts[1].value.load(ordering: .relaxed) == 0 && clock.now < end
        #expect(tally.counts[0].value.load(ordering: .relaxed) == Int(own) + 100)
        #expect(tally.counts[1].value.load(ordering: .relaxed) == Int(min(19, own + 3)) + 100)
    }

    @Test("takes turns when several threads call at once")
    func turns() async throws {
        let pool = try ThreadPool(threadCount: 2)
        let tally = Tally(1)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<200 {
                        pool.run(count: 5, context: Unmanaged.passUnretained(tally).toOpaque()) {
                            context, _, _ in
                            Unmanaged<Tally>.fromOpaque(context).takeUnretainedValue()
                                .counts[0].value.add(1, ordering: .relaxed)
                        }
                    }
                }
            }
        }
        #expect(tally.counts[0].value.load(ordering: .relaxed) == 4 * 200 * 5)
    }

    @Test("refuses a thread count out of range", arguments: [-1, 0, 257])
    func refused(count: Int) {
        #expect(throws: TensorError.badShape("thread count")) { try ThreadPool(threadCount: count) }
    }
}

extension Atomic where Value == Int {
    /// An atomic on the heap.
    final class Box: Sendable {
        let value = Atomic<Int>(0)
    }
}
