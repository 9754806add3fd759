internal import Synchronization
package import Tensor
internal import VigilCore

extension PixelEncoder {
    /// Encodes images into an array, [count, embeddingWidth].
    package func encode(
        _ images: UnsafeBufferPointer<Float>, count: Int,
        betweenLayers: (() throws(ModelError) -> Void)? = nil
    ) throws(ModelError) -> [Float] {
        var out = [Float](repeating: 0, count: max(count, 0) * embeddingWidth)
        let result = out.withUnsafeMutableBufferPointer { to in
            Result { () throws(ModelError) in
                try encode(images: images, count: count, into: to, betweenLayers: betweenLayers)
            }
        }
        try result.get()
        return out
    }
}

/// Looks into the passes that images go through, on the thread that drives them.
protocol PassObserver: AnyObject {
    /// A pass is about to take its next step.
    func willStep(_ pass: inout ForwardPass)
    /// It has taken it.
    func didStep(_ pass: borrowing ForwardPass)
}

extension ImageEncoder {
    /// Cuts images into passes, and drives each layer by layer.
    package func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        betweenLayers: (() throws(ModelError) -> Void)? = nil
    ) throws(ModelError) {
        try encode(
            images: images, count: count, into: out, observer: nil, betweenLayers: betweenLayers)
    }

    /// The same under the eyes of an observer.
    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        observer: (any PassObserver)?, betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) {
        try BufferSize.check("images", expected: (count, imagePixels), found: images.count)
        try BufferSize.check("embeddings", expected: (count, embeddingWidth), found: out.count)
        var first = 0
        while first < count {
            let part = min(imagesPerPass, count - first)
            var pass = try beginPass(
                images: UnsafeBufferPointer(rebasing: images[(first * imagePixels)...]),
                count: part,
                into: UnsafeMutableBufferPointer(rebasing: out[(first * embeddingWidth)...]))
            first += part
            while pass.remaining > 0 {
                observer?.willStep(&pass)
                do throws(TensorError) { try pass.step() } catch { throw .tensor(error) }
                observer?.didStep(pass)
                if pass.remaining > 0 || first < count { try betweenLayers?() }
            }
        }
    }
}

/// One batch on its way through a tower, a layer a step. Between two steps another pass may run on
/// the same model: a pass owns its activations, so neither changes the other's bits.
///
/// One thread at a time. The input is borrowed until the first step, the output until the last.
package struct ForwardPass: ~Copyable {
    private let tower: any Tower
    let activations: Activations
    /// The batch's images, [sequences, channels, size, size]; nil for text.
    let images: UnsafePointer<Float>?
    /// Images of the batch.
    let count: Int
    /// The embeddings, [count, embedding width].
    let out: UnsafeMutablePointer<Float>
    /// Told in each layer of a vision tower what attention saw, before the feed-forward half;
    /// nil: nobody asks.
    var afterAttention: ((AttentionMoment) -> Void)?
    private var next = 0

    init(
        tower: any Tower, activations: Activations, images: UnsafePointer<Float>?, count: Int,
        out: UnsafeMutablePointer<Float>
    ) {
        self.tower = tower
        self.activations = activations
        self.images = images
        self.count = count
        self.out = out
    }

    deinit { tower.store.put(activations) }

    /// Steps that are left; 0: the output is complete.
    package var remaining: Int { tower.layers + 1 - next }

    /// Steps that are done: 0 before the embedding, then one more than layers done.
    package var completed: Int { next }

    /// Runs the next step; does nothing when none is left.
    package mutating func step() throws(TensorError) {
        guard remaining > 0 else { return }
        try tower.run(step: next, of: self)
        next += 1
    }

    /// Takes steps as done whose results the activations hold already.
    mutating func skip(to step: Int) { next = step }

    /// A copy of the token that stands for an image, between two steps.
    func token(ofImage image: Int, width: Int) -> [Float] {
        let isPooled = remaining == 0 && !tower.keepsTokens
        let rows = isPooled ? 1 : activations.rows / max(activations.sequences, 1)
        let first = image * rows * width
        return withHiddenState(width: width) { Array($0[first..<first + width]) }
    }

    /// Lends the hidden state between two steps, for probing: [tokens, width] of the batch, or
    /// after the last step, where the last layer computes those alone, the pooled tokens,
    /// [sequences, width].
    package func withHiddenState<Result>(
        width: Int, _ body: (UnsafeBufferPointer<Float>) -> Result
    ) -> Result {
        remaining == 0 && !tower.keepsTokens
            ? body(
                UnsafeBufferPointer(
                    start: activations.pooled, count: activations.sequences * width))
            : body(UnsafeBufferPointer(start: activations.x, count: activations.rows * width))
    }
}

/// One half of a model: an embedding, layers, a pooled projection.
protocol Tower: AnyObject, Sendable {
    /// Layers of the encoder; a pass has one step more.
    var layers: Int { get }
    /// Where its activations are kept between passes.
    var store: ActivationStore { get }
    /// Whether the last layer computes all tokens, not the pooled ones alone.
    var keepsTokens: Bool { get }

    /// Carries out step `index` of a pass: 0 embeds, the others are a layer each, the last of them
    /// pools and projects.
    func run(step index: Int, of pass: borrowing ForwardPass) throws(TensorError)
}

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
