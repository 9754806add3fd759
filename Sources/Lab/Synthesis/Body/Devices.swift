/// Tubes, lines and wires in and on a patient.
struct Devices: Sendable {
    let mediastinum: Mediastinum
    private var thorax: Thorax { mediastinum.thorax }

    /// Where a tube ends.
    enum End: Sendable {
        case proper
        case bronchus
    }

    /// Plastic with a stripe that shows.
    private func catheter(
        _ points: [Point], radius: Double, stripe: Double, finding: Int? = nil
    ) -> [Tube] {
        let curve = Tube.curve(points, steps: 7)
        return [
            .round(
                .bone, curve, radius: (radius, radius), density: 0.55, wall: radius * 0.32,
                finding: finding),
            .round(.metal, curve, radius: (0.55, 0.55), density: stripe, finding: finding),
        ]
    }

    /// A tube into the windpipe; its last part is the finding, if it is one.
    func trachealTube(end: End, finding: Int? = nil) -> [Tube] {
        let carina = mediastinum.carina
        let upper = [
            thorax.place(1, -16, 345), thorax.place(0, -4, 250),
            Point(carina.x, carina.y - 4, carina.z + 44),
        ]
        guard end == .bronchus else { return catheter(upper, radius: 4.6, stripe: 1.3) }
        let lower = [
            upper[2], Point(carina.x - 3, carina.y, carina.z + 4),
            Point(carina.x - 21, carina.y + 3, carina.z - 20),
            Point(carina.x - 31, carina.y + 3, carina.z - 37),
        ]
        return catheter(upper, radius: 4.6, stripe: 1.3)
            + catheter(lower, radius: 4.6, stripe: 1.3, finding: finding)
    }

    /// A tube to the stomach, or into the right lung.
    func gastricTube(end: End, finding: Int? = nil) -> [Tube] {
        let carina = mediastinum.carina
        let upper = [
            thorax.place(5, -8, 345), thorax.place(5, 22, 240),
            Point(carina.x + 3, 18, carina.z + 46),
        ]
        let lower: [Point]
        switch end {
        case .proper:
            let top = thorax.domeTop(.left)
            lower = [
                upper[2], Point(carina.x + 7, 26, carina.z - 40), Point(16, 20, top + 8),
                Point(46, -4, top - 28), Point(66, -14, top - 52),
            ]
        case .bronchus:
            lower = [
                upper[2], Point(carina.x - 4, 8, carina.z), Point(carina.x - 32, 8, carina.z - 34),
                Point(carina.x - 50, 20, carina.z - 82), Point(carina.x - 58, 30, carina.z - 112),
            ]
        }
        return catheter(upper, radius: 2.4, stripe: 1.3)
            + catheter(lower, radius: 2.4, stripe: 1.3, finding: finding)
    }

    /// A line from the neck into the upper vena cava.
    func centralLine() -> [Tube] {
        let carina = mediastinum.carina
        return catheter(
            [
                thorax.place(-62, -30, 330), thorax.place(-44, -22, 268),
                thorax.place(-26, -12, 215), Point(carina.x - 23, -10, carina.z + 20),
                Point(carina.x - 22, -12, carina.z - 14),
            ], radius: 1.3, stripe: 0.8)
    }

    /// A pacemaker under the left collar bone with its leads.
    func pacemaker() -> [Tube] {
        let shift = thorax.habitus.shift
        let pocket = thorax.place(112, -110, 168)
        func lead(_ tip: [Point]) -> Tube {
            let way = [
                pocket, thorax.place(92, -96, 192), thorax.place(58, -60, 204),
                thorax.place(12, -28, 204), Point(-20 + shift, -12, 172),
                Point(-22 + shift, -14, 96),
            ]
            return .round(
                .metal, Tube.curve(way + tip, steps: 7), radius: (0.9, 0.9), density: 0.8)
        }
        let can = Tube(
            kind: .metal,
            points: [pocket + Point(-2, 0, 19), pocket, pocket + Point(2, 0, -21)],
            height: (20, 22), thickness: (3.2, 3.2), density: 0.5, upright: Point(1, 0, 0))
        return [
            can, lead([Point(-8 + shift, -40, 30), Point(34 + shift, -52, 6)]),
            lead([Point(-30 + shift, -30, 64), Point(-18 + shift, -42, 76)]),
        ]
    }

    /// Electrodes on the skin with their wires.
    func electrodes(_ random: inout StudyRandom) -> [Tube] {
        let front = -(108 * thorax.habitus.depth + 26)
        return (0..<random.whole(3...4)).flatMap { index -> [Tube] in
            let spot = Point(
                (index % 2 == 0 ? -1 : 1) * random.uniform(70...125), front,
                index < 2 ? random.uniform(150...200) : random.uniform(0...60))
            let wire = Tube.curve(
                [
                    spot, spot + Point(random.uniform(-30...30), 0, -40),
                    spot + Point(random.uniform(-60...60), 0, -120),
                    Point(random.uniform(-120...120), front, -260),
                ], steps: 8)
            return [
                .round(
                    .metal, [spot + Point(-4.2, 0, 0), spot + Point(4.2, 0, 0)],
                    radius: (4.2, 4.2), density: 0.12),
                .round(.metal, wire, radius: (0.7, 0.7), density: 0.35),
            ]
        }
    }

    /// Wires that close a sternum.
    func sternalWires() -> [Tube] {
        (0..<6).map { index in
            let z = 180 - Double(index) * 24
            let points = (0...12).map { step -> Point in
                let turn = Double(step) / 12 * 2 * .pi
                return thorax.place(
                    9 * SeededMath.cos(turn), -103, z + 5 * SeededMath.sin(turn))
            }
            return .round(.metal, points, radius: (0.6, 0.6), density: 1)
        }
    }
}
