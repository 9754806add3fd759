/// The bones of one person's chest, as tubes with a cortex.
struct Skeleton: Sendable {
    let thorax: Thorax
    private var habitus: Habitus { thorax.habitus }

    /// A break of a rib: which, where along it (0 the spine, 1 the front), and how far its ends are
    /// apart.
    struct Fracture: Sendable {
        var rib: Int
        var side: Side
        var place: Double
        var step: Double
        var finding: Int?
    }

    /// Everything but what a fracture moves.
    func tubes(isSupine: Bool, hasArms: Bool, fractures: [Fracture]) -> [Tube] {
        var out: [Tube] = []
        for side in [Side.right, .left] {
            for rib in 1...12 {
                let own = fractures.filter { $0.rib == rib && $0.side == side }
                out += self.rib(rib, side, own.first)
            }
            if hasArms { out += shoulder(side, isSupine: isSupine) }
        }
        for level in -3...16 { out += vertebra(level) }
        out.append(contentsOf: sternum())
        return out
    }

    /// The height of a rib's head; the first is at the top.
    private func head(_ rib: Int) -> Double { 232 - Double(rib - 1) * 24.5 }

    /// The middle line of a rib, from the spine to its front end.
    func line(_ rib: Int, _ side: Side) -> [Point] {
        let n = Double(rib)
        let fronts = [0.86, 0.86, 0.84, 0.83, 0.82, 0.81, 0.79, 0.73, 0.68, 0.62, 0.48, 0.34]
        let drops = [34.0, 58, 74, 84, 92, 98, 102, 104, 104, 100, 90, 78]
        let front = fronts[min(max(rib, 1), 12) - 1]
        // A shallow breath leaves the ribs flatter.
        let drop = drops[min(max(rib, 1), 12) - 1] * (1 + habitus.dome * 0.003)
        let steps = 44
        return (0...steps).map { step in
            let turn = (0.035 + (front - 0.035) * Double(step) / Double(steps)) * .pi
            let fall = drop * SeededMath.pow(turn / .pi, 1.25)
            let z = (head(rib) - fall) * habitus.height
            let (a, b) = thorax.cage(at: z)
            let narrow = rib == 1 ? 0.86 : rib == 2 ? 0.95 : 1
            let x = a * SeededMath.sin(turn) * narrow
            // The neck of the rib lies before the gutter beside the spine.
            let near = SeededMath.exp(-(x / 30) * (x / 30))
            let y = (6 + b * SeededMath.cos(turn)) - near * (32 - n)
            return Point(side.sign * max(x, 14), y, z)
        }
    }

    private func rib(_ rib: Int, _ side: Side, _ fracture: Fracture?) -> [Tube] {
        let line = line(rib, side)
        let size = rib == 1 || rib > 10 ? 0.8 : 1
        let height = 6.4 * size
        func piece(_ points: [Point], _ finding: Int? = nil) -> Tube {
            Tube(
                kind: .bone, points: points, height: (height * 0.9, height * 1.05),
                thickness: (3.6, 3.3), wall: 0.9, density: 0.86 * habitus.bone,
                coreDensity: 0.26 * habitus.bone, finding: finding)
        }
        guard let fracture else { return [piece(line)] }
        // The far part is moved across, with a gap where it broke.
        let cut = Int((fracture.place * Double(line.count - 1)).rounded())
        let near = Array(line[...min(max(cut, 2), line.count - 3)])
        let end = near.count - 1
        let far = line[end...].enumerated().map { index, point in
            let fade = SeededMath.exp(-Double(index) / 14)
            let out = Point(point.x * 0.02, 0, -1).unit
            return point + out * (fracture.step * fade) + Point(side.sign * 0.8, 0, -0.6)
        }
        let about = max(end - 3, 0)
        return [
            piece(Array(near[...about])), piece(Array(near[about...]), fracture.finding),
            piece(Array(far.prefix(5)), fracture.finding), piece(Array(far.dropFirst(4))),
        ]
    }

    private func bone(
        _ points: [Point], _ radius: (Double, Double), wall: Double, density: Double = 0.85
    ) -> Tube {
        .round(
            .bone, points, radius: radius, density: density * habitus.bone, wall: wall,
            coreDensity: 0.3 * habitus.bone)
    }

    /// Collar bone, shoulder blade and the head of the arm.
    private func shoulder(_ side: Side, isSupine: Bool) -> [Tube] {
        let s = side.sign
        let lift = isSupine ? 12.0 : 0
        // Standing patients roll their shoulders forward, which takes the blades off the lungs.
        let blade = isSupine ? 108.0 : 142.0
        func place(_ x: Double, _ y: Double, _ z: Double) -> Point {
            thorax.place(s * x, y, z + lift)
        }
        let collar = Tube.curve(
            [
                place(17, -84, 203), place(55, -86, 208), place(105, -52, 222),
                place(150, -22, 226),
                place(176, -8, 222),
            ], steps: 8)
        let inner = Tube.curve(
            [place(blade - 18, 92, 208), place(blade - 22, 104, 150), place(blade + 8, 100, 88)],
            steps: 8)
        let outer = Tube.curve(
            [place(blade + 8, 100, 88), place(blade + 26, 84, 140), place(blade + 44, 52, 192)],
            steps: 8)
        let ridge = Tube.curve(
            [place(blade - 16, 96, 182), place(blade + 20, 84, 206), place(186, 30, 228)], steps: 8)
        let plate = Tube(
            kind: .bone, points: [place(blade + 4, 98, 206), place(blade + 6, 98, 96)],
            height: (26, 10), thickness: (1.6, 1.6), wall: 0, density: 0.35 * habitus.bone,
            upright: Point(1, 0, 0))
        let arm = [place(202, 18, 208), place(isSupine ? 206 : 216, 12, 140)]
        return [
            bone(collar, (6.8, 5.2), wall: 2.1), bone(inner, (1.6, 2.2), wall: 0, density: 0.6),
            bone(outer, (3.2, 5.2), wall: 1.2), bone(ridge, (2.6, 5), wall: 1), plate,
            bone([place(192, 22, 236), place(200, 20, 204)], (19, 21), wall: 1.4, density: 0.75),
            bone(arm, (14, 11), wall: 3.4),
            bone([place(170, 20, 222), place(168, 22, 190)], (10, 9), wall: 1.6, density: 0.7),
        ]
    }

    /// A vertebra: a body with end plates, pedicles, a spinous process and transverse ones. Level 1
    /// bears the first rib.
    private func vertebra(_ level: Int) -> [Tube] {
        let z = head(level) - 6
        let big = 1 + max(0, Double(level) - 2) * 0.018
        let y = z > 150 ? 53 - (z - 150) * 0.14 : z < 60 ? 53 - (60 - z) * 0.05 : 53
        func place(_ x: Double, _ back: Double, _ rise: Double) -> Point {
            thorax.place(x, y + back, z + rise)
        }
        func block(_ low: Double, _ high: Double, _ density: Double) -> Tube {
            Tube(
                kind: .bone, points: [place(0, 0, low), place(0, 0, high)],
                height: (16.5 * big, 16.5 * big), thickness: (14 * big, 14 * big), wall: 0.8,
                density: density * habitus.bone, coreDensity: density * 0.42 * habitus.bone,
                upright: Point(1, 0, 0))
        }
        var out = [block(-9, 9, 0.2), block(-10.2, -8.8, 0.4), block(8.8, 10.2, 0.4)]
        for s in [-1.0, 1] {
            out.append(bone([place(s * 11, 12, 3), place(s * 11, 22, 3)], (4.2, 4.2), wall: 1.3))
            out.append(
                bone(
                    [place(s * 13, 24, 4), place(s * 31, 34, 6)], (4.4, 3.6), wall: 1, density: 0.5)
            )
        }
        out.append(
            bone([place(0, 30, 0), place(0, 48, -20)], (3.2, 2.6), wall: 1.2, density: 0.7))
        return out
    }

    private func sternum() -> [Tube] {
        func plate(_ from: (Double, Double), _ to: (Double, Double), _ half: Double) -> Tube {
            Tube(
                kind: .bone,
                points: [thorax.place(0, from.1, from.0), thorax.place(0, to.1, to.0)],
                height: (half, half * 0.8), thickness: (5, 4.5), wall: 0.9,
                density: 0.6 * habitus.bone, coreDensity: 0.15 * habitus.bone,
                upright: Point(1, 0, 0))
        }
        return [
            plate((204, -86), (160, -98), 24), plate((158, -99), (66, -104), 15),
            plate((64, -104), (36, -100), 8),
        ]
    }
}
