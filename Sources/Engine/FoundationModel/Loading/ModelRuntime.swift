package import VigilCore

/// How a loaded model runs, for records, logs and tables.
package struct ModelRuntime: Sendable, Hashable {
    /// The arithmetic of the vision tower, such as `fp32`.
    package let precision: SafeText
    /// The kernels' instruction set, such as `avx512`.
    package let instructionSet: SafeText
    /// Threads of the engine, the caller's among them.
    package let threads: Int
    /// Whether the bits are the same on every instruction set, and not only for every batch and
    /// number of threads.
    package let isReproducible: Bool
}
