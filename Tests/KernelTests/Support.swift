import CKernels
import Tensor

/// Memory between two bands of NaN. Reading a band spoils the result, writing one is found.
final class Guarded {
    static let band = 64
    static let poison = Float(bitPattern: 0x7FC0_1234)

    let count: Int
    let start: UnsafeMutablePointer<Float>
    private let whole: UnsafeMutableBufferPointer<Float>

    /// - Parameter shift: floats by which the first element misses a 64-byte boundary.
    init(count: Int, shift: Int = 0) {
        self.count = count
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: (count + shift + 2 * Self.band) * 4, alignment: 64)
        whole = UnsafeMutableBufferPointer(
            start: memory.assumingMemoryBound(to: Float.self),
            count: count + shift + 2 * Self.band)
        whole.update(repeating: Self.poison)
        start = memory.assumingMemoryBound(to: Float.self) + Self.band + shift
    }

    convenience init(_ values: [Float], shift: Int = 0) {
        self.init(count: values.count, shift: shift)
        for (index, value) in values.enumerated() { start[index] = value }
    }

    deinit { whole.deallocate() }

    var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
    var bits: [UInt32] { values.map(\.bitPattern) }

    /// The same memory as elements of another type.
    func memory<Element>(of type: Element.Type) -> UnsafeMutablePointer<Element> {
        UnsafeMutableRawPointer(start).assumingMemoryBound(to: type)
    }

    /// Whether both bands are as they were.
    var isIntact: Bool {
        let inner = (whole.baseAddress.map { start - $0 } ?? 0)..<Int.max
        return whole.enumerated().allSatisfy { index, value in
            (index >= inner.lowerBound && index < inner.lowerBound + count)
                || value.bitPattern == Self.poison.bitPattern
        }
    }
}

/// The kernels of an instruction set that this processor has.
func kernels(_ isa: InstructionSet) throws -> vigil_kernels {
    var table = vigil_kernels()
    for code in 0..<VIGIL_ISA_COUNT.rawValue {
        let candidate = vigil_isa(rawValue: code)
        guard String(cString: vigil_isa_name(candidate)) == isa.rawValue else { continue }
        if vigil_kernels_for(candidate, &table) != 0 { return table }
    }
    throw MissingKernels()
}

struct MissingKernels: Error {}
