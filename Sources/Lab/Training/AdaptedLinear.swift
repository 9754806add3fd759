internal import FoundationModel
internal import Tensor
internal import VigilCore

/// One low-rank addition: where its two matrices lie among the parameters, and to which rows of a
/// matrix their product is added.
struct LoraPart: Sendable {
    /// The module's name as an adapter's file has it.
    let module: String
    /// Rows of the matrix.
    let rows: Range<Int>
    let inputs: Int
    let rank: Int
    /// The first parameter of `lora_A`, [rank, inputs].
    let down: Int
    /// The first parameter of `lora_B` transposed, [rank, rows.count].
    let up: Int
}

/// Numbers the parameters that are trained.
struct ParameterLayout {
    /// How many there are.
    private(set) var count = 0
    /// All additions, in the order of the parameters.
    private(set) var parts: [LoraPart] = []
    /// Columns between an addition's two matrices.
    let rank: Int

    init(rank: Int) { self.rank = rank }

    /// Additions to one matrix whose rows are those of several modules: all `lora_A` first, so that
    /// they are one matrix, then all `lora_B`.
    mutating func add(modules: [(name: String, rows: Int)], inputs: Int) -> [LoraPart] {
        let start = count
        var up = start + modules.count * rank * inputs
        var row = 0
        var added: [LoraPart] = []
        for (place, module) in modules.enumerated() {
            added.append(
                LoraPart(
                    module: module.name, rows: row..<row + module.rows, inputs: inputs,
                    rank: rank, down: start + place * rank * inputs, up: up))
            up += rank * module.rows
            row += module.rows
        }
        count = up
        parts += added
        return added
    }
}

/// A frozen matrix with low-rank additions that are trained (Hu et al. 2021):
///
///     y = f * (W x + b + scale * B A x)     f: a factor of each output, 1 as a rule
final class AdaptedLinear {
    let outputs: Int
    let inputs: Int
    /// The additions; empty: the matrix stays as it is.
    let parts: [LoraPart]
    private let forward: PackedLinear
    private let backward: PackedLinear
    private let factors: FloatBuffer?
    private let scale: Float
    private let engine: Engine
    private var packed: Packed?

    /// The additions as they stand, in the engine's layout.
    private struct Packed {
        /// A, [rank of all parts, inputs], and transposed.
        let down: PackedLinear
        let downTurned: PackedLinear
        /// f * scale * B, [outputs, rank of all parts], zero where a part has no rows; and
        /// transposed.
        let up: PackedLinear
        let upTurned: PackedLinear
    }

    /// - Parameters:
    ///   - weights: [outputs, inputs], without factors; changed.
    ///   - factors: [outputs]; nil: 1.
    ///   - parts: from ``ParameterLayout/add(modules:inputs:)``.
    ///   - scale: what the product of two matrices is multiplied with.
    init(
        weights: FloatBuffer, bias: FloatBuffer?, outputs: Int, inputs: Int,
        factors: FloatBuffer? = nil, parts: [LoraPart] = [], scale: Float = 0, engine: Engine
    ) throws(TensorError) {
        self.outputs = outputs
        self.inputs = inputs
        self.parts = parts
        self.scale = scale
        self.engine = engine
        self.factors = factors
        if let factors {
            for row in 0..<outputs {
                let factor = factors.base[row]
                for column in 0..<inputs { weights.base[row * inputs + column] *= factor }
                if let bias { bias.base[row] *= factor }
            }
        }
        forward = try Self.pack(
            weights.base, outputs: outputs, inputs: inputs,
            bias: bias.map { UnsafePointer($0.base) }, engine)
        let turned = try Self.turned(weights.base, rows: outputs, columns: inputs)
        backward = try Self.pack(turned.base, outputs: inputs, inputs: outputs, engine)
    }

    /// Columns of ``run(_:into:between:rows:)``'s intermediate values.
    var rank: Int { parts.reduce(0) { $0 + $1.rank } }

    private static func pack(
        _ weights: UnsafePointer<Float>, outputs: Int, inputs: Int,
        bias: UnsafePointer<Float>? = nil, _ engine: Engine
    ) throws(TensorError) -> PackedLinear {
        try PackedLinear(
            weights: UnsafeRawBufferPointer(start: weights, count: outputs * inputs * 4),
            type: .float32, outputs: outputs, inputs: inputs,
            bias: bias.map { UnsafeBufferPointer(start: $0, count: outputs) }, precision: .fp32,
            pool: engine.pool)
    }

    private static func turned(
        _ from: UnsafePointer<Float>, rows: Int, columns: Int
    ) throws(TensorError) -> FloatBuffer {
        let out = try FloatBuffer(count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                out.base[column * rows + row] = from[row * columns + column]
            }
        }
        return out
    }

    /// Takes the additions as they stand among the parameters.
    func refresh(_ parameters: UnsafePointer<Float>) throws(TensorError) {
        guard let first = parts.first else { return }
        let rank = rank
        let down = parameters + first.down
        let upTurned = try FloatBuffer(count: rank * outputs)
        var place = 0
        for part in parts {
            for index in 0..<part.rank {
                let from = parameters + part.up + index * part.rows.count
                let to = upTurned.base + place * outputs + part.rows.lowerBound
                for row in 0..<part.rows.count {
                    to[row] = from[row] * scaled(part.rows.lowerBound + row)
                }
                place += 1
            }
        }
        let downTurned = try Self.turned(down, rows: rank, columns: inputs)
        let up = try Self.turned(upTurned.base, rows: rank, columns: outputs)
        packed = Packed(
            down: try Self.pack(down, outputs: rank, inputs: inputs, engine),
            downTurned: try Self.pack(downTurned.base, outputs: inputs, inputs: rank, engine),
            up: try Self.pack(up.base, outputs: outputs, inputs: rank, engine),
            upTurned: try Self.pack(upTurned.base, outputs: rank, inputs: outputs, engine))
    }

    private func scaled(_ row: Int) -> Float { scale * (factors?.base[row] ?? 1) }

    /// y of x.
    /// - Parameters:
    ///   - x: [rows, inputs].
    ///   - y: [rows, outputs].
    ///   - between: [rows, rank], A x, which the gradient needs.
    func run(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
        between: UnsafeMutablePointer<Float>, rows: Int
    ) throws(TensorError) {
        try engine.linear(x, weights: forward, into: y, rows: rows)
        guard let packed else { return }
        try engine.linear(x, weights: packed.down, into: between, rows: rows)
        try engine.linear(
            between, weights: packed.up, epilogue: LinearEpilogue(adding: y), into: y, rows: rows)
    }

    /// What the gradient of y makes of x and of the additions.
    /// - Parameters:
    ///   - slopes: [rows, outputs], of y.
    ///   - x: as ``run(_:into:between:rows:)`` had it.
    ///   - between: as it was left.
    ///   - scratch: [rows, rank].
    ///   - out: [rows, inputs], overwritten; nil: nobody asks for it.
    ///   - gradient: of all parameters, added to; nil: nobody asks.
    func gradient(
        _ slopes: UnsafePointer<Float>, x: UnsafePointer<Float>, between: UnsafePointer<Float>,
        scratch: UnsafeMutablePointer<Float>, into out: UnsafeMutablePointer<Float>?,
        gradient: UnsafeMutablePointer<Float>, rows: Int
    ) throws(TensorError) {
        if let out { try engine.linear(slopes, weights: backward, into: out, rows: rows) }
        guard let packed, let first = parts.first else { return }
        let rank = rank
        try engine.linear(slopes, weights: packed.upTurned, into: scratch, rows: rows)
        if let out {
            try engine.linear(
                scratch, weights: packed.downTurned, epilogue: LinearEpilogue(adding: out),
                into: out, rows: rows)
        }
        engine.addOuterProducts(
            scratch, aStride: rank, height: rank, x, bStride: inputs, width: inputs, rows: rows,
            into: gradient + first.down)
        var place = 0
        for part in parts {
            engine.addOuterProducts(
                between + place, aStride: rank, height: part.rank,
                slopes + part.rows.lowerBound, bStride: outputs, width: part.rows.count,
                rows: rows, into: gradient + part.up)
            place += part.rank
        }
    }

    /// Multiplies the gradient of each B, once all rows are added up, with what B is multiplied
    /// with.
    func finish(_ gradient: UnsafeMutablePointer<Float>) {
        for part in parts {
            for index in 0..<part.rank {
                let of = gradient + part.up + index * part.rows.count
                for row in 0..<part.rows.count { of[row] *= scaled(part.rows.lowerBound + row) }
            }
        }
    }
}
