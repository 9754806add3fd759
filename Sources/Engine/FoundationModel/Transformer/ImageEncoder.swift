package import Imaging

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
}
