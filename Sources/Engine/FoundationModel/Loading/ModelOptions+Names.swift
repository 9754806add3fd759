internal import Tensor
internal import VigilCore

extension ModelOptions {
    /// Options by the names that settings and flags use, for callers that do not know the engine.
    ///
    /// - Parameters:
    ///   - precision: `fp32`, `int8`, `fp16`, `bf16` or `auto`.
    ///   - threads: nil: what the processor budget grants.
    ///   - instructionSet: such as `avx2`; nil: what `VIGIL_ISA` names, else the best.
    ///   - cacheDirectory: see ``cacheDirectory``.
    package init(
        precision: String, threads: Int?, instructionSet: String?, cacheDirectory: String?
    ) throws(ModelError) {
        guard let known = Precision(rawValue: precision) else {
            throw .unknownPrecision(found: SafeText(operatorProvided: precision))
        }
        var set: InstructionSet?
        if let instructionSet {
            set = InstructionSet(rawValue: instructionSet)
            guard set != nil else { throw .tensor(.unknownInstructionSet) }
        }
        self.init(
            precision: known, threads: threads, instructionSet: set, cacheDirectory: cacheDirectory)
    }
}
