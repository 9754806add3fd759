internal import CSynthesis

/// One slice of a CT series.
package struct Slice: Sendable {
    /// The height of its middle, in mm.
    package let z: Double
    /// Hounsfield units plus 1024, by row.
    package let pixels: [UInt16]
    package let masks: [Mask]
}

/// The geometry of a CT series.
package struct SliceView: Sendable {
    package let size: Int
    /// The pixel and the distance from slice to slice, in mm.
    package let spacing: Double
    package let step: Double
    /// The heights of the slices, from the feet upwards.
    package let heights: [Double]
    /// Standard deviation of the noise, in Hounsfield units.
    let noise: Double
    /// How uneven tissue is, as a share of its value above air.
    let unevenness: Double
}

/// Cuts a body into slices. One thread.
package final class SliceRenderer {
    private let canvas: Canvas

    /// A renderer for slices of a size.
    package init(size: Int) {
        canvas = Canvas(rows: size, columns: size)
    }

    /// The slices of a body; masks are in the order of the findings' numbers.
    func render(_ body: Body, view: SliceView, findings: Int, seed: UInt64) -> [Slice] {
        let solids = SpanMaker.solids(body)
        canvas.makeTexture(seed: seed &+ 5, cell: 7 / view.spacing, strength: view.unevenness)
        return view.heights.enumerated().map { index, z in
            slice(
                body, solids, view: view, z: z, findings: findings,
                seed: seed &+ UInt64(index) &* 7919)
        }
    }

    private func slice(
        _ body: Body, _ solids: [vigil_synth_solid], view: SliceView, z: Double, findings: Int,
        seed: UInt64
    ) -> Slice {
        let size = UInt32(view.size)
        var bits = [UInt8](repeating: 0, count: canvas.count)
        let out = canvas.intensity
        out.update(repeating: 0, count: canvas.count)
        let spans = SpanMaker.spans(body, slice: view, z: z)
        vigil_synth_slice(
            spans, UInt32(spans.count), solids, size, size, Float(view.spacing), canvas.texture,
            out, &bits)
        let discs = body.tubes.flatMap { Self.discs($0, view: view, z: z) }
        vigil_synth_discs(discs.map(\.outer), UInt32(discs.count), out, size, size)
        let cores = discs.compactMap(\.core)
        vigil_synth_discs(cores, UInt32(cores.count), out, size, size)
        mark(body.tubes, view: view, z: z, in: &bits)
        addNoise(view.noise, seed: seed)
        let pixels = [UInt16](unsafeUninitializedCapacity: canvas.count) { buffer, count in
            for index in 0..<canvas.count {
                buffer[index] = UInt16(min(max(out[index] + 24.5, 0), 4095))
            }
            count = canvas.count
        }
        let masks = (0..<findings).map { finding in
            Mask(rows: view.size, columns: view.size) { bits[$0] >> UInt8(finding) & 1 == 1 }
        }
        return Slice(z: z, pixels: pixels, masks: masks)
    }

    /// Noise whose grain is about two pixels, as filtered back projection leaves it.
    private func addNoise(_ deviation: Double, seed: UInt64) {
        let grain = canvas.base
        grain.update(repeating: 0, count: canvas.count)
        vigil_synth_noise(grain, Float(deviation * 2.2), seed, UInt32(canvas.count))
        canvas.blur(grain, radius: 1, passes: 1)
        for index in 0..<canvas.count { canvas.intensity[index] += grain[index] }
    }

    /// The circles that a tube leaves in a slice: its wall, and its core.
    private static func discs(
        _ tube: Tube, view: SliceView, z: Double
    ) -> [(outer: vigil_synth_disc, core: vigil_synth_disc?)] {
        let middle = Double(view.size - 1) / 2
        return samples(tube, z: z).map { point, radius in
            let x = Float(point.x / view.spacing + middle)
            let y = Float(point.y / view.spacing + middle)
            let outer = vigil_synth_disc(
                x: x, y: y, radius: Float(radius / view.spacing), value: Float(value(tube.kind)))
            guard tube.wall > 0, radius > tube.wall else { return (outer, nil) }
            let core = vigil_synth_disc(
                x: x, y: y, radius: Float((radius - tube.wall) / view.spacing),
                value: Float(1060 + 600 * tube.coreDensity))
            return (outer, core)
        }
    }

    /// Where a tube meets a height, and with which radius.
    private static func samples(_ tube: Tube, z: Double) -> [(Point, Double)] {
        let tallest = max(tube.height.0, tube.height.1, tube.thickness.0, tube.thickness.1)
        var out: [(Point, Double)] = []
        for (from, to) in zip(tube.points, tube.points.dropFirst()) {
            guard min(from.z, to.z) - tallest < z, max(from.z, to.z) + tallest > z else { continue }
            let radius = max(min(tube.thickness.0, tube.height.0), 0.4)
            let count = max(Int((to - from).length / (radius * 0.6)), 1)
            for step in 0..<count {
                let point = from.mixed(to, Double(step) / Double(count))
                let high = max(tube.height.0, radius)
                let rise = abs(point.z - z) / high
                guard rise < 1 else { continue }
                out.append((point, radius * (1 - rise * rise).squareRoot()))
            }
        }
        return out
    }

    private static func value(_ kind: Tube.Kind) -> Double {
        switch kind {
        case .bone: 1750
        case .metal: 3900
        case .soft, .vessel: 1045
        }
    }

    /// Marks where a finding's tubes pass, with a margin.
    private func mark(_ tubes: [Tube], view: SliceView, z: Double, in bits: inout [UInt8]) {
        let middle = Double(view.size - 1) / 2
        for tube in tubes {
            guard let finding = tube.finding else { continue }
            for (point, radius) in Self.samples(tube, z: z) {
                let reach = Int(radius / view.spacing) + 1
                let column = Int(point.x / view.spacing + middle)
                let row = Int(point.y / view.spacing + middle)
                for r in max(row - reach, 0)...max(min(row + reach, view.size - 1), 0) {
                    for c in max(column - reach, 0)...max(min(column + reach, view.size - 1), 0) {
                        bits[r * view.size + c] |= 1 << UInt8(finding)
                    }
                }
            }
        }
    }
}

extension SpanMaker {
    /// The spans of a slice: rays go backwards along the columns.
    static func spans(_ body: Body, slice view: SliceView, z: Double) -> [vigil_synth_span] {
        let middle = Double(view.size - 1) / 2
        return body.solids.prefix(solidsMax).enumerated().compactMap { index, solid in
            guard let section = solid.section(at: z), section.a > 0.05, section.b > 0.05 else {
                return nil
            }
            var span = vigil_synth_span()
            span.middle = Float(section.x / view.spacing + middle)
            span.half = Float(section.a / view.spacing)
            span.depth = Float(section.y + (middle + 0.5) * view.spacing)
            span.reach = Float(section.b)
            span.density = 1
            span.square = Float(solid.square)
            span.solid = UInt32(index)
            return span
        }
    }
}
