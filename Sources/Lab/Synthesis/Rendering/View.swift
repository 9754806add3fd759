/// How a radiograph is taken: the direction, the distances and the field.
package struct View: Sendable {
    /// The direction of the beam.
    package enum Projection: String, Sendable, CaseIterable {
        case pa = "PA"
        case ap = "AP"
        case lateral = "LL"
    }

    /// From where to where the beam goes.
    package let projection: Projection
    /// Rows and columns of the detector.
    package let rows: Int
    package let columns: Int
    /// The detector's pixel, in mm.
    package let spacing: Double
    /// From source to detector, in mm.
    package let distance: Double
    /// The height that the beam's middle hits, in mm.
    let middle: Double
    /// How far the patient is turned about the upright, in radians.
    let turn: Double
    /// What the middle of the detector sees across, in mm.
    let across: Double

    init(
        projection: Projection, size: Int, field: Double, middle: Double, across: Double,
        degrees: Double
    ) {
        self.projection = projection
        rows = size
        columns = size
        spacing = field / Double(size)
        distance = projection == .ap ? 1100 : 1800
        self.middle = middle
        self.across = across
        turn = (degrees + (projection == .lateral ? 90 : 0)) * .pi / 180
    }

    /// Across the detector and along the beam.
    private var axes: (sine: Double, cosine: Double) {
        (SeededMath.sin(turn), SeededMath.cos(turn))
    }

    /// How much larger a thing at a depth is on the detector.
    func magnification(depth: Double) -> Double {
        let gap = projection == .ap ? 135 - depth : depth + (projection == .pa ? 140 : 190)
        return distance / (distance - max(gap, 0))
    }

    /// A projection of points and sections, with the trigonometry done once.
    struct Projector {
        let view: View
        let sine: Double
        let cosine: Double

        /// Depth along the beam.
        func depth(_ point: Point) -> Double { point.y * cosine - point.x * sine }

        /// The direction of the beam.
        var beam: Point { Point(-sine, cosine, 0) }

        /// Column and row of a place.
        func pixel(_ point: Point) -> (column: Double, row: Double) {
            let size = view.magnification(depth: depth(point))
            let u = (point.x * cosine + point.y * sine) * size
            let z = (point.z - view.middle) * size
            return (
                (u - view.across) / view.spacing + Double(view.columns - 1) / 2,
                Double(view.rows - 1) / 2 - z / view.spacing
            )
        }

        /// The height that a row sees at a magnification.
        func height(row: Int, magnification: Double) -> Double {
            view.middle
                + (Double(view.rows - 1) / 2 - Double(row)) * view.spacing / magnification
        }
    }

    var projector: Projector {
        let (sine, cosine) = axes
        return Projector(view: self, sine: sine, cosine: cosine)
    }
}
