/// A film with heat over it: red where a part speaks for a finding, blue where against, and frames
/// around what is told of. For people to look at.
package struct HeatFilm: Sendable {
    private let width: Int
    private let height: Int
    /// Red, green and blue, row by row.
    private var values: [UInt8]

    /// The most of a pixel that heat covers.
    private static let opacity = 0.55
    private static let red = (255.0, 32.0, 0.0)
    private static let blue = (0.0, 96.0, 255.0)
    private static let yellow = (255.0, 224.0, 0.0)

    /// The film as it is.
    package init(_ film: GreyImage) {
        (width, height) = (film.width, film.height)
        values = film.pixels.flatMap { [$0, $0, $0] }
    }

    /// Lays a colour over a part.
    /// - Parameter strength: -1…1, against to for.
    package mutating func heat(_ box: PixelBox, strength: Double) {
        let strength = max(-1, min(1, strength))
        let colour = strength < 0 ? Self.blue : Self.red
        paint(box, colour, opacity: strength.magnitude * Self.opacity)
    }

    /// Draws a frame within a box.
    package mutating func frame(_ box: PixelBox) {
        let line = min(max(1, min(width, height) / 256), box.width, box.height)
        let (right, bottom) = (box.left + box.width - line, box.top + box.height - line)
        for (left, top, columns, rows) in [
            (box.left, box.top, box.width, line), (box.left, bottom, box.width, line),
            (box.left, box.top, line, box.height), (right, box.top, line, box.height),
        ] {
            paint(
                PixelBox(left: left, top: top, width: columns, height: rows), Self.yellow,
                opacity: 1)
        }
    }

    private mutating func paint(
        _ box: PixelBox, _ colour: (Double, Double, Double), opacity: Double
    ) {
        let columns = max(0, box.left)..<max(0, min(width, box.left + box.width))
        for row in max(0, box.top)..<max(0, min(height, box.top + box.height)) {
            for column in columns {
                let place = (row * width + column) * 3
                for (sample, full) in [colour.0, colour.1, colour.2].enumerated() {
                    let old = Double(values[place + sample])
                    values[place + sample] = UInt8(old + (full - old) * opacity)
                }
            }
        }
    }

    /// An 8-bit colour PNG.
    package var png: [UInt8] {
        GreyPNG.bytes(values, width: width, height: height, isColour: true)
    }
}
