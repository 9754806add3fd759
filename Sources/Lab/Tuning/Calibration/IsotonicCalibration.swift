/// Makes probabilities of logits by the best rising steps (pool adjacent violators).
package struct IsotonicCalibration: Sendable, Hashable {
    /// The most knots of ``knots``.
    static let knotsMax = 16

    /// Neighbouring studies with one probability.
    private struct Block: Hashable {
        var low: Double
        var high: Double
        var sum: Double
        var positives: Double
        var count: Double

        var share: Double { positives / count }

        mutating func add(_ next: Block) {
            high = next.high
            sum += next.sum
            positives += next.positives
            count += next.count
        }
    }

    /// A calibrated logit at a logit.
    package struct Knot: Sendable, Hashable {
        package let x: Double
        package let logit: Double
    }

    private let ends: [(x: Double, share: Double)]
    /// The curve that a head's file holds: straight between knots at the middle of each block, and
    /// level outside. Shares are drawn in by one study of the mean share, so that logits stay
    /// finite.
    package let knots: [Knot]

    /// Fits the steps; at least one study.
    package init(_ logits: [Double], _ isPositive: [Bool]) {
        let order = logits.indices.sorted { logits[$0] < logits[$1] }
        var blocks: [Block] = []
        for index in order {
            let x = logits[index]
            let block = Block(
                low: x, high: x, sum: x, positives: isPositive[index] ? 1 : 0, count: 1)
            // Equal logits are one block from the start.
            if blocks.last?.high == x, blocks.last?.low == x {
                blocks[blocks.count - 1].add(block)
            } else {
                blocks.append(block)
            }
        }
        let pooled = Self.pool(blocks)
        ends = pooled.flatMap { block in
            block.low == block.high
                ? [(block.low, block.share)]
                : [(block.low, block.share), (block.high, block.share)]
        }
        let mean = Double(isPositive.count { $0 }) / Double(max(1, isPositive.count))
        knots = Self.knots(pooled, mean: min(max(mean, 1e-6), 1 - 1e-6))
    }

    private static func pool(_ blocks: [Block]) -> [Block] {
        var out: [Block] = []
        for block in blocks {
            out.append(block)
            while out.count > 1, out[out.count - 2].share >= out[out.count - 1].share {
                let last = out.removeLast()
                out[out.count - 1].add(last)
            }
        }
        return out
    }

    private static func knots(_ pooled: [Block], mean: Double) -> [Knot] {
        var blocks = pooled
        while blocks.count > knotsMax {
            // The lightest block joins its lighter neighbour.
            let index = blocks.indices.min { blocks[$0].count < blocks[$1].count } ?? 0
            let isLast = index == blocks.count - 1
            let isBefore =
                index > 0 && (isLast || blocks[index - 1].count < blocks[index + 1].count)
            let first = isBefore ? index - 1 : index
            blocks[first].add(blocks[first + 1])
            blocks.remove(at: first + 1)
        }
        var knots: [Knot] = []
        for block in blocks {
            let share = (block.positives + mean) / (block.count + 1)
            let logit = max(Sigmoid.logit(share), knots.last?.logit ?? -.infinity)
            knots.append(Knot(x: block.sum / block.count, logit: logit))
        }
        return knots
    }

    /// The steps' probability at a logit, straight between two steps, as scikit-learn has it.
    package func probability(_ x: Double) -> Double {
        Self.interpolated(x, ends.map { ($0.x, $0.share) })
    }

    /// The calibrated logit by ``knots``.
    package func logit(_ x: Double) -> Double {
        Self.interpolated(x, knots.map { ($0.x, $0.logit) })
    }

    private static func interpolated(_ x: Double, _ points: [(Double, Double)]) -> Double {
        guard let first = points.first, let last = points.last else { return .nan }
        if x <= first.0 { return first.1 }
        if x >= last.0 { return last.1 }
        let next = points.firstIndex { $0.0 > x } ?? points.count - 1
        let (low, high) = (points[next - 1], points[next])
        return low.1 + (high.1 - low.1) * (x - low.0) / (high.0 - low.0)
    }

    package static func == (left: IsotonicCalibration, right: IsotonicCalibration) -> Bool {
        left.knots == right.knots
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(knots) }
}
