package import Tensor

/// How a model is loaded.
package struct ModelOptions: Sendable {
    /// The arithmetic of the vision tower; the text tower is always fp32.
    package var precision: Precision
    /// Threads with the caller's; nil: what the processor budget grants.
    package var threads: Int?
    /// How far the priority of the engine's own threads is below that of the thread that loads the
    /// model (nice(2)); the thread that runs the model sees to itself.
    package var niceness: Int32 = 0
    /// nil: what `VIGIL_ISA` names, else the best of the processor.
    package var instructionSet: InstructionSet?
    /// A folder for packed weights and text embeddings; nil: none are kept.
    package var cacheDirectory: String?
    /// Told of what could not be kept there.
    package var onCacheFault: CacheFault.Listener = { _ in }
    /// What the model is adapted with.
    package var adapters = AdapterSet.none
    /// What may be loaded.
    package var allowed = AllowedModels.any
    /// Whether a classifier that is loaded has to give its recorded answer
    /// (``ModelVerification/AnswerState``).
    package var checksAnswer = false

    /// fp32 on all threads of the budget with the best kernels and without a cache.
    package init(
        precision: Precision = .fp32, threads: Int? = nil, instructionSet: InstructionSet? = nil,
        cacheDirectory: String? = nil
    ) {
        self.precision = precision
        self.threads = threads
        self.instructionSet = instructionSet
        self.cacheDirectory = cacheDirectory
    }

    /// An engine as the options ask for.
    func makeEngine() throws(ModelError) -> Engine {
        try ModelError.running { () throws(TensorError) in
            let kernels: KernelTable
            if let instructionSet {
                kernels = try KernelTable(instructionSet)
            } else {
                kernels = try KernelTable.fromEnvironment()
            }
            let pool = try ThreadPool(threadCount: threads, niceness: niceness)
            return try Engine(kernels: kernels, pool: pool)
        }
    }
}
