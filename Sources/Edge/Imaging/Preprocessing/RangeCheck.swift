/// What is odd about the range of an image's values: signs that it was windowed, scaled or turned
/// over wrongly, so that a model would say the same of every such image.
package enum RangeFlag: String, Sendable, Hashable, CaseIterable {
    /// Every pixel is the same: all black, all white, all grey.
    case constantImage = "constant_image"
    /// 98 of 100 pixels lie within 1/16 of the grey scale, as when 12 bits are read as 16.
    case narrowRange = "narrow_range"
    /// 98 of 100 pixels are quite black or quite white.
    case saturatedImage = "saturated_image"
    /// A radiograph whose border is bright, whose middle is darker and where nothing is black:
    /// perhaps turned over.
    case invertedSuspected = "inverted_suspected"
    /// What the manifest makes of the image is far from what models are trained on: its mean or its
    /// spread is out by an order of magnitude, as when means of 0…255 meet values of 0…1.
    case manifestMismatch = "manifest_mismatch"
    /// The manifest cuts images to their field, and this one's border was cut off: what the model
    /// says, and how the other flags are told, is of the field alone.
    case borderCropped = "border_cropped"
    /// The manifest cuts images to their field, and this one's border is wider than a collimator's:
    /// the image was left whole.
    case borderTooWide = "border_too_wide"
}

/// Holds images against what a manifest expects. Pure; any thread.
package struct RangeCheck: Sendable {
    /// Grey levels that 98 of 100 pixels must span.
    static let leastSpan = 16
    /// The greatest share of pixels at both ends of the scale.
    static let saturatedShareMax = 0.98
    /// What counts as black, and the share of it that a radiograph turned over may have.
    static let blackMax = UInt8(8)
    static let blackShareMax = 0.02
    /// Tensors of models have a mean near 0 and a spread near 1; an image may well be dark, bright
    /// or flat, but not by this much.
    static let tensorMeanMax = 5.0
    static let tensorSpread = 0.02...20.0

    private let manifest: PreprocessingManifest

    /// Takes the manifest of a model.
    package init(_ manifest: PreprocessingManifest) {
        self.manifest = manifest
    }

    /// The flags of a frame, in the order of their declaration; none for an ordinary one.
    /// - Parameter modality: of the study, nil or other when not known; only radiographs are held
    ///   to have a dark border.
    package func flags(of whole: GreyImage, modality: Modality? = nil) -> [RangeFlag] {
        let field = manifest.cropsToField ? ExposedField(of: whole) : nil
        let image = field?.cut(whole) ?? whole
        let statistics = image.statistics()
        if statistics.isConstant { return [.constantImage] }
        var flags: [RangeFlag] = []
        if Int(statistics.percentile99) - Int(statistics.percentile1) < Self.leastSpan {
            flags.append(.narrowRange)
        }
        if statistics.saturatedShare > Self.saturatedShareMax { flags.append(.saturatedImage) }
        if modality?.isRadiograph == true, isInverted(image) { flags.append(.invertedSuspected) }
        if isMismatch(statistics) { flags.append(.manifestMismatch) }
        switch field?.border {
        case .cropped: flags.append(.borderCropped)
        case .tooWide: flags.append(.borderTooWide)
        case .absent, nil: break
        }
        return flags
    }

    /// The flags that any of several frames has, by their names.
    package func flags(of images: [GreyImage], _ modality: Modality) -> [String] {
        let found = Set(images.flatMap { flags(of: $0, modality: modality) })
        return RangeFlag.allCases.filter { found.contains($0) }.map(\.rawValue)
    }

    /// Whether any channel's mean or spread is out of bounds. A flat image is no fault of the
    /// manifest: its spread is held to that of an ordinary one.
    private func isMismatch(_ statistics: GreyStatistics) -> Bool {
        let spread = max(statistics.deviation, 32)
        return zip(manifest.mean, manifest.deviation).contains { mean, deviation in
            let scale = manifest.rescale / Double(deviation)
            let center = (statistics.mean * manifest.rescale - Double(mean)) / Double(deviation)
            return
                !(abs(center) <= Self.tensorMeanMax
                && Self.tensorSpread.contains(abs(scale) * spread))
        }
    }

    /// Whether most of the border is nearly white, the middle is much darker, and next to nothing
    /// is black. Radiographs show air as black; where the border is a white collimator's shadow,
    /// some air is black all the same.
    private func isInverted(_ image: GreyImage) -> Bool {
        let (width, height) = (image.width, image.height)
        let (side, top) = (max(1, width / 50), max(1, height / 50))
        var border = [Int](repeating: 0, count: 256)
        var middle = [Int](repeating: 0, count: 256)
        for row in 0..<height {
            let isEdge = row < top || row >= height - top
            let isCentral = (height / 4..<height - height / 4).contains(row)
            for column in 0..<width {
                let value = Int(image.pixels[row * width + column])
                if isEdge || column < side || column >= width - side {
                    border[value] += 1
                } else if isCentral, (width / 4..<width - width / 4).contains(column) {
                    middle[value] += 1
                }
            }
        }
        let (outer, inner) = (Self.median(border), Self.median(middle))
        let black = image.pixels.count { $0 <= Self.blackMax }
        return outer >= 224 && outer - inner >= 64
            && Double(black) <= Self.blackShareMax * Double(image.pixels.count)
    }

    private static func median(_ histogram: [Int]) -> Int {
        let half = (histogram.reduce(0, +) + 1) / 2
        var sum = 0
        return histogram.firstIndex { count in
            sum += count
            return sum >= half && half > 0
        } ?? 0
    }
}
