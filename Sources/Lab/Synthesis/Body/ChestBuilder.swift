/// Builds a chest from measures, and what was planted in it.
struct ChestBuilder {
    let thorax: Thorax
    let mediastinum: Mediastinum
    let isSupine: Bool
    let hasArms: Bool
    let random: StudyRandom
    var habitus: Habitus { thorax.habitus }

    init(habitus: Habitus, isSupine: Bool, hasArms: Bool, random: StudyRandom) {
        thorax = Thorax(habitus: habitus)
        mediastinum = Mediastinum(thorax: thorax)
        self.isSupine = isSupine
        self.hasArms = hasArms
        self.random = random
    }

    /// The whole chest with its plantings.
    func body(_ plantings: [Planting]) -> Body {
        var body = Body(isSupine: isSupine)
        body.solids = thorax.walls(isSupine: isSupine, hasArms: hasArms)
        for side in [Side.right, .left] { body.solids += lung(side, plantings) }
        let heart = plantings.firstIndex { $0.isHeart }
        body.solids += mediastinum.solids(heartFinding: heart)
        body.solids += mediastinum.spine()
        body.solids += mediastinum.airways()
        body.solids += abdomen()
        for planting in plantings { body.solids += planting.below }
        for planting in plantings { body.solids += planting.within }
        body.tubes = Skeleton(thorax: thorax).tubes(
            isSupine: isSupine, hasArms: hasArms, fractures: plantings.flatMap(\.fractures))
        for side in [Side.right, .left] { body.tubes += vessels(side, plantings) }
        for planting in plantings { body.tubes += planting.tubes }
        return body
    }

    /// A lung, or what a planting makes of it.
    private func lung(_ side: Side, _ plantings: [Planting]) -> [Solid] {
        if let changed = plantings.lazy.compactMap({ $0.lungs[side] }).first { return changed }
        return [Solid(.loft(thorax.pleura(side)), .lung(habitus.lung))]
    }

    /// Liver, spleen and bowel, with the gas in them.
    private func abdomen() -> [Solid] {
        var out: [Solid] = []
        for side in [Side.right, .left] {
            if let dome = thorax.dome(side) { out.append(Solid(.loft(dome), .organ)) }
        }
        var random = random.fork("gas")
        let top = thorax.domeTop(.left)
        if random.chance(0.8) {
            let size = random.uniform(0.7...1.35)
            out.append(
                .ellipsoid(
                    Point(random.uniform(44...70), -10, top - 14 - 15 * size),
                    Point(27 * size, 30 * size, 14 * size), .air))
        }
        for _ in 0..<random.whole(0...3) {
            let size = random.uniform(8...17)
            out.append(
                .ellipsoid(
                    Point(
                        random.uniform(30...105), random.uniform(-50...10),
                        top - random.uniform(44...80)),
                    Point(size * 1.4, size, size), .air))
        }
        return out
    }

    /// Arteries and veins of a lung, moved where a planting moves the lung.
    private func vessels(_ side: Side, _ plantings: [Planting]) -> [Tube] {
        let pleura = thorax.pleura(side)
        let dome = thorax.dome(side)
        let floor = { (x: Double, y: Double) -> Double in
            let top = thorax.domeTop(side)
            let reach = 76 * thorax.habitus.height
            guard let base = dome?.section(at: top - reach) else { return top }
            let u = (x - base.x) / base.a
            let v = (y - base.y) / base.b
            let away = u * u + v * v
            return away < 1 ? top - reach * (1 - (1 - away).squareRoot()) : -1000
        }
        var tubes: [Tube] = []
        for (name, root, leaves) in [
            ("artery", mediastinum.hilum(side), 210), ("vein", mediastinum.atrium(side), 130),
        ] {
            tubes += VesselTree.grow(
                from: root, within: pleura, avoiding: floor, calibre: habitus.vessels.all,
                upper: habitus.vessels.upper, leaves: leaves,
                random: random.fork("\(name)-\(side.rawValue)"))
        }
        guard let move = plantings.lazy.compactMap({ $0.movedLung[side] }).first else {
            return tubes
        }
        return tubes.map { tube in
            var moved = tube
            moved.points = tube.points.map(move)
            return moved
        }
    }
}
