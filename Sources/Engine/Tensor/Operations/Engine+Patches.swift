internal import VigilCore

extension Engine {
    /// Square images to rows of pixels of each whole patch. What is left on the right and at the
    /// bottom is skipped, as by a convolution without padding.
    ///
    /// - Parameters:
    ///   - images: [count, channels, size, size].
    ///   - patch: side of a patch, at most `size`.
    ///   - out: [count * (size / patch) * (size / patch), channels * patch * patch], pixels in the
    ///     order channel, row, column: the order of a convolution's weights.
    package func patchify(
        _ images: UnsafePointer<Float>, count: Int, channels: Int, size: Int, patch: Int,
        into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        guard count >= 0, channels > 0, patch > 0, size >= patch else {
            throw .badShape("patches")
        }
        guard size % patch != 0 else {
            try patchify(
                images, count: count, channels: channels, height: size, width: size, patch: patch,
                into: out)
            return
        }
        let side = size / patch
        var to = out
        for image in 0..<count {
            for place in 0..<side * side {
                let (top, left) = (place / side * patch, place % side * patch)
                for channel in 0..<channels {
                    for row in top..<top + patch {
                        let line = (image * channels + channel) * size + row
                        to.update(from: images + line * size + left, count: patch)
                        to += patch
                    }
                }
            }
        }
    }
}
