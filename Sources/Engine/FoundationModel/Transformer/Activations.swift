internal import Synchronization
internal import Tensor

/// The memory of one batch on its way through a tower. Used by one pass at a time.
final class Activations: @unchecked Sendable {
    /// The residual stream, [rows, width].
    let x: UnsafeMutablePointer<Float>
    /// Queries, keys and values, [rows, 3 * width]; the patches' pixels before the first layer.
    let fused: UnsafeMutablePointer<Float>
    /// What attention gives, [rows, width].
    let mixed: UnsafeMutablePointer<Float>
    /// The pooled tokens, [sequences, width].
    let pooled: UnsafeMutablePointer<Float>
    /// The pooled tokens' queries, [sequences, width].
    let pooledQuery: UnsafeMutablePointer<Float>
    /// Rows in use.
    private(set) var rows = 0
    /// Sequences in use.
    private(set) var sequences = 0

    private let floats: AlignedBuffer<Float>
    private let starts: AlignedBuffer<Int>

    /// Takes memory for at most `rows` tokens in at most `sequences` sequences.
    /// - Parameter fusedCount: floats of `fused` that are needed besides 3 * width a row.
    init(rows: Int, sequences: Int, width: Int, fusedCount: Int) throws(TensorError) {
        // Each part starts at a cache line.
        func lines(_ count: Int) -> Int { (count + 15) / 16 * 16 }
        let fusedSize = lines(max(rows * 3 * width, fusedCount))
        let (rowSize, sequenceSize) = (lines(rows * width), lines(sequences * width))
        floats = try AlignedBuffer(count: fusedSize + 2 * rowSize + 2 * sequenceSize)
        starts = try AlignedBuffer(count: sequences + 1)
        x = floats.base
        mixed = x + rowSize
        fused = mixed + rowSize
        pooled = fused + fusedSize
        pooledQuery = pooled + sequenceSize
    }

    /// Where each sequence starts, and the end.
    var offsets: UnsafeBufferPointer<Int> {
        UnsafeBufferPointer(start: starts.base, count: sequences + 1)
    }

    /// Forgets the sequences.
    func reset() {
        rows = 0
        sequences = 0
    }

    /// Adds a sequence of this many tokens and returns its first row. The caller holds to the
    /// numbers that the memory was taken for.
    func append(tokens: Int) -> Int {
        let start = rows
        rows += tokens
        sequences += 1
        starts.base[sequences] = rows
        return start
    }

    /// Copies the token `row(sequence)` of each sequence from `x` to `pooled`.
    func gatherPooled(width: Int, _ row: (Int) -> Int) {
        for sequence in 0..<sequences {
            (pooled + sequence * width).update(from: x + row(sequence) * width, count: width)
        }
    }

    /// Writes the mean of each sequence's tokens in `x` to `pooled`, summed in double precision.
    func averageTokens(width: Int) {
        for sequence in 0..<sequences {
            let rows = starts.base[sequence]..<starts.base[sequence + 1]
            for column in 0..<width {
                var sum = 0.0
                for row in rows { sum += Double(x[row * width + column]) }
                pooled[sequence * width + column] = Float(sum / Double(rows.count))
            }
        }
    }
}

/// Keeps activations between batches, so that a warm tower takes no memory.
final class ActivationStore: Sendable {
    private let idle = Mutex<[Activations]>([])

    /// Activations that are idle, or else new ones. Give them back with ``put(_:)``.
    func take(_ make: () throws(TensorError) -> Activations) throws(TensorError) -> Activations {
        if let activations = idle.withLock({ $0.popLast() }) {
            activations.reset()
            return activations
        }
        return try make()
    }

    func put(_ activations: Activations) {
        idle.withLock { $0.append(activations) }
    }
}
