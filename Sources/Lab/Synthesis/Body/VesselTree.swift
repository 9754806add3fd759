/// The branching vessels of one lung: each branch goes towards the middle of what it feeds, and its
/// calibre follows from how much that is (Murray 1926).
struct VesselTree {
    private var random: StudyRandom
    private var tubes: [Tube] = []
    private let calibre: Double
    private let upper: Double
    private let leaves: Double
    private let root: Point

    /// The tubes of a tree.
    static func grow(
        from root: Point, within pleura: Loft, avoiding floor: (Double, Double) -> Double,
        calibre: Double, upper: Double, leaves: Int, random: StudyRandom
    ) -> [Tube] {
        var tree = VesselTree(
            random: random, calibre: calibre, upper: upper, leaves: Double(leaves), root: root)
        var targets: [Point] = []
        var attempts = 0
        while targets.count < leaves, attempts < leaves * 20 {
            attempts += 1
            if let point = tree.target(pleura, floor) { targets.append(point) }
        }
        tree.branch(from: root, heading: nil, to: targets, depth: 0)
        return tree.tubes
    }

    private init(
        random: StudyRandom, calibre: Double, upper: Double, leaves: Double, root: Point
    ) {
        self.random = random
        self.calibre = calibre
        self.upper = upper
        self.leaves = leaves
        self.root = root
    }

    /// A place in the lung, denser towards its middle than at its surface.
    private mutating func target(
        _ pleura: Loft, _ floor: (Double, Double) -> Double
    ) -> Point? {
        let range = pleura.range
        let z = random.uniform((range.lowerBound + 20)...(range.upperBound - 6))
        guard let section = pleura.section(at: z) else { return nil }
        let turn = random.uniform(0...(2 * .pi))
        let away = random.unit().squareRoot() * 0.94
        let point = Point(
            section.x + section.a * away * SeededMath.cos(turn),
            section.y + section.b * away * SeededMath.sin(turn), z)
        let fits = abs(point.x) > 22 && z > floor(point.x, point.y) + 4
        return fits ? point : nil
    }

    private func radius(_ count: Int, at z: Double) -> Double {
        let gravity = z > root.z ? upper * 0.82 : 1.06
        return calibre * 6.8 * SeededMath.pow(Double(count) / leaves, 0.36) * gravity
    }

    private mutating func branch(
        from start: Point, heading: Point?, to targets: [Point], depth: Int
    ) {
        guard let first = targets.first, depth < 16 else { return }
        guard targets.count > 1 else {
            add(from: start, to: first, heading, count: 1)
            return
        }
        let middle = targets.reduce(Point(0, 0, 0), +) * (1 / Double(targets.count))
        let share = depth == 0 ? 0.34 : 0.4
        var end = start.mixed(middle, share)
        let jitter = (middle - start).length * 0.06
        end =
            end
            + Point(
                random.normal(0, jitter), random.normal(0, jitter), random.normal(0, jitter))
        let out = add(from: start, to: end, heading, count: targets.count)
        // Split along the direction in which the targets are spread most.
        let spread = targets.reduce(Point(0, 0, 0)) { sum, point in
            let d = point - middle
            return sum + Point(d.x * d.x, d.y * d.y, d.z * d.z)
        }
        let tilt = random.uniform(-0.5...0.5)
        let axis: Point
        if spread.z >= max(spread.x, spread.y) {
            axis = Point(tilt, tilt, 1)
        } else if spread.x >= spread.y {
            axis = Point(1, tilt, tilt)
        } else {
            axis = Point(tilt, 1, tilt)
        }
        let sorted = targets.sorted { $0.dot(axis) < $1.dot(axis) }
        let share2 = random.uniform(0.36...0.64)
        let cut = min(max(Int(Double(sorted.count) * share2), 1), sorted.count - 1)
        branch(from: end, heading: out, to: Array(sorted[..<cut]), depth: depth + 1)
        branch(from: end, heading: out, to: Array(sorted[cut...]), depth: depth + 1)
    }

    /// Adds a curved piece and gives the direction in which it ends.
    @discardableResult
    private mutating func add(
        from start: Point, to end: Point, _ heading: Point?, count: Int
    ) -> Point {
        let length = (end - start).length
        let direction = (end - start).unit
        let control = start + (heading ?? direction) * (length * 0.4)
        let steps = max(2, min(6, Int(length / 6)))
        let points = (0...steps).map { step -> Point in
            let t = Double(step) / Double(steps)
            return start.mixed(control, t).mixed(control.mixed(end, t), t)
        }
        let from = radius(count, at: start.z)
        let to = count == 1 ? from * 0.45 : from * 0.86
        tubes.append(.round(.vessel, points, radius: (from, to), density: 1.0))
        return (end - control).unit
    }
}
