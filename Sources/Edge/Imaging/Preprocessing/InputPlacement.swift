/// Where a model's input lies in the matrix that it was made of: what undoes the cut to the exposed
/// field, padding, resize and crop. Columns and rows are counted from the matrix's top left corner,
/// as DICOM's Pixel Data has them, whatever its photometric interpretation.
package struct InputPlacement: Sendable, Equatable {
    /// One axis: matrix = start + step * input.
    struct Axis: Sendable, Equatable {
        var start = 0.0
        var step = 1.0
        /// Pixels of the matrix along it.
        let size: Int

        /// The pixels that a stretch of the input covers by at least a half, one at least; nil: it
        /// lies outside of the matrix.
        func pixels(_ from: Int, _ to: Int) -> Range<Int>? {
            let first = (start + step * Double(from)).rounded(.toNearestOrAwayFromZero)
            let last = (start + step * Double(to)).rounded(.toNearestOrAwayFromZero)
            let (low, high) = (max(0, first), min(Double(size), max(last, first + 1)))
            return low < high ? Int(low)..<Int(high) : nil
        }
    }

    let columns: Axis
    let rows: Axis

    /// Columns and rows of the matrix.
    package var matrix: (columns: Int, rows: Int) { (columns.size, rows.size) }

    /// The part of the matrix that a rectangle of the input was made of; nil: padding alone.
    package func box(left: Int, top: Int, right: Int, bottom: Int) -> PixelBox? {
        guard let columns = columns.pixels(left, right), let rows = rows.pixels(top, bottom) else {
            return nil
        }
        return PixelBox(
            left: columns.lowerBound, top: rows.lowerBound, width: columns.count,
            height: rows.count)
    }
}

/// A rectangle of pixels: first column and row, counted from 0 at the top left, columns and rows.
package struct PixelBox: Sendable, Hashable {
    /// First column.
    package let left: Int
    /// First row.
    package let top: Int
    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int

    /// Takes all four.
    package init(left: Int, top: Int, width: Int, height: Int) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }
}

extension Preprocessor {
    /// Where the tensor of a frame lies in that frame.
    package func placement(of frame: GreyImage) -> InputPlacement {
        placement(of: frame, field: field(of: frame))
    }

    /// - Parameter field: what the frame is cut to; nil: nothing is cut off.
    func placement(of frame: GreyImage, field: ExposedField?) -> InputPlacement {
        var (left, top) = (0.0, 0.0)
        var (width, height) = (frame.width, frame.height)
        if let field {
            (left, top) = (Double(field.left), Double(field.top))
            (width, height) = (field.width, field.height)
        }
        var columns = InputPlacement.Axis(start: left, size: frame.width)
        var rows = InputPlacement.Axis(start: top, size: frame.height)
        if case .squareThenFloat(let side) = manifest.resize {
            let fitted = Self.fittedSize(width: width, height: height, side: side)
            columns.step = Double(width) / Double(fitted.width)
            rows.step = Double(height) / Double(fitted.height)
            columns.start -= Double((side - fitted.width) / 2) * columns.step
            rows.start -= Double((side - fitted.height) / 2) * rows.step
            columns.step *= Double(side) / Double(manifest.width)
            rows.step *= Double(side) / Double(manifest.height)
            return InputPlacement(columns: columns, rows: rows)
        }
        if manifest.padToSquare {
            let side = max(width, height)
            columns.start -= Double((side - width) / 2)
            rows.start -= Double((side - height) / 2)
            (width, height) = (side, side)
        }
        if case .middleSquare = manifest.resize {
            let side = min(width, height)
            columns.start += Double(width / 2 - side / 2)
            rows.start += Double(height / 2 - side / 2)
            (width, height) = (side, side)
        }
        let target = target(width: width, height: height)
        columns.crop(size: width, resized: target.width, to: manifest.width)
        rows.crop(size: height, resized: target.height, to: manifest.height)
        return InputPlacement(columns: columns, rows: rows)
    }
}

extension InputPlacement.Axis {
    /// Goes on through a resize and a crop from the middle.
    fileprivate mutating func crop(size: Int, resized: Int, to crop: Int) {
        let overlap = Preprocessor.Overlap(image: resized, crop: crop)
        step = Double(size) / Double(resized)
        start += Double(overlap.source - overlap.target) * step
    }
}
