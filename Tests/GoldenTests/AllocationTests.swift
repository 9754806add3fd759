import CAllocationCount
import FoundationModel
import Tensor
import Testing

@Suite("Heap")
struct AllocationTests {
    @Test("the counter counts")
    func counter() {
        let before = vigil_allocations_of_this_thread()
        let array = [Int](repeating: 1, count: 1000)
        #expect(array.count == 1000)
        #expect(vigil_allocations_of_this_thread() > before)
    }

    @Test(
        "a warm forward pass takes no memory from the heap",
        arguments: [Precision.fp32, .int8], [1, 2])
    func forwardPass(_ precision: Precision, _ threads: Int) throws {
        let model = try ClipModel.make(
            source: SeededWeights(seed: 3, configuration: ClipModelTests.small),
            configuration: ClipModelTests.small, identity: .generated,
            options: ModelOptions(precision: precision, threads: threads))
        // More than one pass, so that the way between passes counts as well.
        let count = model.imagesPerPass + 3
        let images = [Float](repeating: 0.25, count: count * model.imagePixels)
        var out = [Float](repeating: 0, count: count * model.embeddingWidth)
        var taken: UInt64?
        try images.withUnsafeBufferPointer { from in
            try out.withUnsafeMutableBufferPointer { to in
                for _ in 0..<2 { try model.encode(images: from, count: count, into: to) }
                let before = vigil_allocations_of_this_thread()
                for _ in 0..<10 { try model.encode(images: from, count: count, into: to) }
                taken = vigil_allocations_of_this_thread() - before
            }
        }
        #expect(taken == 0)
    }
}
