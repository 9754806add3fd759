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
