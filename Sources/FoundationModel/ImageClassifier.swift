package import Imaging
package import VigilCore

/// What a model says of one image.
package struct ImageResult: Sendable, Hashable {
    /// Unit vector, [embedding width].
    package let embedding: [Float]
    /// SHA-256 over the embedding's bits (``EmbeddingDigest``).
    package let digest: Digest
    /// One score a finding of the prompt set, in its order; empty without a head.
    package let scores: [FindingScore]
}

/// The digest of an embedding.
package enum EmbeddingDigest {
    /// SHA-256 over the floats' bits, little-endian, one after another.
    package static func of(_ floats: UnsafeBufferPointer<Float>) -> Digest {
        var hasher = DigestHasher()
        // Every platform that we build for is little-endian.
        hasher.update(UnsafeRawBufferPointer(floats))
        return hasher.finish()
    }
}

/// A model with a head: preprocessed images in, embeddings, digests and scores out.
package struct ImageClassifier: Sendable {
    package let model: any ImageEncoder
    /// nil: embeddings only.
    package let head: (any ScoringHead)?

    /// Puts a model and a head together.
    package init(model: any ImageEncoder, head: (any ScoringHead)?) {
        self.model = model
        self.head = head
    }

    /// Encodes and scores images.
    ///
    /// - Parameters:
    ///   - images: [count, channels, imageSize, imageSize] f32, preprocessed; borrowed for the
    ///     call.
    ///   - count: images, 0 or more.
    ///   - betweenLayers: see ``ImageEncoder/encode(images:count:into:betweenLayers:)``.
    package func classify(
        images: UnsafeBufferPointer<Float>, count: Int,
        betweenLayers: (() throws(ModelError) -> Void)? = nil
    ) throws(ModelError) -> [ImageResult] {
        let width = model.embeddingWidth
        let embeddings = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(count, 0) * width)
        defer { embeddings.deallocate() }
        embeddings.initialize(repeating: 0)
        try model.encode(
            images: images, count: count, into: embeddings, betweenLayers: betweenLayers)
        var results: [ImageResult] = []
        for index in 0..<count {
            results.append(
                try result(
                    UnsafeBufferPointer(
                        rebasing: embeddings[index * width..<(index + 1) * width])))
        }
        return results
    }

    /// Digest and scores of one embedding.
    package func result(_ embedding: UnsafeBufferPointer<Float>) throws(ModelError) -> ImageResult {
        ImageResult(
            embedding: Array(embedding), digest: EmbeddingDigest.of(embedding),
            scores: try head?.scores(embedding) ?? [])
    }

    /// Preprocesses, encodes and scores decoded images, `batch` at a time.
    /// - Parameter batch: images in memory at once, 1 or more.
    package func classify(
        _ images: [GreyImage], batch: Int = 8
    ) throws(ModelError) -> [ImageResult] {
        let preprocessor = Preprocessor(model.preprocessing)
        let pixels = model.imagePixels
        let size = max(1, min(batch, images.count))
        let tensors = UnsafeMutableBufferPointer<Float>.allocate(capacity: size * pixels)
        defer { tensors.deallocate() }
        tensors.initialize(repeating: 0)
        var results: [ImageResult] = []
        for first in stride(from: 0, to: images.count, by: size) {
            let part = images[first..<min(first + size, images.count)]
            for (index, image) in part.enumerated() {
                let slot = tensors[index * pixels..<(index + 1) * pixels]
                guard preprocessor.apply(image, into: UnsafeMutableBufferPointer(rebasing: slot))
                else {
                    throw .wrongSize(
                        what: "an image's tensor", expected: model.preprocessing.tensorCount,
                        found: pixels)
                }
            }
            let filled = tensors[..<(part.count * pixels)]
            results += try classify(
                images: UnsafeBufferPointer(rebasing: filled), count: part.count)
        }
        return results
    }
}
