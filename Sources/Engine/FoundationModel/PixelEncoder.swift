package import Imaging
package import Tensor
internal import VigilCore

/// A model that turns preprocessed images or volumes into embeddings, whatever its family. A volume
/// is called an image as well.
///
/// Safe to use from several threads; the operations of one engine take turns. A result's bits do
/// not depend on the batch, on the place in it or on the number of threads.
package protocol PixelEncoder: AnyObject, Sendable {
    /// What the model is; findings carry it.
    var identity: ModelIdentity { get }
    /// How studies become the model's input.
    var input: InputManifest { get }
    /// The arithmetic; never ``Precision/auto``.
    var precision: Precision { get }
    /// Runs every operation of this model.
    var engine: Engine { get }
    /// Floats of one input image.
    var imagePixels: Int { get }
    /// Columns of an embedding.
    var embeddingWidth: Int { get }
    /// The most images that run side by side.
    var imagesPerPass: Int { get }

    /// Encodes images of any number.
    ///
    /// - Parameters:
    ///   - images: [count, ``imagePixels``] f32, preprocessed; borrowed for the call.
    ///   - count: images, 0 or more.
    ///   - out: [count, embeddingWidth] f32.
    ///   - betweenLayers: called after each layer but the last; may encode an urgent batch with
    ///     this model, which changes no bit of this batch.
    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError)
}

extension PixelEncoder {
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
