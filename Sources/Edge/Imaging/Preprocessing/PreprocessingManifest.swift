package import VigilCore

/// Everything that happens to an image between its file and the model, declared. Two manifests with
/// the same digest give the same tensor bits for the same file.
package struct PreprocessingManifest: Sendable, Equatable {
    /// How a frame is brought to size.
    package enum Resize: Sendable, Equatable {
        /// The shorter side becomes this long, the other in proportion, rounded down.
        case shortestEdge(Int)
        /// Both sides, whatever the proportion.
        case exact(width: Int, height: Int)
        /// In three steps, as CheXzero: the longer side becomes `side` in 8 bits by Lanczos'
        /// kernel, black bars make a square of it, mean and deviation are applied, and then the
        /// floats are resized to the tensor's size by PyTorch's bicubic.
        case squareThenFloat(side: Int)
        /// The square in the middle of the frame, brought to this side.
        case middleSquare(Int)
    }

    /// The resampling kernel; all are those of Pillow.
    package enum Filter: String, Sendable, CaseIterable {
        /// Cubic convolution with a = -0.5 (Keys 1981).
        case bicubic
        case bilinear
        /// The sinc of three lobes.
        case lanczos
    }

    /// How one grey value becomes channels.
    package enum Channels: Int, Sendable, CaseIterable {
        case single = 1
        /// The same grey three times, for models that were trained on RGB.
        case replicated = 3
    }

    /// The version of the rule that turns stored values into 8-bit grey. It changes whenever any
    /// file's grey values would change.
    ///
    /// Rule 2 holds labels against bytes, and reads what rule 1 read wrongly or refused; the grey
    /// of every other file is that of rule 1.
    package static let greyRule = "vigil-grey8/2"
    /// Rules under which adapters may have been trained, since right files are the same by them.
    static let earlierGreyRules = ["vigil-grey8/1"]

    /// Which values become black and white.
    package let window: WindowRule
    /// Whether the frame is cut to where it was exposed before anything else (``ExposedField``).
    package let cropsToField: Bool
    /// Whether black bars make the frame square first.
    package let padToSquare: Bool
    package let resize: Resize
    package let filter: Filter
    /// Whether the kernel widens with the reduction, as Pillow's does; without, fine detail
    /// aliases.
    package let antialias: Bool
    /// Columns and rows of the tensor: a crop from the middle, with black where the frame is
    /// smaller.
    package let width: Int
    package let height: Int
    /// Factor on grey values 0…255, in double, the product rounded to single.
    package let rescale: Double
    /// Subtracted from, and divided into, each channel in single precision.
    package let mean: [Float]
    package let deviation: [Float]
    package let channels: Channels

    /// Declares a preprocessing; nil when sizes are not in 1…4096, or the number of means or
    /// deviations is not that of the channels, or one of them cannot be worked with.
    package init?(
        window: WindowRule = .fromFile, cropsToField: Bool = false, padToSquare: Bool = false,
        resize: Resize, filter: Filter = .bicubic, antialias: Bool = true, width: Int,
        height: Int, rescale: Double = 1.0 / 255.0, mean: [Float], deviation: [Float],
        channels: Channels = .replicated
    ) {
        let sides =
            switch resize {
            case .shortestEdge(let side), .middleSquare(let side): [side, width, height]
            case .exact(let wide, let high): [wide, high, width, height]
            case .squareThenFloat(let side): [side, width, height]
            }
        guard sides.allSatisfy({ (1...4096).contains($0) }), rescale.isFinite,
            mean.count == channels.rawValue, deviation.count == channels.rawValue,
            mean.allSatisfy(\.isFinite), deviation.allSatisfy({ $0.isFinite && $0 != 0 })
        else { return nil }
        if case .fixed(let center, let extent) = window {
            guard center.isFinite, extent.isFinite, extent >= 1 else { return nil }
        }
        self.window = window
        self.cropsToField = cropsToField
        self.padToSquare = padToSquare
        self.resize = resize
        self.filter = filter
        self.antialias = antialias
        self.width = width
        self.height = height
        self.rescale = rescale
        self.mean = mean
        self.deviation = deviation
        self.channels = channels
    }

    /// The number of floats in one image's tensor: channels, rows, columns.
    package var tensorCount: Int { channels.rawValue * width * height }

    /// One line for each declaration, always in this order; numbers in their shortest exact form.
    package var canonicalText: String { canonicalText(Self.greyRule) }

    private func canonicalText(_ rule: String) -> String {
        let size =
            switch resize {
            case .shortestEdge(let side): "shortest-edge \(side)"
            case .exact(let wide, let high): "exact \(wide) \(high)"
            case .squareThenFloat(let side): "square-then-float \(side) lanczos normalize"
            case .middleSquare(let side): "middle-square \(side)"
            }
        let numbers = if case .squareThenFloat = resize { "pytorch-float" } else { "pillow-8bit" }
        var lines = [
            "vigil-preprocessing 1",
            "grey \(rule)",
            "window \(window.canonicalText)",
            "pad-to-square \(padToSquare)",
            "resize \(size) \(filter.rawValue) antialias \(antialias) \(numbers)",
            "crop center \(width) \(height)",
            "rescale \(rescale)",
            "mean \(mean.map { "\($0)" }.joined(separator: " "))",
            "deviation \(deviation.map { "\($0)" }.joined(separator: " "))",
            "channels \(channels.rawValue)",
        ]
        // What does not declare it keeps the digest that it had before anything could.
        if cropsToField { lines.insert("field \(ExposedField.canonicalText)", at: 3) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// SHA-256 of ``canonicalText``.
    package var digest: Digest { Digest(of: canonicalText.utf8) }

    /// The digests that it had under earlier rules of grey.
    var earlierDigests: [Digest] {
        Self.earlierGreyRules.map { Digest(of: canonicalText($0).utf8) }
    }
}
