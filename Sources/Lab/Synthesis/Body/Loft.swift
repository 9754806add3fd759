/// Ellipses at a few heights with smooth curves between them.
struct Loft: Sendable {
    /// The ellipse at a height.
    struct Key: Sendable {
        let z: Double
        let section: Section

        init(_ z: Double, _ x: Double, _ y: Double, _ a: Double, _ b: Double) {
            self.z = z
            section = Section(x: x, y: y, a: a, b: b)
        }

        init(_ z: Double, _ section: Section) {
            self.z = z
            self.section = section
        }
    }

    /// Rising in z, at least two.
    let keys: [Key]
    /// Over how many mm the ends are rounded.
    let roundTop: Double
    let roundBottom: Double
    /// x, y, a and b of each key, and how they change with z there.
    private let values: [SIMD4<Double>]
    private let slopes: [SIMD4<Double>]

    init(_ keys: [Key], roundTop: Double = 0, roundBottom: Double = 0) {
        let sorted = keys.sorted { $0.z < $1.z }
        self.keys = sorted
        self.roundTop = roundTop
        self.roundBottom = roundBottom
        let values = sorted.map {
            SIMD4($0.section.x, $0.section.y, $0.section.a, $0.section.b)
        }
        self.values = values
        slopes = values.indices.map { Self.slope($0, sorted, values) }
    }

    /// A loft that follows a rule, taken every `step` mm.
    static func sampled(
        _ range: ClosedRange<Double>, step: Double, _ rule: (Double) -> Section?
    ) -> Loft? {
        let count = max(Int((range.upperBound - range.lowerBound) / step), 1)
        var keys: [Key] = []
        for index in 0...count {
            let share = Double(index) / Double(count)
            let z = range.lowerBound + (range.upperBound - range.lowerBound) * share
            if let section = rule(z) { keys.append(Key(z, section)) }
        }
        return keys.count > 1 ? Loft(keys) : nil
    }

    /// The heights between which it reaches.
    var range: ClosedRange<Double> { (keys.first?.z ?? 0)...(keys.last?.z ?? 0) }

    var center: Point {
        let middle = keys[keys.count / 2]
        return Point(middle.section.x, middle.section.y, middle.z)
    }

    /// The ellipse at a height by cubic Hermite curves through the keys, or nil beyond the ends.
    func section(at z: Double) -> Section? {
        guard let first = keys.first, let last = keys.last, z >= first.z, z <= last.z else {
            return nil
        }
        // The last key not above z.
        var low = 0
        var high = keys.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if keys[middle].z <= z { low = middle } else { high = middle }
        }
        let span = keys[high].z - keys[low].z
        let t = span > 0 ? (z - keys[low].z) / span : 0
        let t2 = t * t
        let t3 = t2 * t
        let ends = values[low] * (2 * t3 - 3 * t2 + 1) + values[high] * (3 * t2 - 2 * t3)
        let bends = slopes[low] * (t3 - 2 * t2 + t) + slopes[high] * (t3 - t2)
        let all = ends + bends * span
        let end = rounding(at: z, bottom: first.z, top: last.z)
        return Section(x: all[0], y: all[1], a: max(all[2], 0) * end, b: max(all[3], 0) * end)
    }

    private func rounding(at z: Double, bottom: Double, top: Double) -> Double {
        func factor(_ distance: Double, _ radius: Double) -> Double {
            guard distance < radius else { return 1 }
            let h = 1 - distance / radius
            return (1 - h * h).squareRoot()
        }
        return factor(top - z, roundTop) * factor(z - bottom, roundBottom)
    }

    /// Zero at a bend, so that no curve leaves the range of its keys (Fritsch and Butland 1984).
    private static func slope(
        _ index: Int, _ keys: [Key], _ values: [SIMD4<Double>]
    ) -> SIMD4<Double> {
        func gradient(_ low: Int) -> SIMD4<Double> {
            (values[low + 1] - values[low]) / max(keys[low + 1].z - keys[low].z, 1e-9)
        }
        guard keys.count > 1 else { return .zero }
        if index == 0 { return gradient(0) }
        if index == keys.count - 1 { return gradient(index - 1) }
        let below = gradient(index - 1)
        let above = gradient(index)
        let product = below * above
        let sum = below + above
        var slope = SIMD4<Double>.zero
        for lane in 0..<4 where product[lane] > 0 { slope[lane] = 2 * product[lane] / sum[lane] }
        return slope
    }
}
