internal import CSynthesis

/// A lead letter on the cassette.
struct Marker: Sendable {
    let letter: Character
    /// Where its upper left corner is, as shares of the picture.
    let x: Double
    let y: Double
    /// Its height, in mm.
    var height = 14.0

    /// Five columns by seven rows, a bit a dot.
    private static let glyphs: [Character: [UInt8]] = [
        "L": [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
        "R": [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001],
    ]

    /// Adds its metal to a picture.
    func draw(on canvas: Canvas, spacing: Double) {
        guard let glyph = Self.glyphs[letter] else { return }
        let dot = max(1, Int(height / 7 / spacing))
        let metal = canvas.channels[Int(VIGIL_SYNTH_METAL.rawValue)]
        let left = Int(x * Double(canvas.columns))
        let top = Int(y * Double(canvas.rows))
        for row in 0..<(7 * dot) {
            for column in 0..<(5 * dot) where glyph[row / dot] >> (4 - column / dot) & 1 == 1 {
                let (r, c) = (top + row, left + column)
                guard r < canvas.rows, c < canvas.columns else { continue }
                metal[r * canvas.columns + c] += 9
            }
        }
    }
}
