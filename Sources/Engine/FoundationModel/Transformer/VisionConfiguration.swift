/// The vision tower: patches, tokens in front of them, an encoder, pooling.
package struct VisionConfiguration: Sendable, Hashable {
    package let encoder: EncoderConfiguration
    /// Side of the square image in pixels. What is left of it on the right and at the bottom after
    /// the last whole patch is not looked at.
    package let imageSize: Int
    /// Side of a patch in pixels.
    package let patchSize: Int
    package let channels: Int
    /// Side of the image that the stored positions belong to.
    package let trainedSize: Int
    /// How positions are brought to another size.
    package let resampling: PositionGrid.Resampling
    /// Tokens after the class token that belong to no patch and have no position.
    package let registers: Int
    package let pooling: Pooling

    /// What becomes of the last layer's tokens.
    package enum Pooling: Sendable, Hashable {
        /// The class token is all that anyone asks for, so the last layer computes no other.
        case classToken
        /// The class token is the embedding, and the patches' tokens are at hand as well.
        case classTokenAndPatches
        /// One learnt query attends to all tokens, and a feed-forward half follows; there is no
        /// class token.
        case attention
    }

    /// Takes sizes that the reader of the configuration has checked.
    /// - Parameter trainedSize: nil: as `imageSize`.
    package init(
        encoder: EncoderConfiguration, imageSize: Int, patchSize: Int, channels: Int,
        trainedSize: Int? = nil, resampling: PositionGrid.Resampling = .cubic, registers: Int = 0,
        pooling: Pooling = .classToken
    ) {
        self.encoder = encoder
        self.imageSize = imageSize
        self.patchSize = patchSize
        self.channels = channels
        self.trainedSize = trainedSize ?? imageSize
        self.resampling = resampling
        self.registers = registers
        self.pooling = pooling
    }

    /// Whether there is a token in front of the patches that stands for the image.
    package var hasClassToken: Bool { pooling != .attention }
    /// Patches along one side.
    package var patchesPerSide: Int { imageSize / patchSize }
    /// Patches of an image.
    package var patches: Int { patchesPerSide * patchesPerSide }
    /// Tokens in front of the patches.
    package var leadingTokens: Int { (hasClassToken ? 1 : 0) + registers }
    /// Tokens of an image.
    package var tokens: Int { patches + leadingTokens }
    /// Patches of an image of the size that positions are stored for.
    package var trainedPatches: Int { (trainedSize / patchSize) * (trainedSize / patchSize) }
    /// Rows of the stored positions: the class token's and the patches'.
    package var storedPositions: Int { trainedPatches + (hasClassToken ? 1 : 0) }
    /// Pixels of one patch over all channels.
    package var patchPixels: Int { channels * patchSize * patchSize }
    /// Floats of one image.
    package var imagePixels: Int { channels * imageSize * imageSize }

    /// Operations of one image, with the patch embedding, without the projection.
    package var operations: Double {
        2 * Double(patches) * Double(patchPixels) * Double(encoder.width)
            + encoder.operations(tokens: tokens)
    }
}
