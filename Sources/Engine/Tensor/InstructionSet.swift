internal import CKernels
internal import VigilCore

/// The instruction sets that kernels are written for, each a superset of the one before it on the
/// same architecture.
package enum InstructionSet: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// Plain C; any processor.
    case scalar
    /// AVX2, FMA and F16C: Haswell 2013, Zen 1.
    case avx2
    /// AVX2 with 8-bit dot products: Alder Lake 2021, Zen 5.
    case avxvnni
    /// AVX-512 F, BW, VL, DQ: Skylake-X 2017.
    case avx512
    /// AVX-512 with 8-bit dot products: Cascade Lake 2019, Zen 4.
    case avx512vnni
    /// AVX-512 with bfloat16 dot products: Cooper Lake 2020, Zen 4.
    case avx512bf16
    /// AVX-512 with half-precision arithmetic: Sapphire Rapids 2023.
    case avx512fp16
    /// Any aarch64.
    case neon
    /// aarch64 with 8-bit dot products: Neoverse N1.
    case neondotprod
    /// aarch64 with mixed-sign 8-bit dot products: Neoverse V1.
    case neoni8mm

    var code: vigil_isa {
        switch self {
        case .scalar: VIGIL_SCALAR
        case .avx2: VIGIL_AVX2
        case .avxvnni: VIGIL_AVXVNNI
        case .avx512: VIGIL_AVX512
        case .avx512vnni: VIGIL_AVX512VNNI
        case .avx512bf16: VIGIL_AVX512BF16
        case .avx512fp16: VIGIL_AVX512FP16
        case .neon: VIGIL_NEON
        case .neondotprod: VIGIL_NEONDOTPROD
        case .neoni8mm: VIGIL_NEONI8MM
        }
    }

    init(code: vigil_isa) {
        self = Self.allCases.first { $0.code == code } ?? .scalar
    }

    /// Whether this processor, under this operating system, can run it.
    package var isSupported: Bool { vigil_isa_supported(code) != 0 }

    /// The best one of this processor.
    package static var best: InstructionSet { InstructionSet(code: vigil_isa_best()) }

    /// Those that this processor can run, ascending.
    package static var supported: [InstructionSet] { allCases.filter(\.isSupported) }
}
