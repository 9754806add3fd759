/// A part of an image that a score comes from, in pixels of the image as it was stored: columns
/// from its left, rows from its top, from 0.
package struct EvidenceBox: Sendable, Hashable {
    /// Columns and rows.
    package struct Size: Sendable, Hashable {
        package let columns: Int
        package let rows: Int

        package init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// The longest side of an image that DICOM can state.
    package static let sideMax = 65_535

    /// The image, by its place in the finding.
    package let image: Finding.Evidence
    /// Of a box through several slices the last one, ``image`` being the first in the order of
    /// their places; nil: it is of one image.
    package let last: Finding.Evidence?
    /// The size of that image.
    package let matrix: Size
    /// The first column and row of the box.
    package let corner: Size
    package let size: Size
    /// Its part of the logit.
    package let share: Double

    /// Nil where the box is empty or reaches out of the image, or the share is no number.
    package init?(
        image: Finding.Evidence, last: Finding.Evidence? = nil, matrix: Size, corner: Size,
        size: Size, share: Double
    ) {
        let sides = 1...Self.sideMax
        guard [image, last ?? image].allSatisfy({ $0.instance >= 0 && $0.frame >= 0 }),
            share.isFinite,
            sides.contains(matrix.columns), sides.contains(matrix.rows),
            sides.contains(size.columns), sides.contains(size.rows),
            (0...Self.sideMax).contains(corner.columns), (0...Self.sideMax).contains(corner.rows),
            corner.columns + size.columns <= matrix.columns,
            corner.rows + size.rows <= matrix.rows
        else { return nil }
        self.image = image
        self.last = last
        self.matrix = matrix
        self.corner = corner
        self.size = size
        self.share = share
    }
}
