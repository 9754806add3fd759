/// The voxels of one series in whole Hounsfield units, and how its axes lie in the patient.
package struct CTVolume: Sendable, Equatable {
    /// One of the patient's axes: how the voxels lie along it.
    package struct Axis: Sendable, Equatable {
        /// Voxels.
        package let count: Int
        /// Values from voxel to voxel; negative where the series runs the other way.
        package let stride: Int
        /// Millimetres from voxel to voxel.
        package let spacing: Double
    }

    /// All values, as they came.
    package let values: [Int16]
    /// The value at the first voxel of each axis.
    package let start: Int
    /// To the patient's right, to the front, upwards (RAS).
    package let axes: [Axis]

    /// Takes values [slices, rows, columns] and the directions in which the three axes run.
    ///
    /// - Parameters:
    ///   - values: slice by slice.
    ///   - counts: slices, rows, columns.
    ///   - spacing: millimetres between slices, rows, columns.
    ///   - directions: unit vectors to the patient's left, back and top (LPS, PS3.3 C.7.6.2.1.1)
    ///     along which slices, rows and columns follow one another.
    /// - Returns: nil when the numbers do not fit, or no axis can be told from another.
    package init?(
        values: [Int16], counts: [Int], spacing: [Double], directions: [[Double]]
    ) {
        guard counts.count == 3, spacing.count == 3, directions.count == 3,
            counts.allSatisfy({ $0 > 0 }), spacing.allSatisfy({ $0 > 0 && $0.isFinite }),
            values.count == counts.reduce(1, *)
        else { return nil }
        let strides = [counts[1] * counts[2], counts[2], 1]
        var axes: [Axis?] = [nil, nil, nil]
        var start = 0
        for axis in 0..<3 {
            // Right and front are the opposite of left and back.
            let ras = zip(directions[axis], [-1.0, -1.0, 1.0]).map { $0 * $1 }
            guard ras.count == 3,
                let world = ras.indices.max(by: { abs(ras[$0]) < abs(ras[$1]) }),
                axes[world] == nil, abs(ras[world]) > 0.5
            else { return nil }
            let isReversed = ras[world] < 0
            if isReversed { start += (counts[axis] - 1) * strides[axis] }
            axes[world] = Axis(
                count: counts[axis], stride: isReversed ? -strides[axis] : strides[axis],
                spacing: spacing[axis])
        }
        self.values = values
        self.start = start
        self.axes = axes.compactMap { $0 }
    }
}
