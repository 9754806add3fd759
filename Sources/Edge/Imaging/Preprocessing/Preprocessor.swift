/// Carries out a manifest: a grey frame in, a tensor out.
///
/// The numbers are those of Hugging Face's `CLIPImageProcessor` on Pillow images: resize in 8 bits,
/// crop from the middle, rescale in double, then subtract and divide in single precision. Or those
/// of CheXzero (``PreprocessingManifest/Resize/squareThenFloat(side:)``).
package struct Preprocessor: Sendable {
    package let manifest: PreprocessingManifest
    /// The tensor value of each grey value, for each channel.
    private let tables: [[Float]]

    package init(_ manifest: PreprocessingManifest) {
        self.manifest = manifest
        tables = (0..<manifest.channels.rawValue).map { channel in
            (0..<256).map { grey in
                let rescaled = Float(Double(grey) * manifest.rescale)
                return (rescaled - manifest.mean[channel]) / manifest.deviation[channel]
            }
        }
    }

    /// Writes the tensor of one frame, `[channels, height, width]`, row-major.
    ///
    /// - Parameter out: Has room for `manifest.tensorCount` floats; with less room nothing is
    /// written.
    /// - Returns: whether the tensor was written. Any thread.
    @discardableResult
    package func apply(
        _ image: GreyImage, into out: UnsafeMutableBufferPointer<Float>
    ) -> Bool {
        apply(image, field: field(of: image), into: out)
    }

    /// - Parameter field: what the image is cut to; nil: nothing is cut off.
    private func apply(
        _ image: GreyImage, field: ExposedField?, into out: UnsafeMutableBufferPointer<Float>
    ) -> Bool {
        guard out.count >= manifest.tensorCount else { return false }
        let grey = resized(image, field: field)
        if case .squareThenFloat = manifest.resize {
            applyToFloats(grey, into: out)
        } else {
            applyTables(grey.pixels, into: out)
        }
        return true
    }

    private func applyTables(_ grey: [UInt8], into out: UnsafeMutableBufferPointer<Float>) {
        var index = 0
        for table in tables {
            table.withUnsafeBufferPointer { table in
                for pixel in grey {
                    out[index] = table[Int(pixel)]
                    index += 1
                }
            }
        }
    }

    /// Normalises and then resizes; channels with the same mean and deviation are computed once.
    private func applyToFloats(
        _ grey: GreyImage, into out: UnsafeMutableBufferPointer<Float>
    ) {
        let size = manifest.width * manifest.height
        for (channel, table) in tables.enumerated() {
            if let same = tables[..<channel].firstIndex(of: table) {
                for index in 0..<size { out[channel * size + index] = out[same * size + index] }
                continue
            }
            let values = FloatResize.resize(
                grey.pixels.map { table[Int($0)] }, width: grey.width, height: grey.height,
                toWidth: manifest.width, toHeight: manifest.height,
                manifest.antialias ? .antialiased : .plain)
            for (index, value) in values.enumerated() { out[channel * size + index] = value }
        }
    }

    /// The tensor of one frame as an array.
    package func tensor(of image: GreyImage) -> [Float] { prepare(image).tensor }

    /// The tensor of one frame as an array, and where it lies in the frame.
    package func prepare(
        _ image: GreyImage
    ) -> (tensor: [Float], placement: InputPlacement) {
        let field = field(of: image)
        let tensor = [Float](unsafeUninitializedCapacity: manifest.tensorCount) { buffer, filled in
            filled = apply(image, field: field, into: buffer) ? manifest.tensorCount : 0
        }
        return (tensor, placement(of: image, field: field))
    }

    /// What a frame is cut to; nil where the model takes it whole.
    func field(of image: GreyImage) -> ExposedField? {
        manifest.cropsToField ? ExposedField(of: image) : nil
    }

    /// The frame cut to its field, padded, resized and cropped, still in 8-bit grey:
    /// `manifest.width` × `.height`, or what is resized as floats afterwards.
    package func resized(_ whole: GreyImage) -> GreyImage {
        resized(whole, field: field(of: whole))
    }

    private func resized(_ whole: GreyImage, field: ExposedField?) -> GreyImage {
        let image = field?.cut(whole) ?? whole
        if case .squareThenFloat(let side) = manifest.resize {
            return Self.fitted(image, side: side)
        }
        var source = manifest.padToSquare ? Self.squared(image) : image
        if case .middleSquare = manifest.resize { source = Self.middle(of: source) }
        let (width, height) = target(source)
        let columns = Overlap(image: width, crop: manifest.width)
        let rows = Overlap(image: height, crop: manifest.height)
        let part = PillowResize.resize(
            source, width: width, height: height, filter: manifest.filter,
            antialias: manifest.antialias,
            window: .init(
                left: columns.source, top: rows.source, width: columns.count, height: rows.count))
        let whole = columns.count == manifest.width && rows.count == manifest.height
        let pixels = whole ? part : Self.framed(part, columns, rows, manifest)
        return GreyImage(width: manifest.width, height: manifest.height, pixels: pixels) ?? image
    }

    private func target(_ image: GreyImage) -> (width: Int, height: Int) {
        target(width: image.width, height: image.height)
    }

    /// The size that an image of this size is brought to before it is cropped.
    func target(width: Int, height: Int) -> (width: Int, height: Int) {
        switch manifest.resize {
        case .exact(let width, let height): return (width, height)
        case .squareThenFloat(let side), .middleSquare(let side): return (side, side)
        case .shortestEdge(let side):
            let (short, long) = (min(width, height), max(width, height))
            // Decoded sides and the edge are far below 2^31, so the product is exact.
            let scaled = max(side, side * long / short)
            return width <= height ? (side, scaled) : (scaled, side)
        }
    }

    /// Where a centred crop and an image meet along one side.
    struct Overlap {
        /// First position in the image, first in the crop, and how many.
        let source: Int
        let target: Int
        let count: Int

        init(image: Int, crop: Int) {
            if image >= crop {
                source = (image - crop) / 2
                target = 0
                count = crop
            } else {
                // Padded on both sides, one more before where the difference is odd.
                source = 0
                target = (crop - image + 1) / 2
                count = image
            }
        }
    }

    private static func framed(
        _ part: [UInt8], _ columns: Overlap, _ rows: Overlap, _ manifest: PreprocessingManifest
    ) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: manifest.width * manifest.height)
        for row in 0..<rows.count {
            let to = (rows.target + row) * manifest.width + columns.target
            let from = row * columns.count
            out.replaceSubrange(
                to..<(to + columns.count), with: part[from..<(from + columns.count)])
        }
        return out
    }

    /// The frame resized so that it fits a square, in the middle of it; of an odd difference, one
    /// more row or column comes after than before.
    private static func fitted(_ image: GreyImage, side: Int) -> GreyImage {
        let (width, height) = fittedSize(width: image.width, height: image.height, side: side)
        let pixels = PillowResize.resize(
            image, width: width, height: height, filter: .lanczos, antialias: true,
            window: .init(left: 0, top: 0, width: width, height: height))
        return GreyImage(width: width, height: height, pixels: pixels).map {
            placed($0, side: side)
        } ?? image
    }

    /// The size of a frame that is fitted into a square.
    static func fittedSize(width: Int, height: Int, side: Int) -> (width: Int, height: Int) {
        // In this order of rounding, as Python computes it: the longer side may lose a pixel.
        let ratio = Double(side) / Double(max(width, height))
        return (max(1, Int(Double(width) * ratio)), max(1, Int(Double(height) * ratio)))
    }

    /// The square in the middle, which begins half a side before the middle, both rounded down.
    private static func middle(of image: GreyImage) -> GreyImage {
        let side = min(image.width, image.height)
        guard image.width != image.height else { return image }
        let (left, top) = (image.width / 2 - side / 2, image.height / 2 - side / 2)
        var out: [UInt8] = []
        out.reserveCapacity(side * side)
        for row in top..<top + side {
            let start = row * image.width + left
            out += image.pixels[start..<start + side]
        }
        return GreyImage(width: side, height: side, pixels: out) ?? image
    }

    /// Black bars on both sides of the shorter dimension, one more row or column after than before
    /// where the difference is odd.
    private static func squared(_ image: GreyImage) -> GreyImage {
        guard image.width != image.height else { return image }
        return placed(image, side: max(image.width, image.height))
    }

    /// The frame in the middle of a black square.
    private static func placed(_ image: GreyImage, side: Int) -> GreyImage {
        let left = (side - image.width) / 2
        let top = (side - image.height) / 2
        var out = [UInt8](repeating: 0, count: side * side)
        for row in 0..<image.height {
            let to = (top + row) * side + left
            let from = row * image.width
            out.replaceSubrange(
                to..<(to + image.width), with: image.pixels[from..<(from + image.width)])
        }
        return GreyImage(width: side, height: side, pixels: out) ?? image
    }
}
