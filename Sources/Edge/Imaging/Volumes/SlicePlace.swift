/// Where a slice lies in the patient (PS3.3 C.7.6.2.1.1): millimetres to the left, to the back, to
/// the top.
package struct SlicePlace: Sendable, Equatable {
    /// The centre of the first pixel.
    package let position: [Double]
    /// Unit vector along a row, from column to column.
    package let alongRow: [Double]
    /// Unit vector along a column, from row to row.
    package let alongColumn: [Double]

    /// Takes position and orientation, nine numbers; nil when they are no place: not finite, or
    /// vectors that are not of length 1 and at right angles, to a hundredth.
    package init?(_ numbers: [Double]) {
        guard numbers.count == 9, numbers.allSatisfy({ $0.isFinite && abs($0) < 1e6 }) else {
            return nil
        }
        position = Array(numbers[0..<3])
        alongRow = Array(numbers[3..<6])
        alongColumn = Array(numbers[6..<9])
        guard abs(Self.dot(alongRow, alongRow) - 1) < 0.01,
            abs(Self.dot(alongColumn, alongColumn) - 1) < 0.01,
            abs(Self.dot(alongRow, alongColumn)) < 0.01
        else { return nil }
    }

    /// Unit vector away from the slice: along a row, turned towards along a column.
    package var normal: [Double] {
        let (r, c) = (alongRow, alongColumn)
        return [
            r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0],
        ]
    }

    /// How far along its normal the slice lies.
    var depth: Double { Self.dot(position, normal) }

    /// Whether another slice is parallel to this one, and its rows too.
    func isParallel(to other: SlicePlace) -> Bool {
        zip(alongRow + alongColumn, other.alongRow + other.alongColumn)
            .allSatisfy { abs($0 - $1) < 1e-3 }
    }

    /// Whether it lies in quite another plane, by more than 20 degrees.
    func isAcross(_ other: SlicePlace) -> Bool { abs(Self.dot(normal, other.normal)) < 0.94 }

    /// How far this slice lies beside another one, in millimetres along its columns' direction and
    /// along its rows': (from row to row, from column to column).
    func offset(from other: SlicePlace) -> (rows: Double, columns: Double) {
        let way = zip(position, other.position).map { $0 - $1 }
        return (Self.dot(way, other.alongColumn), Self.dot(way, other.alongRow))
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
