internal import CSynthesis

/// Takes a radiograph of a body. One thread.
package final class RadiographRenderer {
    private let canvas: Canvas

    /// The conditions of one exposure.
    struct Exposure: Sendable {
        /// The dose relative to the look's usual one.
        var dose = 1.0
        var isGridless = false
        /// Seeds of texture and noise.
        var seed: UInt64 = 0
        /// Strength of the uneven density of what fills lungs.
        var patchiness = 0.27
    }

    /// A renderer for pictures of a size.
    package init(size: Int) {
        canvas = Canvas(rows: size, columns: size)
    }

    /// Attenuation of soft tissue, fat, bone in excess of soft tissue, and metal, by mm, at about
    /// 45, 62 and 85 keV (after NIST's tables for ICRU tissue).
    private static let attenuation: [[Float]] = [
        [0.0236, 0.0206, 0.0760, 0.90], [0.0203, 0.0183, 0.0380, 0.42],
        [0.0181, 0.0168, 0.0235, 0.21],
    ]

    /// Renders a body; masks are in the order of the findings' numbers.
    func render(
        _ body: Body, view: View, look: Look, exposure: Exposure, findings: Int,
        marks: [Marker] = []
    ) -> Radiograph {
        let projector = view.projector
        canvas.clear()
        let scale = Double(view.rows) / 512
        canvas.makeTexture(
            seed: exposure.seed &+ 17, cell: 15 * scale, strength: exposure.patchiness)
        canvas.cast(body, projector)
        canvas.draw(body, projector)
        for mark in marks { mark.draw(on: canvas, spacing: view.spacing) }
        let masks = (0..<findings).map { mask($0) }
        expose(look)
        detect(view, look, exposure)
        process(view, look)
        return Radiograph(view: view, look: look, pixels: tone(look), masks: masks)
    }

    /// Where a finding's way is more than a millimetre or a tenth of its longest.
    private func mask(_ finding: Int) -> Mask {
        let ways = canvas.findings[finding]
        var longest: Float = 0
        for index in 0..<canvas.count { longest = max(longest, ways[index]) }
        let least = max(longest * 0.1, min(longest * 0.3, 1))
        return Mask(rows: canvas.rows, columns: canvas.columns) { ways[$0] > least }
    }

    private func expose(_ look: Look) {
        var beam = vigil_synth_beam()
        withUnsafeMutableBytes(of: &beam.share) { bytes in
            for (index, share) in look.shares.enumerated() {
                bytes.storeBytes(of: Float(share), toByteOffset: index * 4, as: Float.self)
            }
        }
        withUnsafeMutableBytes(of: &beam.attenuation) { bytes in
            for (index, value) in Self.attenuation.joined().enumerated() {
                bytes.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
            }
        }
        let channels = canvas.channels.map { Optional($0) }
        vigil_synth_expose(&beam, channels, UInt32(canvas.count), canvas.intensity)
    }

    /// Scatter, detector blur, noise and the logarithm.
    private func detect(_ view: View, _ look: Look, _ exposure: Exposure) {
        let base = canvas.base
        base.update(from: canvas.intensity, count: canvas.count)
        // Scatter comes from a few centimetres around.
        canvas.blur(base, radius: max(1, Int(34 / view.spacing)), passes: 2)
        let fine = view.spacing < 0.55 ? 1 : 0
        canvas.blur(canvas.intensity, radius: 1, passes: max(look.blur + fine - 1, 0))
        let share = look.scatter * (exposure.isGridless ? 2.2 : 1)
        let quanta = look.quanta * exposure.dose * 1000 * view.spacing * view.spacing
        vigil_synth_detect(
            canvas.intensity, base, Float(share), Float(quanta), exposure.seed &+ 91,
            UInt32(canvas.count))
    }

    /// Brings details out and draws the range together.
    private func process(_ view: View, _ look: Look) {
        canvas.base.update(from: canvas.intensity, count: canvas.count)
        canvas.blur(canvas.base, radius: max(1, Int(look.detail.radius / view.spacing)), passes: 2)
        vigil_synth_sharpen(
            canvas.intensity, canvas.base, Float(look.detail.squeeze), Float(look.detail.gain),
            UInt32(canvas.count))
    }

    /// Grey levels, with the range taken from the middle of the picture as machines do.
    private func tone(_ look: Look) -> [UInt16] {
        var sample: [Float] = []
        for row in stride(from: canvas.rows / 6, to: canvas.rows * 5 / 6, by: 6) {
            for column in stride(from: canvas.columns / 6, to: canvas.columns * 5 / 6, by: 6) {
                sample.append(canvas.intensity[row * canvas.columns + column])
            }
        }
        sample.sort()
        let low = sample[sample.count * 6 / 100]
        let high = sample[sample.count * 96 / 100]
        let range = max(high - low, 0.2)
        let middle = low + range * Float(look.curve.middle)
        let levels = Float((1 << look.bits) - 1)
        return [UInt16](unsafeUninitializedCapacity: canvas.count) { buffer, count in
            vigil_synth_tone(
                canvas.intensity, middle, Float(look.curve.slope) / range, levels,
                look.isInverted ? 1 : 0, buffer.baseAddress, UInt32(canvas.count))
            count = canvas.count
        }
    }
}
