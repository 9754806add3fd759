import CAllocationCount
import SampleKit
import Tensor
import Testing
import VigilCore

@Suite("Heap allocations") struct AllocationTests {
    /// What each worker of a pool has allocated so far; every worker must take part.
    static func count(_ pool: ThreadPool, into seen: inout [UInt64]) {
        var rounds = 0
        while rounds < 10_000, rounds == 0 || seen.contains(0) {
            seen.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                pool.run(count: 64, context: UnsafeRawPointer(base)) { context, _, worker in
                    let counts = UnsafeMutableRawPointer(mutating: context)
                        .assumingMemoryBound(to: UInt64.self)
                    counts[worker] = vigil_allocations_of_this_thread() + 1
                    for _ in 0..<200 { _ = vigil_allocations_of_this_thread() }
                }
            }
            rounds += 1
        }
    }

    @Test("a transformer block allocates nothing after its first run", arguments: [1, 2, 4])
    func forwardPass(threads: Int) throws {
        let engine = try engine(threads: threads)
        for precision in Precision.allCases where precision != .auto && engine.supports(precision) {
            let block = try TransformerBlock(
                width: 80, heads: 5, hidden: 176, precision: precision, pool: engine.pool, seed: 1)
            var random = SplitMix64(seed: 2)
            let offsets = [0, 50, 51, 150]
            var x = random.floats(150 * 80)
            var workspace = [Float](repeating: 0, count: 150 * 80 * 4)
            func run() throws {
                try block.run(
                    &x, offsets: offsets, causal: false, engine: engine, workspace: &workspace)
            }
            try run()
            var before = [UInt64](repeating: 0, count: threads)
            var after = before
            Self.count(engine.pool, into: &before)
            for _ in 0..<5 { try run() }
            Self.count(engine.pool, into: &after)
            #expect(before == after, "\(precision)")
        }
    }

    @Test("the counter counts")
    func counter() {
        let before = vigil_allocations_of_this_thread()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)
        memory.deallocate()
        #expect(vigil_allocations_of_this_thread() > before)
    }
}
