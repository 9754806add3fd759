/// Turns findings into changes of a chest.
struct FindingPlanter {
    let thorax: Thorax
    let mediastinum: Mediastinum
    let isSupine: Bool
    private let random: StudyRandom

    init(thorax: Thorax, isSupine: Bool, random: StudyRandom) {
        self.thorax = thorax
        mediastinum = Mediastinum(thorax: thorax)
        self.isSupine = isSupine
        self.random = random
    }

    /// What findings change of a person's measures.
    static func adjust(_ habitus: Habitus, for findings: [Finding]) -> Habitus {
        var out = habitus
        for finding in findings {
            let s = finding.severity
            switch finding.kind {
            case .cardiomegaly: out.heart = max(out.heart, 1) * (1.26 + 0.34 * s)
            case .oedema:
                out.vessels.all *= 1.12
                out.vessels.upper = 1.3
            case .pneumothorax where finding.isTension:
                out.shift -= finding.side.sign * (14 + 16 * s)
                if finding.side == .right { out.domeDrop.right = 14 + 16 * s }
                if finding.side == .left { out.domeDrop.left = 14 + 16 * s }
            case .atelectasis where finding.variety == "lobar":
                out.shift += finding.side.sign * (6 + 8 * s)
                if finding.side == .right { out.domeDrop.right = -12 - 10 * s }
                if finding.side == .left { out.domeDrop.left = -12 - 10 * s }
            case .effusion where s > 0.75:
                out.shift -= finding.side.sign * 8
            default: break
            }
        }
        return out
    }

    /// The changes that a finding makes; `index` is its place in the study's list.
    func plant(_ finding: Finding, index: Int) -> Planting {
        var random = random.fork("\(finding.kind.rawValue)-\(index)")
        switch finding.kind {
        case .pneumothorax: return pneumothorax(finding, index)
        case .effusion: return isSupine ? layer(finding, index) : meniscus(finding, index)
        case .consolidation: return consolidation(finding, index, &random)
        case .oedema: return oedema(finding, index, &random)
        case .cardiomegaly: return Planting(isHeart: true)
        case .nodule, .mass: return tumour(finding, index, &random)
        case .atelectasis: return atelectasis(finding, index, &random)
        case .ribFracture: return fracture(finding, index, &random)
        case .freeAir: return freeAir(finding, index)
        case .misplacedTube: return misplacedTube(finding, index)
        case .haemorrhage: return Planting()
        }
    }

    /// A place in the lung of a side, between shares of its height and clear of heart and dome.
    func place(
        _ side: Side, _ heights: ClosedRange<Double>, clear: Double, _ random: inout StudyRandom
    ) -> Point {
        let pleura = thorax.pleura(side)
        let low = thorax.domeTop(side) + clear
        let high = pleura.range.upperBound - 18 - clear
        let share = random.uniform(heights)
        let z = low + (high - low) * share
        let section = pleura.section(at: z) ?? Section(x: 60 * side.sign, y: 0, a: 50, b: 60)
        let inner = heartEdge(side, at: z) + clear
        let outer = max(abs(section.x) + section.a - clear - 4, inner + 2)
        let x = random.uniform(inner...outer)
        let u = min(abs(x - abs(section.x)) / section.a, 0.95)
        let reach = max(section.b * (1 - u * u).squareRoot() - clear, 2) * 0.8
        return Point(side.sign * x, section.y + random.uniform(-reach...reach), z)
    }

    /// How far the heart and the vessels reach to a side at a height, about.
    private func heartEdge(_ side: Side, at z: Double) -> Double {
        let habitus = thorax.habitus
        let low = side == .left ? 92 * max(habitus.heart, 1) : 48
        let lower = SeededMath.step(z, from: 50, to: 95)
        return (low + (34 - low) * lower) * habitus.width + side.sign * habitus.shift
    }

    private func consolidation(
        _ finding: Finding, _ index: Int, _ random: inout StudyRandom
    ) -> Planting {
        var planting = Planting()
        let size = 19 + 25 * finding.severity
        let heights: [String: ClosedRange<Double>] = [
            "upper": 0.62...0.85, "mid": 0.3...0.5, "lower": 0.05...0.2,
        ]
        let center = place(
            finding.side, heights[finding.variety] ?? 0.1...0.6, clear: size * 0.5, &random)
        for part in 0..<4 {
            let spread = part == 0 ? 0 : size * 0.6
            let away = Point(
                random.normal(0, spread * 0.8), random.normal(0, spread * 0.6),
                random.normal(0, spread * 0.8))
            let radius = size * random.uniform(part == 0 ? 0.9...1.1 : 0.5...0.85)
            planting.within.append(
                .ellipsoid(
                    center + away,
                    Point(radius, radius * 1.15, radius * random.uniform(0.75...1.2)),
                    .filling(0.62 + 0.3 * finding.severity), finding: index))
        }
        // Bronchi stay filled with air.
        for _ in 0..<5 {
            let root = thorax.habitus.shift
            let start = center.mixed(Point(finding.side.sign * 30 + root, 5, center.z + 15), 0.45)
            let end =
                center
                + Point(
                    random.normal(0, size * 0.5), random.normal(0, size * 0.4),
                    random.normal(-size * 0.2, size * 0.5))
            planting.tubes.append(
                .round(
                    .soft, [start, start.mixed(end, 0.5), end], radius: (1.7, 0.9), density: -0.7))
        }
        return planting
    }

    private func oedema(
        _ finding: Finding, _ index: Int, _ random: inout StudyRandom
    ) -> Planting {
        var planting = Planting()
        let density = thorax.habitus.lung + 0.09 + 0.22 * finding.severity
        for side in [Side.right, .left] {
            let hilum = mediastinum.hilum(side)
            let wide = random.uniform(0.92...1.08)
            let middle = hilum + Point(side.sign * 24, 8, -22)
            for (share, factor) in [(1.0, 0.86), (0.7, 1.0), (0.42, 1.12)] {
                planting.within.append(
                    .ellipsoid(
                        middle,
                        thorax.place(66 * wide * share, 78 * share, 84 * wide * share),
                        .filling(density * factor), finding: index))
            }
            // Thickened septa by the lower edge of the lung (Kerley's B lines).
            let pleura = thorax.pleura(side)
            for step in 0..<Int(4 + 5 * finding.severity) {
                let z = thorax.domeTop(side) + 4 + Double(step) * 7 + random.uniform(-1.5...1.5)
                guard let section = pleura.section(at: z) else { continue }
                let edge = section.x + side.sign * (section.a - 1)
                let from = Point(edge, section.y, z)
                let to = Point(edge - side.sign * random.uniform(12...20), section.y, z + 1)
                planting.tubes.append(
                    Tube(
                        kind: .vessel, points: [from, to], height: (0.6, 0.5), thickness: (7, 5),
                        density: 0.8))
            }
        }
        return planting
    }

    private func tumour(
        _ finding: Finding, _ index: Int, _ random: inout StudyRandom
    ) -> Planting {
        var planting = Planting()
        let radius =
            finding.kind == .mass ? 17 + 15 * finding.severity : 6 + 8 * finding.severity
        let center = place(finding.side, 0.1...0.85, clear: radius + 5, &random)
        let substance = Substance.filling(1.04, isTextured: false)
        planting.within.append(
            .ellipsoid(center, Point(radius, radius, radius), substance, finding: index))
        // Lobes make the outline uneven.
        for _ in 0..<5 {
            let way = Point(random.normal(0, 1), random.normal(0, 1), random.normal(0, 1)).unit
            let size = radius * random.uniform(0.35...0.6)
            planting.within.append(
                .ellipsoid(
                    center + way * (radius * 0.75), Point(size, size, size), substance,
                    finding: index))
        }
        return planting
    }

    private func fracture(
        _ finding: Finding, _ index: Int, _ random: inout StudyRandom
    ) -> Planting {
        var planting = Planting()
        let first = random.whole(4...7)
        let count = 1 + Int(finding.severity * 2.6)
        let place = random.chance(0.5) ? random.uniform(0.3...0.4) : random.uniform(0.6...0.68)
        for rib in first..<(first + count) {
            planting.tubes += haematoma(rib, place, finding, index)
            planting.fractures.append(
                Skeleton.Fracture(
                    rib: rib, side: finding.side, place: place + random.uniform(-0.03...0.03),
                    step: 4.5 + 6 * finding.severity + random.uniform(0...1.5), finding: index))
        }
        return planting
    }

    /// Blood beneath the pleura over a break, thickest in the middle.
    private func haematoma(
        _ rib: Int, _ place: Double, _ finding: Finding, _ index: Int
    ) -> [Tube] {
        let line = Skeleton(thorax: thorax).line(rib, finding.side)
        let middle = min(max(Int(place * Double(line.count - 1)), 5), line.count - 6)
        let density = 0.3 + 0.3 * finding.severity
        func half(_ points: ArraySlice<Point>, _ radius: (Double, Double)) -> Tube {
            .round(.soft, Array(points), radius: radius, density: density, finding: index)
        }
        return [
            half(line[(middle - 5)...middle], (1, 8)), half(line[middle...(middle + 5)], (8, 1)),
        ]
    }

    private func freeAir(_ finding: Finding, _ index: Int) -> Planting {
        var planting = Planting()
        for side in finding.side == .both ? [Side.right, .left] : [finding.side] {
            guard let dome = thorax.dome(side) else { continue }
            let muscle = 3.2
            let gap = 4 + 16 * finding.severity
            func lowered(_ by: Double, shrink: Double) -> Loft {
                Loft(
                    dome.keys.map { key in
                        Loft.Key(key.z - by, key.section.grown(-shrink))
                    })
            }
            // The liver falls away from the dome, most in the middle.
            planting.below.append(
                Solid(.loft(lowered(muscle, shrink: muscle)), .air, finding: index))
            planting.below.append(Solid(.loft(lowered(muscle + gap, shrink: muscle)), .organ))
        }
        return planting
    }

    private func misplacedTube(_ finding: Finding, _ index: Int) -> Planting {
        let devices = Devices(mediastinum: mediastinum)
        return Planting(
            tubes: finding.variety == "nasogastric"
                ? devices.gastricTube(end: .bronchus, finding: index)
                : devices.trachealTube(end: .bronchus, finding: index))
    }
}
