/// The standard chest, shaped to one person. Heights are over the top of the right dome of the
/// diaphragm at a full breath.
struct Thorax: Sendable {
    let habitus: Habitus

    /// A standard place in this person.
    func place(_ x: Double, _ y: Double, _ z: Double) -> Point {
        Point(x * habitus.width, y * habitus.depth, z * habitus.height)
    }

    /// A standard ellipse in this person.
    func key(_ z: Double, _ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Loft.Key {
        Loft.Key(
            z * habitus.height, x * habitus.width, y * habitus.depth, a * habitus.width,
            b * habitus.depth)
    }

    /// The space within the ribs of one side, from below the diaphragm to the apex.
    func pleura(_ side: Side) -> Loft {
        let s = side.sign
        return Loft(
            [
                key(250, s * 40, 30, 8, 12), key(237, s * 45, 30, 27, 32),
                key(218, s * 52, 26, 42, 50), key(195, s * 59, 18, 53, 66),
                key(160, s * 64, 9, 61, 79), key(110, s * 67, 4, 67, 88),
                key(60, s * 68, 3, 70, 93), key(10, s * 70, 4, 72, 95),
                key(-30, s * 71, 8, 73, 93), key(-60, s * 71, 16, 73, 84),
                key(-95, s * 71, 30, 72, 68),
            ], roundTop: 10)
    }

    /// Half width and half depth of the cage at a height.
    func cage(at z: Double) -> (a: Double, b: Double) {
        let loft = pleura(.left)
        let range = loft.range
        let inside = min(max(z, range.lowerBound), range.upperBound - 12)
        guard let section = loft.section(at: inside) else { return (40, 40) }
        return (abs(section.x) + section.a + 4, section.b + 6)
    }

    /// The top of a dome.
    func domeTop(_ side: Side) -> Double {
        let standard = side == .right ? 0.0 : -13.0
        return standard * habitus.height + habitus.dome - habitus.drop(side)
    }

    /// A half of the diaphragm and what is below it.
    func dome(_ side: Side) -> Loft? {
        let top = domeTop(side)
        let reach = 76 * habitus.height
        let flat = 2.6
        return Loft.sampled((top - 260)...top, step: 4) { z in
            let h = (z - (top - reach)) / reach
            let share =
                h <= 0 ? 1 : SeededMath.pow(1 - SeededMath.pow(min(h, 1), flat), 1 / flat)
            return Section(
                x: side.sign * 66 * habitus.width, y: -5 * habitus.depth,
                a: 75 * habitus.width * share, b: 97 * habitus.depth * share)
        }
    }

    /// The walls of the body: fat, and muscle within.
    func walls(isSupine: Bool, hasArms: Bool) -> [Solid] {
        let profile: [(z: Double, a: Double, b: Double)] = [
            (-300, 146, 104), (-160, 148, 106), (-60, 151, 108), (10, 150, 108), (60, 149, 107),
            (110, 148, 104), (150, 160, 100), (182, 190, 100), (210, 196, 96), (228, 184, 90),
            (244, 142, 80), (260, 84, 66), (272, 60, 58), (340, 55, 56),
        ]
        func wall(_ thickness: Double, _ substance: Substance) -> Solid {
            let keys = profile.map { z, a, b in
                let neck = SeededMath.step(z, from: 190, to: 270)
                let more = thickness * (1 - 0.55 * neck)
                // Raised arms leave the top of the chest narrow.
                let narrow = hasArms ? a : min(a, 150 - max(z - 160, 0) * 0.55)
                return Loft.Key(
                    z * habitus.height, 0, 2 * habitus.depth, narrow * habitus.width + more,
                    b * habitus.depth + more)
            }
            return Solid(.loft(Loft(keys)), substance, square: 0.6)
        }
        // In a lateral view the arms are raised.
        let arms = hasArms ? [Side.right, .left].flatMap { arm($0, isSupine: isSupine) } : []
        return [wall(habitus.soft.muscle + habitus.soft.fat, .fat)]
            + arms.filter {
                $0.substance.channel == .fat
            } + breasts() + [wall(habitus.soft.muscle, .muscle)]
            + arms.filter {
                $0.substance.channel == .soft
            }
    }

    /// An upper arm: beside the chest in a supine patient, away from it in a standing one.
    private func arm(_ side: Side, isSupine: Bool) -> [Solid] {
        let s = side.sign
        let out = isSupine ? 0.0 : 95.0
        func limb(_ radius: Double, _ substance: Substance) -> Solid {
            let keys = [210.0, 190, 150, 60, -60, -200].map { z in
                let away = out * SeededMath.step(-z, from: -210, to: 60)
                let round = z > 200 ? 0.55 : 1
                let x = (isSupine ? 208 : 196) + away
                return Loft.Key(
                    z * habitus.height, s * (x * habitus.width + habitus.soft.fat), 8,
                    radius * round * (isSupine ? 0.9 : 1), radius * round)
            }
            return Solid(.loft(Loft(keys, roundTop: 16)), substance)
        }
        return [limb(38 + habitus.soft.fat * 0.6, .fat), limb(36, .muscle)]
    }

    private func breasts() -> [Solid] {
        guard habitus.soft.breast > 0 else { return [] }
        let gland = Substance(channel: .soft, density: 0.97, hounsfield: -20)
        return [-1.0, 1].map { s in
            let center = Point(
                s * 82 * habitus.width, -(92 * habitus.depth + habitus.soft.muscle), 38)
            let size = habitus.soft.breast
            return .ellipsoid(
                center, Point(size * 1.4, size * 0.8, size * 1.15), gland, lean: (0.0, 0.25))
        }
    }
}
