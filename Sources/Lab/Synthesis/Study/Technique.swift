/// How a study's picture is taken, by whom and how it is stored.
package struct Technique: Sendable {
    package let encoding: SynthesisOptions.Encoding
    /// Rows and columns of each image.
    package let size: Int
    /// The films, in the order in which they are taken; none of a CT.
    package let projections: [View.Projection]
    let look: Look
    let exposure: RadiographRenderer.Exposure
    /// Degrees that the patient is turned.
    let turn: Double

    init(
        _ options: SynthesisOptions, kind: Blueprint.Kind, isSupine: Bool,
        _ draw: inout StudyRandom
    ) {
        encoding =
            options.encoding == .mixed
            ? draw.pick([.uncompressed, .jpegLS, .jpeg2000]) : options.encoding
        look = draw.pick(options.isShifted ? Look.shifted : Look.all)
        size = options.size
        turn = draw.normal(0, isSupine ? 4 : 2.2, in: -11...11)
        let withLateral = !isSupine && kind == .radiograph && draw.chance(0.2)
        projections =
            kind != .radiograph ? [] : isSupine ? [.ap] : withLateral ? [.pa, .lateral] : [.pa]
        exposure = Self.exposure(isSupine: isSupine, options, &draw)
    }

    private static func exposure(
        isSupine: Bool, _ options: SynthesisOptions, _ draw: inout StudyRandom
    ) -> RadiographRenderer.Exposure {
        let dose = SeededMath.exp(draw.normal(options.isShifted ? -0.5 : 0, 0.35))
        return RadiographRenderer.Exposure(
            dose: dose, isGridless: isSupine && draw.chance(0.6), seed: draw.next(),
            patchiness: draw.uniform(0.18...0.34))
    }
}
