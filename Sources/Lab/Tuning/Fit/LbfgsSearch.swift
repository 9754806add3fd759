/// L-BFGS (Nocedal and Wright 2006, algorithm 7.5) as a machine that asks for one point after
/// another, so that several searches can share a pass over the data.
///
/// A step is taken when it brings enough and the slope has fallen enough (weak Wolfe conditions),
/// found by doubling and halving (Lewis and Overton 2013).
struct LbfgsSearch {
    /// Where value and gradient are wanted next.
    private(set) var trial: [Double]
    /// The best point so far: the last step that was taken.
    private(set) var point: [Double]
    private(set) var value = Double.infinity
    /// Steps that were taken.
    private(set) var iterations = 0
    private(set) var isDone = false

    private let tolerance: Double
    private let iterationsMax: Int
    /// Steps that are remembered.
    private static let memory = 10
    private var gradient: [Double] = []
    private var direction: [Double] = []
    private var pairs: [(step: [Double], change: [Double], curvature: Double)] = []
    private var line = Line()

    /// The search along one direction.
    private struct Line {
        /// How the value falls at its beginning.
        var slope = 0.0
        /// How far the trial is, between a step that was too short and one that was too long.
        var length = 0.0
        var low = 0.0
        var high = Double.infinity
        var attempts = 0
    }

    /// - Parameters:
    ///   - tolerance: done when no part of the gradient is greater.
    ///   - iterationsMax: the most steps.
    init(start: [Double], tolerance: Double, iterationsMax: Int) {
        trial = start
        point = start
        self.tolerance = tolerance
        self.iterationsMax = iterationsMax
    }

    /// Takes value and gradient at ``trial``. Says whether a step was taken.
    mutating func receive(value new: Double, gradient newGradient: [Double]) -> Bool {
        if gradient.isEmpty {
            (value, gradient) = (new, newGradient)
            begin()
            return false
        }
        line.attempts += 1
        let newSlope = Self.dot(newGradient, direction)
        // Near the end the value changes by less than it is exact; the slope alone decides then
        // (Hager and Zhang 2005).
        let isFlat = abs(new - value) <= 1e-6 * abs(value) && newSlope <= -0.8 * line.slope
        if !new.isFinite || (new > value + 1e-4 * line.length * line.slope && !isFlat) {
            line.high = line.length
        } else if newSlope < 0.9 * line.slope {
            line.low = line.length
        } else {
            take(new, newGradient)
            return true
        }
        guard line.attempts < 20 else {
            isDone = true
            return false
        }
        line.length = line.high.isFinite ? (line.low + line.high) / 2 : 2 * line.length
        move()
        return false
    }

    /// Ends the search where it is.
    mutating func stop() { isDone = true }

    private mutating func take(_ new: Double, _ newGradient: [Double]) {
        let step = zip(trial, point).map { $0 - $1 }
        let change = zip(newGradient, gradient).map { $0 - $1 }
        let curvature = Self.dot(step, change)
        if curvature > 1e-300 {
            pairs.append((step, change, curvature))
            if pairs.count > Self.memory { pairs.removeFirst() }
        }
        (point, value, gradient) = (trial, new, newGradient)
        iterations += 1
        begin()
    }

    /// Begins to search along a new direction.
    private mutating func begin() {
        let greatest = gradient.reduce(0) { max($0, abs($1)) }
        guard greatest > tolerance, iterations < iterationsMax else {
            isDone = true
            return
        }
        direction = newDirection()
        line.slope = Self.dot(gradient, direction)
        if line.slope >= 0 {
            pairs = []
            direction = gradient.map { -$0 }
            line.slope = Self.dot(gradient, direction)
        }
        line.length = pairs.isEmpty ? 1 / max(1, (-line.slope).squareRoot()) : 1
        (line.low, line.high, line.attempts) = (0, .infinity, 0)
        move()
    }

    private mutating func move() {
        trial = zip(point, direction).map { $0 + line.length * $1 }
    }

    /// The two loops: minus the inverse Hessian's guess times the gradient.
    private func newDirection() -> [Double] {
        var q = gradient
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = Self.dot(pair.step, q) / pair.curvature
            shares.append(share)
            Self.add(&q, -share, pair.change)
        }
        if let last = pairs.last {
            let scale = last.curvature / Self.dot(last.change, last.change)
            for index in q.indices { q[index] *= scale }
        }
        for (pair, share) in zip(pairs, shares.reversed()) {
            Self.add(&q, share - Self.dot(pair.change, q) / pair.curvature, pair.step)
        }
        return q.map { -$0 }
    }

    private static func dot(_ x: [Double], _ y: [Double]) -> Double {
        var sum = 0.0
        for index in x.indices { sum += x[index] * y[index] }
        return sum
    }

    private static func add(_ x: inout [Double], _ share: Double, _ y: [Double]) {
        for index in x.indices { x[index] += share * y[index] }
    }
}
