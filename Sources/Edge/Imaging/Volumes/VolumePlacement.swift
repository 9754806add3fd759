/// Where a model's input lies in the slices that it was made of: what undoes crop, padding,
/// resampling and the turn to the patient's axes.
package struct VolumePlacement: Sendable {
    /// A part of a series: slices by their place in the stack, columns and rows of each.
    package struct Part: Sendable, Hashable {
        package let slices: Range<Int>
        package let columns: Range<Int>
        package let rows: Range<Int>
    }

    /// One of the input's axes.
    private struct Axis {
        /// Slices 0, rows 1, columns 2 of the series.
        let along: Int
        let isReversed: Bool
        /// Voxels of the series along it.
        let count: Int
        /// Voxels of the series from one of the input to the next.
        let step: Double
        /// Of the resampled axis, the voxel at the input's first.
        let first: Int
        /// Voxels of the input.
        let size: Int

        /// The series' voxels whose middles a part of the input covers, one at least; nil: padding.
        func voxels(_ from: Double, _ to: Double) -> Range<Int>? {
            func place(_ edge: Double) -> Double { (edge + Double(first) - 0.5) * step }
            let (low, high) = (place(from), place(to))
            guard high > -0.5 * step, low < Double(count - 1) + 0.5 * step else { return nil }
            let begin = min(max(0, low.rounded(.up)), Double(count - 1))
            let end = min(max(begin + 1, high.rounded(.up)), Double(count))
            let range = Int(begin)..<Int(end)
            return isReversed ? count - range.upperBound..<count - range.lowerBound : range
        }
    }

    /// Upwards, to the right, to the front, as the input has them.
    private let axes: [Axis]
    /// Columns and rows of a slice.
    package let matrix: (columns: Int, rows: Int)

    /// Where a series lies in the tensor that is made of it; nil where values were moved within
    /// their slices.
    package init?(_ series: CTSeries.Assembled, _ manifest: VolumeManifest) {
        guard !series.isSheared else { return nil }
        let volume = series.volume
        // Of the three directions in the values, columns have the least stride, slices the most.
        let order = (0..<3).sorted { abs(volume.axes[$1].stride) < abs(volume.axes[$0].stride) }
        axes = [2, 0, 1].map { world in
            let (axis, size) = (volume.axes[world], manifest.size[world])
            let line = ResampledLine(axis, spacing: manifest.spacing[world], size: size)
            return Axis(
                along: order.firstIndex(of: world) ?? 0, isReversed: axis.stride < 0,
                count: axis.count, step: manifest.spacing[world] / axis.spacing,
                first: line.start - line.target, size: size)
        }
        matrix = (volume.axes[order[2]].count, volume.axes[order[1]].count)
    }

    /// The part of the series that a part of the input was made of; nil: padding alone.
    /// - Parameter part: upwards, to the right, to the front, each within 0…1 of the input.
    package func part(_ part: [ClosedRange<Double>]) -> Part? {
        var found: [Range<Int>?] = [nil, nil, nil]
        for (axis, range) in zip(axes, part) {
            let size = Double(axis.size)
            found[axis.along] = axis.voxels(range.lowerBound * size, range.upperBound * size)
        }
        guard let slices = found[0], let rows = found[1], let columns = found[2] else { return nil }
        return Part(slices: slices, columns: columns, rows: rows)
    }
}
