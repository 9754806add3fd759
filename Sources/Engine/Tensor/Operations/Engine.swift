internal import CKernels
internal import Synchronization

/// Runs tensor operations on a kernel table and a thread pool. The only way to a kernel.
///
/// Every operation returns when its result is complete. Pointers are borrowed for the call; shapes
/// are row-major float32 unless said otherwise. A row's bits do not depend on the other rows, on
/// the batch, on the number of threads; with ``Precision/fp32`` and ``Precision/int8`` not on the
/// instruction set either.
///
/// After the first call with the largest shapes no operation allocates. Operations of one engine
/// take turns: use one engine for one stream of work.
package final class Engine: @unchecked Sendable {
    /// The kernels.
    package let kernels: KernelTable
    /// The threads.
    package let pool: ThreadPool
    /// Bytes of L2 that one core may use, for choosing blocks.
    let cacheBytes: Int
    let turn = Mutex(())
    private var scratch: AlignedBuffer<UInt8>
    private var scratchBytesPerWorker = 0

    /// - Parameters:
    ///   - kernels: from ``KernelTable/fromEnvironment()`` or a forced instruction set.
    ///   - pool: threads; may be shared by engines, which then take turns.
    package init(kernels: KernelTable, pool: ThreadPool) throws(TensorError) {
        self.kernels = kernels
        self.pool = pool
        cacheBytes = CacheSize.secondLevel()
        scratch = try AlignedBuffer(count: 0)
    }

    var table: vigil_kernels { kernels.kernels }

    /// Whether the kernels can compute in `precision`; true for ``Precision/auto``.
    package func supports(_ precision: Precision) -> Bool {
        switch precision {
        case .fp32, .int8, .auto: true
        case .fp16: table.gemm_f16 != nil
        case .bf16: table.gemm_bf16 != nil
        }
    }

    /// Scratch of at least `bytes` for each worker, 64-byte aligned; call within `turn`.
    ///
    /// Memory grows only when a larger shape comes. nil: the system refused it.
    func scratch(bytesPerWorker bytes: Int) -> Scratch? {
        if bytes > scratchBytesPerWorker {
            // 192 bytes on top so that workers do not sit at one distance of a power of two.
            let each = (bytes + 4095) / 4096 * 4096 + 192
            guard let grown = try? AlignedBuffer<UInt8>(count: each * pool.threadCount) else {
                return nil
            }
            scratch = grown
            scratchBytesPerWorker = each
        }
        return Scratch(
            base: UnsafeMutableRawPointer(scratch.base), stride: scratchBytesPerWorker)
    }
}

/// Scratch memory of the workers.
struct Scratch {
    let base: UnsafeMutableRawPointer
    let stride: Int

    func of(worker: Int) -> UnsafeMutableRawPointer { base + worker * stride }
}
