internal import CSynthesis

/// The pictures that one thread works on, kept from one study to the next. All unsafe memory of the
/// module is here.
final class Canvas {
    let rows: Int
    let columns: Int
    var count: Int { rows * columns }

    /// Ways through the substances, by channel.
    let channels: [UnsafeMutablePointer<Float>]
    /// Ways through each finding.
    let findings: [UnsafeMutablePointer<Float>]
    let texture: UnsafeMutablePointer<Float>
    let intensity: UnsafeMutablePointer<Float>
    let base: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>

    static let channelCount = Int(VIGIL_SYNTH_CHANNELS.rawValue)
    static let findingCount = Int(VIGIL_SYNTH_FINDINGS)

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        func picture() -> UnsafeMutablePointer<Float> {
            let pointer = UnsafeMutablePointer<Float>.allocate(capacity: rows * columns)
            pointer.initialize(repeating: 0, count: rows * columns)
            return pointer
        }
        channels = (0..<Self.channelCount).map { _ in picture() }
        findings = (0..<Self.findingCount).map { _ in picture() }
        texture = picture()
        intensity = picture()
        base = picture()
        scratch = picture()
    }

    deinit {
        for pointer in channels + findings + [texture, intensity, base, scratch] {
            pointer.deallocate()
        }
    }

    /// Empties the sums.
    func clear() {
        for pointer in channels + findings { pointer.update(repeating: 0, count: count) }
    }

    /// Casts every row of a view through the body.
    func cast(_ body: Body, _ projector: View.Projector) {
        let solids = SpanMaker.solids(body)
        let sizes = body.solids.map {
            projector.view.magnification(depth: projector.depth($0.center))
        }
        var spans: [vigil_synth_span] = []
        for row in 0..<rows {
            SpanMaker.spans(body, sizes: sizes, row: row, projector, into: &spans)
            let at = row * columns
            var out = vigil_synth_row()
            withUnsafeMutablePointer(to: &out.channels) { tuple in
                let slots = UnsafeMutableRawPointer(tuple).assumingMemoryBound(
                    to: UnsafeMutablePointer<Float>?.self)
                for (index, channel) in channels.enumerated() { slots[index] = channel + at }
            }
            withUnsafeMutablePointer(to: &out.findings) { tuple in
                let slots = UnsafeMutableRawPointer(tuple).assumingMemoryBound(
                    to: UnsafeMutablePointer<Float>?.self)
                for (index, finding) in findings.enumerated() { slots[index] = finding + at }
            }
            out.texture = UnsafePointer(texture + at)
            vigil_synth_cast(spans, UInt32(spans.count), solids, UInt32(columns), out)
        }
    }

    /// Draws the body's tubes.
    func draw(_ body: Body, _ projector: View.Projector) {
        for tube in body.tubes {
            let pieces = PieceMaker.pieces(tube, projector)
            let channel: UnsafeMutablePointer<Float>
            switch tube.kind {
            case .soft: channel = channels[Int(VIGIL_SYNTH_SOFT.rawValue)]
            case .bone: channel = channels[Int(VIGIL_SYNTH_BONE.rawValue)]
            case .metal: channel = channels[Int(VIGIL_SYNTH_METAL.rawValue)]
            case .vessel: channel = channels[Int(VIGIL_SYNTH_VESSEL.rawValue)]
            }
            draw(pieces, into: channel)
            if let finding = tube.finding { draw(pieces, into: findings[finding]) }
        }
    }

    private func draw(_ pieces: [vigil_synth_piece], into picture: UnsafeMutablePointer<Float>) {
        vigil_synth_tubes(pieces, UInt32(pieces.count), picture, UInt32(rows), UInt32(columns))
    }

    /// Fills the texture with noise about 1.
    func makeTexture(seed: UInt64, cell: Double, strength: Double) {
        vigil_synth_texture(
            seed, UInt32(rows), UInt32(columns), Float(cell), 4, Float(strength), texture)
    }

    /// Blurs a picture: three box filters, which are near to a Gaussian.
    func blur(_ picture: UnsafeMutablePointer<Float>, radius: Int, passes: Int = 3) {
        for _ in 0..<passes {
            vigil_synth_box(picture, UInt32(rows), UInt32(columns), UInt32(radius), scratch)
        }
    }
}
