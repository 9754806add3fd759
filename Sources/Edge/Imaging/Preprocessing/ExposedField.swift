/// Where a radiograph was exposed: what lies inside of the uniform border that a collimator, a
/// shutter or a larger canvas leaves around it.
///
/// Lines are taken away from the edges while all of their pixels are quite black, or all quite
/// white; so no pixel of any other grey is ever lost, and an image without such a border stays as
/// it is. A border that is wider than collimators leave is not taken away at all.
package struct ExposedField: Sendable, Equatable {
    /// The rule's name and numbers, part of a manifest's digest.
    static let canonicalText = "vigil-field/1 grey \(greyMax) border 1/\(sideShare) rest 1/2"
    /// What counts as black; as white, what lies as close to 255.
    package static let greyMax = UInt8(6)
    /// A border may take a quarter of a side at each of its ends, and half of it at both.
    package static let sideShare = 4

    /// What became of a border.
    package enum Border: Sendable, Equatable {
        /// There is none.
        case absent
        /// It lies outside of the field.
        case cropped
        /// It is wider than a border may be, so the field is the whole image.
        case tooWide
    }

    /// First column and row of the field.
    package let left: Int
    package let top: Int
    package let width: Int
    package let height: Int
    package let border: Border

    /// Looks for the field. Reads little more than the border.
    package init(of image: GreyImage) {
        var box = Box(right: image.width, bottom: image.height)
        box.shrink(image)
        let (wide, high) = (image.width / Self.sideShare, image.height / Self.sideShare)
        let isNarrow =
            box.left <= wide && image.width - box.right <= wide && box.top <= high
            && image.height - box.bottom <= high
        let whole = Box(right: image.width, bottom: image.height)
        border = box == whole ? .absent : isNarrow ? .cropped : .tooWide
        if border == .tooWide { box = whole }
        (left, top) = (box.left, box.top)
        (width, height) = (box.right - box.left, box.bottom - box.top)
    }

    /// The image without its border.
    package func cut(_ image: GreyImage) -> GreyImage {
        guard border == .cropped else { return image }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height)
        for row in top..<top + height {
            let start = row * image.width + left
            pixels += image.pixels[start..<start + width]
        }
        return GreyImage(width: width, height: height, pixels: pixels) ?? image
    }

    /// Columns and rows that may still be the field.
    private struct Box: Equatable {
        var left = 0
        var top = 0
        var right: Int
        var bottom: Int

        /// Takes uniform lines away from all four edges until none is left, or the box is empty:
        /// a row that was not uniform may be so without the columns beside the field.
        mutating func shrink(_ image: GreyImage) {
            image.pixels.withUnsafeBufferPointer { pixels in
                var before: Box
                repeat {
                    before = self
                    while top < bottom, isRowUniform(top, pixels, image.width) { top += 1 }
                    while top < bottom, isRowUniform(bottom - 1, pixels, image.width) {
                        bottom -= 1
                    }
                    while left < right, isColumnUniform(left, pixels, image.width) { left += 1 }
                    while left < right, isColumnUniform(right - 1, pixels, image.width) {
                        right -= 1
                    }
                } while self != before && top < bottom && left < right
            }
        }

        private func isRowUniform(
            _ row: Int, _ pixels: UnsafeBufferPointer<UInt8>, _ width: Int
        ) -> Bool {
            let start = row * width
            return isUniform(stride(from: start + left, to: start + right, by: 1), pixels)
        }

        private func isColumnUniform(
            _ column: Int, _ pixels: UnsafeBufferPointer<UInt8>, _ width: Int
        ) -> Bool {
            isUniform(
                stride(from: top * width + column, to: bottom * width, by: width), pixels)
        }

        private func isUniform(
            _ places: StrideTo<Int>, _ pixels: UnsafeBufferPointer<UInt8>
        ) -> Bool {
            var (isBlack, isWhite) = (true, true)
            for place in places {
                isBlack = isBlack && pixels[place] <= ExposedField.greyMax
                isWhite = isWhite && pixels[place] >= 255 - ExposedField.greyMax
                if !isBlack, !isWhite { return false }
            }
            return true
        }
    }
}
