internal import VigilCore

/// The lattice that a stack of parallel slices lies on: equal steps along the normal, and along a
/// straight line. Pure.
struct SliceLattice {
    /// Millimetres from slice to slice along the normal.
    let step: Double
    /// Millimetres by which each slice lies beside the one before, along columns and along rows; 0
    /// for slices that lie straight above one another.
    let drift: (rows: Double, columns: Double)

    /// How much a gap may differ from the step, and a slice lie off its place, as a part of the
    /// step: positions are rounded, and jitter by some hundredths of a millimetre.
    private static let stepTolerance = 0.1
    /// How far a slice may lie beside the line, in millimetres: well above such jitter, well below
    /// a pixel.
    private static let driftTolerance = 0.1
    /// The greatest drift as a part of the step: 45 degrees. Gantries tilt by at most 30.
    private static let slopeMax = 1.0

    /// The lattice of slices of ascending depths, at least two.
    ///
    /// - Throws: ``ImagingError/notAVolume(_:)`` when they lie on none.
    init(_ places: [SlicePlace]) throws(ImagingError) {
        let gaps = places.count - 1
        guard gaps > 0, let first = places.first else { throw .notAVolume("it has one slice") }
        let depths = places.map { $0.depth - first.depth }
        // To a millionth: what is left of the sum's rounding must not change a digest.
        let step = (depths[gaps] / Double(gaps) * 1e6).rounded() / 1e6
        let limit = Self.stepTolerance * step
        let isEven = places.indices.allSatisfy { index in
            let gap = index == 0 ? step : depths[index] - depths[index - 1]
            return abs(depths[index] - Double(index) * step) <= limit && abs(gap - step) <= limit
        }
        guard step > 0, isEven else {
            throw .notAVolume("slices are missing, or lie at uneven distances")
        }
        self.step = step
        drift = try Self.drift(places.map { $0.offset(from: first) }, step: step)
    }

    private static func drift(
        _ offsets: [(rows: Double, columns: Double)], step: Double
    ) throws(ImagingError) -> (rows: Double, columns: Double) {
        let gaps = Double(offsets.count - 1)
        let (rows, columns) = (offsets[offsets.count - 1].rows, offsets[offsets.count - 1].columns)
        func isNear(_ rows: Double, _ columns: Double) -> Bool {
            max(abs(rows), abs(columns)) <= driftTolerance
        }
        if offsets.allSatisfy({ isNear($0.rows, $0.columns) }) { return (0, 0) }
        let slope = (rows: rows / gaps, columns: columns / gaps)
        let isStraight = offsets.enumerated().allSatisfy { index, offset in
            isNear(
                offset.rows - slope.rows * Double(index),
                offset.columns - slope.columns * Double(index))
        }
        guard isStraight, max(abs(slope.rows), abs(slope.columns)) <= slopeMax * step else {
            throw .notAVolume("its slices do not continue one another: some lie beside the others")
        }
        return slope
    }

    /// Whether slices lie beside one another, as those of a tilted gantry do.
    var isSheared: Bool { drift.rows != 0 || drift.columns != 0 }

    /// A slice's values as they would be straight above the middle one: moved within its plane, by
    /// linear interpolation; what lies outside of it is air.
    ///
    /// - Parameters:
    ///   - index: of the slice, counted from 0.
    ///   - count: slices of the stack.
    func straightened(
        _ values: ArraySlice<Int16>, _ shape: (height: Int, width: Int), spacing: [Double],
        index: Int, of count: Int
    ) -> [Int16] {
        let way = Double(index) - Double(count - 1) / 2
        let rows = Taps(shape.height, shift: -way * drift.rows / spacing[0])
        let columns = Taps(shape.width, shift: -way * drift.columns / spacing[1])
        var out = [Int16](repeating: Self.air, count: shape.height * shape.width)
        values.withUnsafeBufferPointer { source in
            for row in 0..<shape.height {
                guard let (top, below) = rows[row] else { continue }
                for column in 0..<shape.width {
                    guard let (left, right) = columns[column] else { continue }
                    func along(_ row: Int) -> Double {
                        Double(source[row * shape.width + left]) * (1 - columns.weight)
                            + Double(source[row * shape.width + right]) * columns.weight
                    }
                    let value = along(top) * (1 - rows.weight) + along(below) * rows.weight
                    out[row * shape.width + column] = Int16(value.rounded())
                }
            }
        }
        return out
    }

    /// Hounsfield units of air.
    private static let air: Int16 = -1000

    /// Where each value along one axis comes from when all are moved by the same part of a pixel.
    private struct Taps {
        private let whole: Int
        private let count: Int
        /// Of the later of two neighbours.
        let weight: Double

        init(_ count: Int, shift: Double) {
            self.count = count
            whole = Int(shift.rounded(.down))
            weight = shift - shift.rounded(.down)
        }

        /// The two neighbours; nil outside.
        subscript(index: Int) -> (Int, Int)? {
            let first = index + whole
            let last = weight > 0 ? first + 1 : first
            return first >= 0 && last < count ? (first, last) : nil
        }
    }
}
