internal import CKernels
internal import VigilCore

/// The type of weights as they lie in a model file.
package enum WeightType: Sendable, Hashable {
    case float32
    case float16
    case bfloat16

    var code: vigil_dtype {
        switch self {
        case .float32: VIGIL_F32
        case .float16: VIGIL_F16
        case .bfloat16: VIGIL_BF16
        }
    }
}

/// The weights of one linear layer, y = x W^T + bias, laid out for the kernels. Immutable.
package final class PackedLinear: Sendable {
    /// Shape and precision.
    package let layout: PackedLayout
    private let storage: Storage

    /// Who owns the bytes.
    private enum Storage: @unchecked Sendable {
        case owned(Owned)
        case borrowed(UnsafeRawPointer, owner: any AnyObject & Sendable)
    }

    private final class Owned: Sendable {
        let bytes: AlignedBuffer<UInt8>
        init(_ bytes: consuming AlignedBuffer<UInt8>) { self.bytes = bytes }
    }

    /// y's columns.
    package var outputs: Int { layout.outputs }
    /// x's columns.
    package var inputs: Int { layout.inputs }
    /// The arithmetic; never ``Precision/auto``.
    package var precision: Precision { layout.precision }

    /// Packs weights; the source may be let go afterwards.
    ///
    /// - Parameters:
    ///   - weights: [outputs, inputs] row-major of `type`, any alignment; at least that many bytes.
    ///   - type: the elements of `weights`.
    ///   - outputs: rows of `weights`.
    ///   - inputs: columns of `weights`, at most ``PackedLayout/inputsMax``.
    ///   - bias: [outputs] float32, or nil.
    ///   - precision: the arithmetic to pack for; resolve ``Precision/auto`` first.
    ///   - pool: shares the work out.
    /// - Throws: ``TensorError/badShape(_:)`` or ``TensorError/outOfMemory(bytes:)``.
    package init(
        weights: UnsafeRawBufferPointer, type: WeightType, outputs: Int, inputs: Int,
        bias: UnsafeBufferPointer<Float>?, precision: Precision, pool: ThreadPool
    ) throws(TensorError) {
        layout = try PackedLayout(outputs: outputs, inputs: inputs, precision: precision)
        guard let source = weights.baseAddress,
            weights.count >= outputs * inputs * (type == .float32 ? 4 : 2),
            bias.map({ $0.count == outputs }) ?? true
        else { throw .badShape("weights of a linear layer") }
        let bytes = try AlignedBuffer<UInt8>(count: layout.byteCount)
        let target = UnsafeMutableRawPointer(bytes.base)
        if let bias, let from = bias.baseAddress {
            (target + layout.biasOffset).copyMemory(from: from, byteCount: outputs * 4)
        }
        storage = .owned(Owned(bytes))
        let job = PackJob(source: source, type: type.code, target: target, layout: layout)
        withUnsafePointer(to: job) { job in
            pool.run(count: layout.panelCount, context: job) { context, panel, _ in
                context.assumingMemoryBound(to: PackJob.self).pointee.pack(panel)
            }
        }
    }

    /// Wraps bytes that ``packedBytes`` gave before, such as a mapped cache file.
    ///
    /// - Parameters:
    ///   - packed: exactly ``PackedLayout/byteCount`` bytes, aligned to 64; the caller has checked
    ///     their digest.
    ///   - owner: keeps `packed` valid; held as long as this object lives.
    /// - Throws: ``TensorError/badPackedWeights(outputs:inputs:)``.
    package init(
        packed: UnsafeRawBufferPointer, layout: PackedLayout, owner: any AnyObject & Sendable
    ) throws(TensorError) {
        guard let base = packed.baseAddress, packed.count == layout.byteCount,
            UInt(bitPattern: base) % 64 == 0
        else { throw .badPackedWeights(outputs: layout.outputs, inputs: layout.inputs) }
        self.layout = layout
        storage = .borrowed(base, owner: owner)
    }

    var base: UnsafeRawPointer {
        switch storage {
        case .owned(let owned): UnsafeRawPointer(owned.bytes.base)
        case .borrowed(let base, _): base
        }
    }

    /// The packed bytes, for a cache file. Valid as long as this object lives.
    package var packedBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base, count: layout.byteCount)
    }

    var bias: UnsafePointer<Float> {
        (base + layout.biasOffset).assumingMemoryBound(to: Float.self)
    }
    var scale: UnsafePointer<Float> {
        (base + layout.scaleOffset).assumingMemoryBound(to: Float.self)
    }
    var sum: UnsafePointer<Int16> {
        (base + layout.sumOffset).assumingMemoryBound(to: Int16.self)
    }
    var wide: UnsafePointer<UInt8> {
        (base + layout.wideOffset).assumingMemoryBound(to: UInt8.self)
    }
}

private struct PackJob {
    let source: UnsafeRawPointer
    let type: vigil_dtype
    let target: UnsafeMutableRawPointer
    let layout: PackedLayout

    func pack(_ panel: Int) {
        let out = target + panel * layout.panelBytes
        let (n, k) = (layout.outputs, layout.inputs)
        switch layout.precision {
        case .int8:
            vigil_pack_s8(
                source, type, n, k, panel, 1, out.assumingMemoryBound(to: Int8.self),
                (target + layout.scaleOffset).assumingMemoryBound(to: Float.self),
                (target + layout.sumOffset).assumingMemoryBound(to: Int16.self),
                (target + layout.wideOffset).assumingMemoryBound(to: UInt8.self))
        case .fp16:
            vigil_pack_f16(source, type, n, k, panel, 1, out.assumingMemoryBound(to: UInt16.self))
        case .bf16:
            vigil_pack_bf16(source, type, n, k, panel, 1, out.assumingMemoryBound(to: UInt16.self))
        default:
            vigil_pack_f32(source, type, n, k, panel, 1, out.assumingMemoryBound(to: Float.self))
        }
    }
}
