internal import CSynthesis

/// Turns tubes into the straight pieces that the loops in C draw.
enum PieceMaker {
    /// A place of a tube on the detector, with its calibre there.
    private struct Stop {
        let x: Double
        let y: Double
        let half: Double
        let chord: Double
        let core: Double
        let hollow: Double
    }

    /// The pieces of a tube seen from a view.
    static func pieces(_ tube: Tube, _ projector: View.Projector) -> [vigil_synth_piece] {
        let stops = stops(tube, projector)
        guard stops.count > 1 else { return [] }
        func direction(_ from: Int, _ to: Int) -> (Double, Double) {
            let dx = stops[to].x - stops[from].x
            let dy = stops[to].y - stops[from].y
            let length = (dx * dx + dy * dy).squareRoot()
            return length > 1e-9 ? (dx / length, dy / length) : (1, 0)
        }
        return (0..<(stops.count - 1)).map { index in
            let last = stops.count - 1
            // The plane at each end halves the bend.
            let start = direction(max(index - 1, 0), index + 1)
            let end = direction(index, min(index + 2, last))
            let from = stops[index]
            let to = stops[index + 1]
            return vigil_synth_piece(
                x0: Float(from.x), y0: Float(from.y), x1: Float(to.x), y1: Float(to.y),
                nx0: Float(start.0), ny0: Float(start.1), nx1: Float(end.0), ny1: Float(end.1),
                half0: Float(from.half), half1: Float(to.half), chord0: Float(from.chord),
                chord1: Float(to.chord), core0: Float(from.core), core1: Float(to.core),
                hollow0: Float(from.hollow), hollow1: Float(to.hollow))
        }
    }

    private static func stops(_ tube: Tube, _ projector: View.Projector) -> [Stop] {
        let last = tube.points.count - 1
        guard last > 0 else { return [] }
        return tube.points.enumerated().map { index, point in
            let along = (tube.points[min(index + 1, last)] - tube.points[max(index - 1, 0)]).unit
            let share = Double(index) / Double(last)
            let rh = tube.height.0 + (tube.height.1 - tube.height.0) * share
            let rn = tube.thickness.0 + (tube.thickness.1 - tube.thickness.0) * share
            let outer = cut(along, tube, rh, rn, projector.beam)
            let scale =
                projector.view.magnification(depth: projector.depth(point))
                / projector.view.spacing
            let pixel = projector.pixel(point)
            var core = 0.0
            var hollow = 0.0
            if tube.wall > 0, rh > tube.wall, rn > tube.wall {
                let inner = cut(along, tube, rh - tube.wall, rn - tube.wall, projector.beam)
                core = inner.half * scale
                hollow = inner.chord * (tube.density - tube.coreDensity)
            }
            return Stop(
                x: pixel.column, y: pixel.row, half: outer.half * scale,
                chord: outer.chord * tube.density, core: core, hollow: hollow)
        }
    }

    /// Half width on the detector and chord at the middle of an elliptic tube.
    private static func cut(
        _ along: Point, _ tube: Tube, _ rh: Double, _ rn: Double, _ beam: Point
    ) -> (half: Double, chord: Double) {
        // A short piece seen from its end is no longer than it is.
        let least = tube.kind == .vessel ? 0.5 : 0.2
        let sine = max((beam - along * beam.dot(along)).length, least)
        // Across the tube on the detector.
        let across = along.cross(beam).unit
        let high = (tube.upright - along * tube.upright.dot(along)).unit
        let out = along.cross(high)
        let h = rh * high.dot(across)
        let n = rn * out.dot(across)
        let half = max((h * h + n * n).squareRoot(), 0.05)
        return (half, 2 * rh * rn / half / sine)
    }
}
