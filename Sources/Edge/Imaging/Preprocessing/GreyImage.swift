/// One frame as a display shows it: 8-bit grey, 0 black, 255 white, row by row from the top left.
package struct GreyImage: Sendable, Equatable {
    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int
    /// `width * height` values.
    package let pixels: [UInt8]

    /// Takes pixels, or nil when their number is not `width * height` or a side is not positive.
    package init?(width: Int, height: Int, pixels: [UInt8]) {
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !overflow, count == pixels.count else { return nil }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// What the image's grey values look like; one pass over the pixels.
    package func statistics() -> GreyStatistics { GreyStatistics(of: self) }
}
