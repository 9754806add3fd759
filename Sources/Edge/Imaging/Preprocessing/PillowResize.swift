/// Resampling of 8-bit images, bit for bit as Pillow does it on images of mode `L`.
///
/// Two passes, along rows and then along columns, each with integer weights of 22 fractional bits
/// and rounding to 8 bits. Facts of the method: Pillow's documentation of `Image.resize` and
/// `Resample.c`; the vectors under `Tests/ImagingTests` hold this to the output of Pillow 12.2.0.
/// From 13.0.0 on, Pillow takes columns first for some shapes, which differs by one grey level at
/// most.
enum PillowResize {
    /// A part of the resized image.
    struct Window: Equatable {
        var left: Int
        var top: Int
        var width: Int
        var height: Int
    }

    /// Resizes to `width` × `height` and returns the part in `window`, row by row; only that part
    /// is computed, so a thin image that is blown up costs no more than the part.
    ///
    /// - Parameter window: Lies within the resized image and is not empty.
    static func resize(
        _ image: GreyImage, width: Int, height: Int, filter: PreprocessingManifest.Filter,
        antialias: Bool, window: Window
    ) -> [UInt8] {
        let vertical = ResampleWeights(
            from: image.height, to: height, filter: filter, antialias: antialias,
            first: window.top, count: window.height)
        let rows =
            image.height == height
            ? window.top..<(window.top + window.height) : vertical.inputRange
        let wide: [UInt8]
        if image.width == width {
            wide = crop(image, rows, window)
        } else {
            let horizontal = ResampleWeights(
                from: image.width, to: width, filter: filter, antialias: antialias,
                first: window.left, count: window.width)
            wide = alongRows(image, rows, horizontal)
        }
        if image.height == height { return wide }
        return alongColumns(wide, width: window.width, firstRow: rows.lowerBound, vertical)
    }

    private static func crop(_ image: GreyImage, _ rows: Range<Int>, _ window: Window) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(rows.count * window.width)
        for row in rows {
            let start = row * image.width + window.left
            out.append(contentsOf: image.pixels[start..<(start + window.width)])
        }
        return out
    }

    private static func alongRows(
        _ image: GreyImage, _ rows: Range<Int>, _ weights: ResampleWeights
    ) -> [UInt8] {
        let width = weights.starts.count
        return [UInt8](unsafeUninitializedCapacity: rows.count * width) { out, filled in
            image.pixels.withUnsafeBufferPointer { pixels in
                weights.values.withUnsafeBufferPointer { values in
                    for (index, row) in rows.enumerated() {
                        let line = UnsafeBufferPointer(
                            rebasing: pixels[(row * image.width)..<((row + 1) * image.width)])
                        for x in 0..<width {
                            let first = weights.starts[x]
                            let taps = weights.lengths[x]
                            let kernel = x * weights.stride
                            var sum = ResampleWeights.half
                            for tap in 0..<taps {
                                sum &+= Int32(line[first + tap]) &* values[kernel + tap]
                            }
                            out[index * width + x] = ResampleWeights.toByte(sum)
                        }
                    }
                }
            }
            filled = rows.count * width
        }
    }

    private static func alongColumns(
        _ pixels: [UInt8], width: Int, firstRow: Int, _ weights: ResampleWeights
    ) -> [UInt8] {
        let height = weights.starts.count
        var sums = [Int32](repeating: 0, count: width)
        return [UInt8](unsafeUninitializedCapacity: height * width) { out, filled in
            pixels.withUnsafeBufferPointer { source in
                sums.withUnsafeMutableBufferPointer { sums in
                    for y in 0..<height {
                        sums.update(repeating: ResampleWeights.half)
                        for tap in 0..<weights.lengths[y] {
                            let weight = weights.values[y * weights.stride + tap]
                            let line = (weights.starts[y] + tap - firstRow) * width
                            for x in 0..<width {
                                sums[x] &+= Int32(source[line + x]) &* weight
                            }
                        }
                        for x in 0..<width { out[y * width + x] = ResampleWeights.toByte(sums[x]) }
                    }
                }
            }
            filled = height * width
        }
    }
}
