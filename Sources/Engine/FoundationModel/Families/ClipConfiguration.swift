/// A model of two towers that meet in one space: CLIP and its kin.
package struct ClipConfiguration: Sendable, Hashable {
    package let vision: VisionConfiguration
    package let text: TextConfiguration
    /// Columns of an embedding.
    package let embeddingWidth: Int
    /// From the pooled token of an image to its embedding.
    package let visionHead: HeadConfiguration
    /// From the pooled token of a text to its embedding.
    package let textHead: HeadConfiguration

    /// Takes sizes that the reader of the configuration has checked. Both heads are CLIP's: a
    /// matrix without bias, then length 1.
    package init(vision: VisionConfiguration, text: TextConfiguration, embeddingWidth: Int) {
        let head = HeadConfiguration(widths: [embeddingWidth])
        self.init(vision: vision, visionHead: head, text: text, textHead: head)
    }

    /// Takes sizes that the reader of the configuration has checked; both heads end in the same
    /// number of columns.
    package init(
        vision: VisionConfiguration, visionHead: HeadConfiguration, text: TextConfiguration,
        textHead: HeadConfiguration
    ) {
        self.vision = vision
        self.visionHead = visionHead
        self.text = text
        self.textHead = textHead
        embeddingWidth = visionHead.embeddingWidth(of: vision.encoder.width)
    }

    /// The same with another text tower of the same width.
    func replacing(text: TextConfiguration) -> ClipConfiguration {
        ClipConfiguration(vision: vision, visionHead: visionHead, text: text, textHead: textHead)
    }

    /// Operations of one image with the projection.
    package var operationsPerImage: Double {
        vision.operations + visionHead.operations(inputs: vision.encoder.width)
    }
}

/// What becomes of a pooled token: at most two matrices with GELU between them, then length 1 or
/// not.
package struct HeadConfiguration: Sendable, Hashable {
    /// Columns after each matrix; empty: the pooled token is the embedding.
    package let widths: [Int]
    /// Whether the matrices have a bias.
    package let hasBias: Bool
    /// Whether embeddings are divided by their length.
    package let isUnit: Bool

    /// Takes sizes that the reader of the configuration has checked.
    package init(widths: [Int], hasBias: Bool = false, isUnit: Bool = true) {
        self.widths = widths
        self.hasBias = hasBias
        self.isUnit = isUnit
    }

    /// Columns of the embedding of a tower of this width.
    package func embeddingWidth(of width: Int) -> Int { widths.last ?? width }

    /// Operations for one pooled token of so many columns.
    package func operations(inputs: Int) -> Double {
        zip([inputs] + widths, widths).reduce(0) { $0 + 2 * Double($1.0) * Double($1.1) }
    }
}
