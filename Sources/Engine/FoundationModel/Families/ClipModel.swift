package import Imaging
package import Tensor
internal import VigilCore

/// A model of two towers that is ready to run: images and texts to unit vectors of one space. CLIP,
/// and its kin SigLIP and BiomedCLIP.
///
/// Safe to use from several threads; the operations of one engine take turns. A result's bits do
/// not depend on the batch, on the place in it or on the number of threads.
package final class ClipModel: ImageEncoder, TextEncoder {
    /// What the model is; findings carry it.
    package let identity: ModelIdentity
    /// The sizes of both towers.
    package let configuration: ClipConfiguration
    /// How images become the model's input.
    package let preprocessing: PreprocessingManifest
    /// The arithmetic of the vision tower; never ``Precision/auto``.
    package let precision: Precision
    /// The factor on cosines before a softmax or sigmoid: exp of the model's `logit_scale`.
    package let logitScale: Float
    /// What is added to the scaled cosine before a sigmoid; nil: the model scores by softmax.
    package let logitBias: Float?
    /// Runs every operation of this model.
    package let engine: Engine
    /// How loading went.
    package let report: LoadReport

    let vision: VisionTower
    private let text: LazyTextTower

    init(parts: ClipParts, vision: LoadedVision, text: LazyTextTower) {
        identity = vision.identity
        configuration = parts.configuration
        preprocessing = parts.preprocessing
        logitScale = parts.logitScale
        logitBias = parts.logitBias
        self.vision = vision.tower
        precision = vision.precision
        engine = vision.engine
        report = vision.report
        self.text = text
    }

    /// Side of the square input image in pixels.
    package var imageSize: Int { configuration.vision.imageSize }
    /// Floats of one input image.
    package var imagePixels: Int { configuration.vision.imagePixels }
    /// Columns of an embedding.
    package var embeddingWidth: Int { configuration.embeddingWidth }
    /// The most images that one ``ForwardPass`` takes.
    package var imagesPerPass: Int { vision.imagesPerPass }
    /// Whether the model has a tokenizer, so that ``encode(text:)`` works.
    package var hasText: Bool { text.hasTokenizer }

    /// Encodes texts: a unit vector of [embeddingWidth] for each.
    package func encode(text texts: [String]) throws(ModelError) -> [[Float]] {
        try text.encode(texts)
    }

    /// Encodes token sequences, each with its start and end token, not padded.
    package func encode(tokens sequences: [[Int32]]) throws(ModelError) -> [[Float]] {
        try text.encode(tokens: sequences)
    }

    /// Gives the text tower's memory back; it is loaded again when the next text comes.
    package func releaseText() {
        text.release()
    }

    /// See ``TextEncoder/probe(tokens:_:)``.
    package func probe(
        tokens: [Int32], _ body: (UnsafeBufferPointer<Float>) -> Void
    ) throws(ModelError) {
        try text.probe(tokens, body)
    }
}
