/// What to make.
package struct SynthesisOptions: Sendable, Hashable {
    /// Which studies.
    package enum Content: String, Sendable, CaseIterable {
        case cxr
        case ct
        case mixed
    }

    /// How pixels are stored.
    package enum Encoding: String, Sendable, CaseIterable {
        case uncompressed
        case jpegLS = "jpeg-ls"
        case jpeg2000
        /// One of the three by study.
        case mixed
    }

    /// What everything follows from.
    package var seed: UInt64
    package var content: Content
    /// Rows and columns.
    package var size: Int
    package var encoding: Encoding
    /// Makers and exposures that no training set has, for tests of a model.
    package var isShifted: Bool

    package init(
        seed: UInt64, content: Content = .cxr, size: Int = 512,
        encoding: Encoding = .uncompressed, isShifted: Bool = false
    ) {
        self.seed = seed
        self.content = content
        self.size = size
        self.encoding = encoding
        self.isShifted = isShifted
    }
}
