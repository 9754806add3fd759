/// A place in the patient, in mm: x to the patient's left, y backwards, z upwards.
struct Point: Sendable, Hashable {
    var x: Double
    var y: Double
    var z: Double

    init(_ x: Double, _ y: Double, _ z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    static func + (left: Point, right: Point) -> Point {
        Point(left.x + right.x, left.y + right.y, left.z + right.z)
    }

    static func - (left: Point, right: Point) -> Point {
        Point(left.x - right.x, left.y - right.y, left.z - right.z)
    }

    static func * (point: Point, factor: Double) -> Point {
        Point(point.x * factor, point.y * factor, point.z * factor)
    }

    /// The inner product.
    func dot(_ other: Point) -> Double { x * other.x + y * other.y + z * other.z }

    /// The vector product.
    func cross(_ other: Point) -> Point {
        Point(
            y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    var length: Double { dot(self).squareRoot() }

    /// The direction, or upwards for a vector of no length.
    var unit: Point { length > 1e-9 ? self * (1 / length) : Point(0, 0, 1) }

    /// A place between this and another one.
    func mixed(_ other: Point, _ share: Double) -> Point { self + (other - self) * share }
}
