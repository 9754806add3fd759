/// A thin part along a curve: a rib, a vessel, a catheter. Its cut is an ellipse.
struct Tube: Sendable {
    /// Where its way through the patient is counted.
    enum Kind: Sendable {
        case bone
        case metal
        case soft
        /// Shows where lung is aerated.
        case vessel
    }

    var kind: Kind
    var points: [Point]
    /// Half height, across the curve and nearest to upright, at the first and the last point, in
    /// mm.
    var height: (Double, Double)
    /// Half thickness, across both.
    var thickness: (Double, Double)
    /// The wall, in mm; 0 for a solid tube.
    var wall = 0.0
    /// How dense it is, and how much less so within the wall.
    var density = 1.0
    var coreDensity = 0.0
    var finding: Int?
    /// Which way is across; upright unless the curve is.
    var upright = Point(0, 0, 1)

    /// A round tube.
    static func round(
        _ kind: Kind, _ points: [Point], radius: (Double, Double), density: Double = 1,
        wall: Double = 0, coreDensity: Double = 0, finding: Int? = nil
    ) -> Tube {
        Tube(
            kind: kind, points: points, height: radius, thickness: radius, wall: wall,
            density: density, coreDensity: coreDensity, finding: finding)
    }

    /// A smooth curve through a few points, `steps` pieces between two of them.
    static func curve(_ points: [Point], steps: Int) -> [Point] {
        guard points.count > 2 else { return points }
        var out: [Point] = []
        for index in 0..<(points.count - 1) {
            let before = points[max(index - 1, 0)]
            let from = points[index]
            let to = points[index + 1]
            let after = points[min(index + 2, points.count - 1)]
            for step in 0..<steps {
                let t = Double(step) / Double(steps)
                let t2 = t * t
                let t3 = t2 * t
                out.append(
                    before * (-0.5 * t3 + t2 - 0.5 * t) + from * (1.5 * t3 - 2.5 * t2 + 1)
                        + to * (-1.5 * t3 + 2 * t2 + 0.5 * t) + after * (0.5 * t3 - 0.5 * t2))
            }
        }
        out.append(points[points.count - 1])
        return out
    }
}
