package import Imaging
package import Tensor
internal import VigilCore

/// A model that turns images into embeddings, whatever its family.
///
/// Safe to use from several threads; the operations of one engine take turns. A result's bits do
/// not depend on the batch, on the place in it or on the number of threads.
package protocol ImageEncoder: AnyObject, Sendable {
    /// What the model is; findings carry it.
    var identity: ModelIdentity { get }
    /// How images become the model's input.
    var preprocessing: PreprocessingManifest { get }
    /// The arithmetic; never ``Precision/auto``.
    var precision: Precision { get }
    /// Runs every operation of this model.
    var engine: Engine { get }
    /// How loading went.
    var report: LoadReport { get }
    /// Side of the square input image in pixels.
    var imageSize: Int { get }
    /// Floats of one input image.
    var imagePixels: Int { get }
    /// Columns of an embedding.
    var embeddingWidth: Int { get }
    /// The most images that one ``ForwardPass`` takes.
    var imagesPerPass: Int { get }

    /// Begins a pass that the caller drives layer by layer.
    ///
    /// - Parameters:
    ///   - images: at least [count, channels, imageSize, imageSize] f32; borrowed until the first
    ///     step.
    ///   - count: at most ``imagesPerPass``.
    ///   - out: at least [count, embeddingWidth] f32; borrowed until the last step.
    func beginPass(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) -> ForwardPass
}

extension ImageEncoder {
    /// How this model runs.
    package var runtime: ModelRuntime {
        ModelRuntime(
            precision: "\(precision)", instructionSet: "\(engine.kernels.instructionSet)",
            threads: engine.pool.threadCount,
            isReproducible: precision == .fp32 || precision == .int8)
    }

    /// Processor time so far of the calling thread and of the engine's own threads, so that a
    /// difference is what the calls in between took.
    package func processorTime() -> Duration {
        .seconds(BenchmarkClock.thread.seconds() + engine.pool.processorSeconds())
    }

    /// Encodes images of any number.
    ///
    /// - Parameters:
    ///   - images: [count, channels, imageSize, imageSize] f32, preprocessed; borrowed for the
    ///     call.
    ///   - count: images, 0 or more.
    ///   - out: [count, embeddingWidth] f32.
    ///   - betweenLayers: called after each layer but the last; may encode an urgent batch with
    ///     this model, which changes no bit of this batch.
    package func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        betweenLayers: (() throws(ModelError) -> Void)? = nil
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
                do throws(TensorError) { try pass.step() } catch { throw .tensor(error) }
                if pass.remaining > 0 || first < count { try betweenLayers?() }
            }
        }
    }

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

    /// Encodes images that are held in arrays, one array an image.
    package func encode(images: [[Float]]) throws(ModelError) -> [[Float]] {
        let flat = images.flatMap { $0 }
        let result = flat.withUnsafeBufferPointer { from in
            Result { () throws(ModelError) in try encode(from, count: images.count) }
        }
        return BufferSize.rows(try result.get(), width: embeddingWidth)
    }
}

/// Holds the sizes of callers' buffers against what an operation needs.
enum BufferSize {
    static func check(
        _ what: SafeText, expected: (Int, Int), found: Int
    ) throws(ModelError) {
        let (size, overflow) = expected.0.multipliedReportingOverflow(by: expected.1)
        guard expected.0 >= 0, !overflow, found == size else {
            throw .wrongSize(what: what, expected: overflow ? .max : size, found: found)
        }
    }

    /// Cuts [rows, width] into arrays.
    static func rows(_ flat: [Float], width: Int) -> [[Float]] {
        stride(from: 0, to: flat.count, by: max(width, 1)).map { Array(flat[$0..<$0 + width]) }
    }
}

extension VisionTower {
    /// Begins a pass on buffers whose sizes are checked.
    func begin(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) -> ForwardPass {
        guard (0...imagesPerPass).contains(count), let from = images.baseAddress,
            let to = out.baseAddress, images.count >= count * configuration.imagePixels,
            out.count >= count * embeddingWidth
        else { throw .wrongSize(what: "a pass", expected: imagesPerPass, found: count) }
        do throws(TensorError) {
            return try pass(images: from, count: count, into: to)
        } catch { throw .tensor(error) }
    }
}
