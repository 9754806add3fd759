/// The heart, the great vessels, the airways and the spine of one person.
struct Mediastinum: Sendable {
    let thorax: Thorax
    private var habitus: Habitus { thorax.habitus }

    /// How far a height is shifted: fully at the heart, less in the neck.
    private func shift(_ z: Double) -> Double {
        habitus.shift * (1 - 0.75 * SeededMath.step(z, from: 140, to: 260))
    }

    private func center(_ x: Double, _ y: Double, _ z: Double) -> Point {
        // The heart rides on the diaphragm.
        let lift = habitus.dome * 0.75 * (1 - SeededMath.step(z, from: 40, to: 170))
        return thorax.place(x, y, z) + Point(shift(z), 0, lift)
    }

    private func ball(
        _ middle: (Double, Double, Double), _ radii: (Double, Double, Double), lean: Double = 0,
        finding: Int? = nil
    ) -> Solid {
        .ellipsoid(
            center(middle.0, middle.1, middle.2), thorax.place(radii.0, radii.1, radii.2), .blood,
            lean: (lean, 0), power: 2.15, finding: finding)
    }

    private func column(_ keys: [(Double, Double, Double, Double, Double)]) -> Solid {
        let lofted = keys.map { z, x, y, a, b in
            let key = thorax.key(z, x, y, a, b)
            var section = key.section
            section.x += shift(z)
            return Loft.Key(key.z, section)
        }
        return Solid(.loft(Loft(lofted)), .blood)
    }

    /// Everything between the lungs but the airways.
    func solids(heartFinding: Int?) -> [Solid] {
        let h = habitus.heart
        let old = habitus.aorta
        return [
            column([
                (330, 0, 6, 34, 36), (270, 0, 8, 32, 36), (240, 0, 8, 31, 36), (215, 0, 4, 27, 38),
                (180, 2, 4, 22, 40), (150, 0, 2, 18, 40), (110, 0, 0, 20, 42),
                (60, 0, -2, 21, 46), (0, 2, 0, 30, 50), (-60, 4, 0, 44, 50), (-300, 4, 0, 50, 50),
            ]),
            column([
                (182, -22, -8, 7, 8), (165, -25, -10, 10, 12), (120, -27, -12, 11, 13),
                (80, -25, -12, 14, 16), (230, -19, -8, 9, 8),
            ]),
            ball((18 + 4 * old, 6, 151), (20 + 7 * old, 36, 17 + 4 * old)),
            ball((-10 - 8 * old, -24, 108), (24 + 5 * old, 24, 54)),
            ball((18, -24, 106), (23, 26, 35)),
            ball((22, -8, 80), (21, 24, 30)),
            ball((-33, -2, 92), (15, 17, 27)),
            ball((35, 2, 104), (14, 17, 22)),
            column([
                (150, 21 + 8 * old, 40, 13, 13), (90, 21 + 14 * old, 44, 12 + 3 * old, 12),
                (20, 15 + 12 * old, 46, 12 + 2 * old, 12), (-200, 6, 44, 11, 11),
            ]),
            ball((0, 16, 66), (36 * h, 25, 29)),
            ball((-13, -20, 42), (31 * h, 40, 47), finding: heartFinding),
            ball((14 * h, -50, 20), (46 * h, 30 * h, 40), lean: -0.3, finding: heartFinding),
            ball((31 * h, -24, 22), (52 * h, 44 * h, 45), lean: -0.5, finding: heartFinding),
        ]
    }

    /// The spine's bodies and arches, as what displaces lung; the bone in them is in ``Skeleton``.
    func spine() -> [Solid] {
        let marrow = Substance.marrow(habitus.bone)
        let body = [(-300.0, 44.0), (-60, 46), (60, 53), (150, 53), (220, 42), (340, 26)]
        let keys = body.map { z, y in thorax.key(z, 0, y, 17 + (z < 60 ? 3 : 0), 15) }
        let back = body.map { z, y in thorax.key(z, 0, y + 28, 14, 18) }
        return [
            Solid(.loft(Loft(back)), .muscle), Solid(.loft(Loft(keys)), marrow, square: 0.4),
        ]
    }

    /// The place of the carina.
    var carina: Point { center(0, 8, 136) }

    /// The trachea and the main bronchi, filled with air.
    func airways() -> [Solid] {
        let trachea = column([
            (340, 0, -14, 9, 10), (250, 0, -4, 9, 10), (180, -2, 4, 9, 10), (138, -2, 8, 11, 9),
        ])
        func bronchus(_ side: Side, _ slope: Double, _ length: Double) -> Solid? {
            let start = carina + Point(side.sign * 3, 0, 2)
            let radius = side == .right ? 6.5 : 5.5
            return Loft.sampled((start.z - length)...start.z, step: 3) { z in
                let fall = start.z - z
                return Section(
                    x: start.x + side.sign * fall * slope, y: start.y + 4, a: radius * 1.25,
                    b: radius)
            }.map { Solid(.loft($0), .air) }
        }
        let branches = [bronchus(.right, 0.75, 38), bronchus(.left, 1.1, 32)]
        return ([trachea] + branches.compactMap { $0 }).map { solid in
            var airy = solid
            airy.substance = .air
            return airy
        }
    }

    /// Where the arteries of a lung begin.
    func hilum(_ side: Side) -> Point {
        side == .right ? center(-34, -4, 100) : center(36, 4, 108)
    }

    /// Where the atrium takes the veins of a lung.
    func atrium(_ side: Side) -> Point { center(side.sign * 26, 14, 68) }
}
