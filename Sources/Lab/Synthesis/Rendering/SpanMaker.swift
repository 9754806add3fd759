internal import CSynthesis

/// Turns a body's sections into what the loops in C cast rays through.
struct SpanMaker {
    /// How many solids there is room for.
    static let solidsMax = Int(VIGIL_SYNTH_SOLIDS)

    /// The solids as C has them.
    static func solids(_ body: Body) -> [vigil_synth_solid] {
        body.solids.prefix(solidsMax).map { solid in
            vigil_synth_solid(
                channel: solid.substance.channel.rawValue, flags: solid.substance.flags,
                finding: Int8(solid.finding ?? -1), hounsfield: Float(solid.substance.hounsfield))
        }
    }

    /// A section's ellipse seen along a beam: half width across it, half chord and slant.
    static func ellipse(
        _ section: Section, sine: Double, cosine: Double
    ) -> (half: Double, reach: Double, slant: Double) {
        let a2 = section.a * section.a
        let b2 = section.b * section.b
        let width2 = a2 * cosine * cosine + b2 * sine * sine
        let half = width2.squareRoot()
        return (half, section.a * section.b / half, (b2 - a2) * sine * cosine / width2)
    }

    /// The spans of a row of a radiograph.
    static func spans(
        _ body: Body, sizes: [Double], row: Int, _ projector: View.Projector,
        into spans: inout [vigil_synth_span]
    ) {
        spans.removeAll(keepingCapacity: true)
        let view = projector.view
        for (index, solid) in body.solids.prefix(solidsMax).enumerated() {
            let size = sizes[index]
            let z = projector.height(row: row, magnification: size)
            guard let section = solid.section(at: z), section.a > 0.05, section.b > 0.05 else {
                continue
            }
            let (half, reach, slant) = ellipse(
                section, sine: projector.sine, cosine: projector.cosine)
            let u = (section.x * projector.cosine + section.y * projector.sine) * size
            let depth = section.y * projector.cosine - section.x * projector.sine
            let middle = (u - view.across) / view.spacing + Double(view.columns - 1) / 2
            var span = vigil_synth_span()
            span.middle = Float(middle)
            span.half = Float(half * size / view.spacing)
            span.depth = Float(depth)
            span.reach = Float(reach)
            span.slant = Float(slant * view.spacing / size)
            span.density = Float(solid.substance.density)
            span.square = Float(solid.square)
            span.solid = UInt32(index)
            spans.append(span)
        }
    }
}
