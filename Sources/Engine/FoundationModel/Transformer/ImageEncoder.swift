package import Imaging
internal import Tensor
internal import VigilCore

/// A model of one tower that turns images into embeddings, whatever its family.
package protocol ImageEncoder: PixelEncoder {
    /// How images become the model's input.
    var preprocessing: PreprocessingManifest { get }
    /// How loading went.
    var report: LoadReport { get }
    /// Side of the square input image in pixels.
    var imageSize: Int { get }

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
    package var input: InputManifest { .image(preprocessing) }

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
