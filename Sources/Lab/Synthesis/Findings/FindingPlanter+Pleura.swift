/// What collects between lung and chest wall, and lungs that collapse.
extension FindingPlanter {
    /// Air around a lung that has fallen together, most at the top in a standing patient.
    func pneumothorax(_ finding: Finding, _ index: Int) -> Planting {
        let side = finding.side
        let pleura = thorax.pleura(side)
        let s = side.sign
        let most = finding.isTension ? 62 + 30 * finding.severity : 9 + 62 * finding.severity
        let top = pleura.range.upperBound
        let bottom = pleura.range.lowerBound
        let even = finding.isTension ? 0.75 : isSupine ? 0.55 : 0.25
        func retreat(_ z: Double) -> Double {
            most * (even + (1 - even) * SeededMath.step(z, from: bottom + 60, to: top - 30))
        }
        let sink = most * 0.75
        let lung = Loft.sampled(bottom...(top - sink), step: 4) { z in
            // Where the pleura is wider than what is above it, the lung keeps its own shape.
            let high = bottom + (z - bottom) * (top - bottom) / (top - sink - bottom)
            guard let outer = pleura.section(at: high) else { return nil }
            let by = min(retreat(z), 2 * outer.a - 14)
            return Section(
                x: outer.x - s * by * 0.5, y: outer.y, a: outer.a - by * 0.5,
                b: max(outer.b - by * 0.36, 12))
        }
        guard let lung else { return Planting() }
        var line = Loft(lung.keys.map { Loft.Key($0.z, $0.section.grown(1.1)) })
        if let last = line.keys.last, let lower = lung.keys.last {
            line = Loft(line.keys + [Loft.Key(lower.z + 1.1, last.section.scaled(0.8))])
        }
        let density = thorax.habitus.lung * (1 + 0.7 * finding.severity)
        let membrane = Substance(channel: .soft, density: 1, hounsfield: 20)
        let hilum = mediastinum.hilum(side)
        let lift = (top - sink - hilum.z) / (top - hilum.z)
        return Planting(
            lungs: [
                side: [
                    Solid(.loft(pleura), .air, finding: index), Solid(.loft(line), membrane),
                    Solid(.loft(lung), .lung(density)),
                ]
            ],
            movedLung: [
                side: { point in
                    let z = point.z > hilum.z ? hilum.z + (point.z - hilum.z) * lift : point.z
                    let width = pleura.section(at: point.z).map { $0.a * 2 } ?? 60
                    let by = min(most * (even + 0.4 * (1 - even)), width - 14)
                    return Point(
                        hilum.x + (point.x - hilum.x) * (1 - by / width),
                        hilum.y + (point.y - hilum.y) * (1 - by / width * 0.5), z)
                }
            ])
    }

    /// Fluid at the base with its meniscus, in a standing patient.
    func meniscus(_ finding: Finding, _ index: Int) -> Planting {
        let side = finding.side
        let pleura = thorax.pleura(side)
        let level = thorax.domeTop(side) - 34 + 165 * finding.severity
        let lung = Loft.sampled(pleura.range, step: 3) { z in
            guard let outer = pleura.section(at: z) else { return nil }
            let over = z - level
            let film = over > 0 ? 13 * SeededMath.exp(-over / 15) : 13 - over * outer.a / 20
            guard over < 80 else { return outer }
            let by = min(film, outer.a)
            return Section(
                x: outer.x - side.sign * by * 0.45, y: outer.y - by * 0.2, a: outer.a - by * 0.55,
                b: max(outer.b - by, 0))
        }
        return filled(side, pleura, lung, index)
    }

    /// Fluid behind the lung, in a lying patient: a veil that thickens downwards.
    func layer(_ finding: Finding, _ index: Int) -> Planting {
        let side = finding.side
        let pleura = thorax.pleura(side)
        let deep = 26 + 90 * finding.severity
        let lung = Loft.sampled(pleura.range, step: 4) { z in
            guard let outer = pleura.section(at: z) else { return nil }
            let share = 1 - SeededMath.step(z, from: 20, to: 130 + 110 * finding.severity)
            let by = min(deep * (0.12 + 0.88 * share) * (z > 215 ? 0.3 : 1), outer.b * 1.4)
            return Section(x: outer.x, y: outer.y - by * 0.5, a: outer.a, b: outer.b - by * 0.5)
        }
        return filled(side, pleura, lung, index)
    }

    private func filled(_ side: Side, _ pleura: Loft, _ lung: Loft?, _ index: Int) -> Planting {
        guard let lung else { return Planting() }
        return Planting(lungs: [
            side: [
                Solid(.loft(pleura), .fluid, finding: index),
                Solid(.loft(lung), .lung(thorax.habitus.lung)),
            ]
        ])
    }

    /// Plates above the diaphragm, or a collapsed lower lobe behind the heart.
    func atelectasis(
        _ finding: Finding, _ index: Int, _ random: inout StudyRandom
    ) -> Planting {
        var planting = Planting()
        let side = finding.side
        let s = side.sign
        let base = thorax.domeTop(side)
        guard finding.variety == "lobar" else {
            for _ in 0..<(1 + Int(finding.severity * 2.9)) {
                let start = place(side, 0.02...0.3, clear: 8, &random)
                let length = random.uniform(38...72)
                let slope = random.uniform(-0.25...0.25)
                let inner = max(abs(start.x) - length, 52)
                let points = Tube.curve(
                    [
                        Point(s * (abs(start.x) + 8), start.y, start.z),
                        Point(s * (abs(start.x) + inner) * 0.5, start.y, start.z + 3),
                        Point(s * inner, start.y, start.z + slope * length),
                    ], steps: 5)
                planting.tubes.append(
                    Tube(
                        kind: .vessel, points: points, height: (1.4, 2.4), thickness: (16, 12),
                        density: 0.5 + 0.3 * finding.severity, finding: index))
            }
            return planting
        }
        let shift = thorax.habitus.shift
        let size = 0.85 + 0.35 * finding.severity
        planting.within = [
            .ellipsoid(
                Point(s * 30 + shift, 40, base + 18), Point(46 * size, 44, 62 * size),
                .filling(0.98, isTextured: false), lean: (-s * 0.35, 0), finding: index)
        ]
        return planting
    }
}
