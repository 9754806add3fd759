package import VigilCore

/// What can go wrong below the models: a forced instruction set, memory, packed bytes, shapes.
package enum TensorError: VigilError, Equatable {
    /// `VIGIL_ISA` or a setting names no instruction set.
    case unknownInstructionSet
    /// The processor cannot run the forced instruction set.
    case unsupportedInstructionSet(InstructionSet)
    /// The operating system refused memory.
    case outOfMemory(bytes: Int)
    /// The operating system refused a thread.
    case threadRefused(errno: Int32)
    /// Packed weights of a cache file have another size or alignment than their shape asks for.
    case badPackedWeights(outputs: Int, inputs: Int)
    /// A size is negative, zero where it must not be, or beyond what the kernels can count.
    case badShape(SafeText)

    package var code: SafeText {
        switch self {
        case .unknownInstructionSet: "unknown_instruction_set"
        case .unsupportedInstructionSet: "unsupported_instruction_set"
        case .outOfMemory: "out_of_memory"
        case .threadRefused: "thread_refused"
        case .badPackedWeights: "bad_packed_weights"
        case .badShape: "bad_shape"
        }
    }

    package var what: SafeText {
        switch self {
        case .unknownInstructionSet: "The forced instruction set is not known"
        case .unsupportedInstructionSet(let isa): "This processor cannot run \(isa)"
        case .outOfMemory(let bytes): "The operating system refused \(bytes) bytes of memory"
        case .threadRefused(let errno): "The operating system refused a thread: errno \(errno)"
        case .badPackedWeights(let outputs, let inputs):
            "Packed weights do not fit the shape [\(outputs), \(inputs)]"
        case .badShape(let which): "A shape is out of range: \(which)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .unknownInstructionSet:
            """
            Set VIGIL_ISA to one of scalar, avx2, avxvnni, avx512, avx512vnni, avx512bf16, \
            avx512fp16, neon, neondotprod, neoni8mm, or unset it
            """
        case .unsupportedInstructionSet:
            "Unset VIGIL_ISA and leave engine.isa at auto, which takes the best of this processor"
        case .outOfMemory: "Give the process more memory or use a smaller batch"
        case .threadRefused: "Raise the limit of threads or use fewer of them"
        case .badPackedWeights: "Delete the cache of packed weights; it is made anew"
        case .badShape: "Check the model's configuration"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .unknownInstructionSet, .unsupportedInstructionSet: .shutDown(.config)
        case .outOfMemory, .threadRefused: .shutDown(.osError)
        case .badPackedWeights, .badShape: .shutDown(.dataError)
        }
    }
}
