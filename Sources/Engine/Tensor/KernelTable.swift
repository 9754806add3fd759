internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The kernels of one instruction set, chosen once and never changed.
package struct KernelTable: @unchecked Sendable {
    /// The instruction set in use.
    package let instructionSet: InstructionSet
    let kernels: vigil_kernels

    /// The kernels of `instructionSet`.
    ///
    /// - Throws: ``TensorError/unsupportedInstructionSet(_:)`` if this processor cannot run them.
    package init(_ instructionSet: InstructionSet) throws(TensorError) {
        var table = vigil_kernels()
        guard vigil_kernels_for(instructionSet.code, &table) != 0 else {
            throw .unsupportedInstructionSet(instructionSet)
        }
        self.instructionSet = instructionSet
        kernels = table
    }

    /// The kernels that the environment variable `VIGIL_ISA` names, or else the best ones.
    ///
    /// - Throws: ``TensorError/unknownInstructionSet`` or
    ///   ``TensorError/unsupportedInstructionSet(_:)``.
    package static func fromEnvironment() throws(TensorError) -> KernelTable {
        guard let forced = getenv("VIGIL_ISA"), forced.pointee != 0 else {
            return try KernelTable(.best)
        }
        guard let isa = InstructionSet(rawValue: String(cString: forced)) else {
            throw .unknownInstructionSet
        }
        return try KernelTable(isa)
    }
}
