extension VolumeManifest {
    /// The tensor of one volume, [slices upwards, columns to the right, rows to the front].
    ///
    /// The numbers are those of MONAI's `Spacing` (bilinear, border), `ScaleIntensityRange`,
    /// `SpatialPad` and `CenterSpatialCrop` one after the other, to rounding: along each axis the
    /// first voxel stays where it is.
    package func tensor(of volume: CTVolume) -> [Float] {
        let lines = (0..<3).map { axis in
            ResampledLine(
                volume.axes[axis], spacing: spacing[axis], size: size[axis])
        }
        let plane = size[0] * size[1]
        // Planes of the series, brought to size, the last two that were needed.
        var planes = PlaneCache(volume: volume, lines: lines)
        let scale = Float(1 / (window.upperBound - window.lowerBound))
        let low = Float(window.lowerBound)
        return [Float](unsafeUninitializedCapacity: tensorCount) { out, filled in
            out.initialize(repeating: 0)
            for (index, tap) in lines[2].taps.enumerated() {
                let lower = planes.plane(tap.first)
                let upper = tap.weight == 0 ? lower : planes.plane(tap.second)
                let first = (lines[2].target + index) * plane
                let target = out[first..<first + plane]
                blend(
                    lower, upper, tap.weight, lines, (low, scale),
                    into: UnsafeMutableBufferPointer(rebasing: target))
            }
            filled = tensorCount
        }
    }

    private func blend(
        _ first: [Float], _ second: [Float], _ weight: Float, _ lines: [ResampledLine],
        _ window: (low: Float, scale: Float), into out: UnsafeMutableBufferPointer<Float>
    ) {
        let rows = lines[1].taps.count
        for column in lines[0].taps.indices {
            let to = (lines[0].target + column) * size[1] + lines[1].target
            for row in 0..<rows {
                let a = first[column * rows + row]
                let value = a * (1 - weight) + second[column * rows + row] * weight
                out[to + row] = min(1, max(0, (value - window.low) * window.scale))
            }
        }
    }
}

/// The voxels of a resampled axis that are inside of the crop, and where they go.
struct ResampledLine: Equatable {
    /// One voxel: first * (1 - weight) + second * weight.
    struct Tap: Equatable {
        let first: Int
        let second: Int
        let weight: Float
    }

    let taps: [Tap]
    /// Where the first of them goes.
    let target: Int
    /// Which voxel of the resampled axis that is.
    let start: Int

    init(_ axis: CTVolume.Axis, spacing: Double, size: Int) {
        let last = Double(axis.count - 1)
        let extent = (last * axis.spacing / spacing + 1).rounded(.toNearestOrEven)
        // At most 2^31: a longer axis is cut anyway.
        let count = Int(min(extent, 2_147_483_648))
        let padding = max(0, size - count)
        // As MONAI pads and then crops: around the middle, both rounded down.
        start = max(0, count / 2 - size / 2)
        target = padding / 2
        taps = (start..<min(count, start + size)).map { index in
            let place = min(last, Double(index) * (spacing / axis.spacing))
            let first = Int(place.rounded(.down))
            return Tap(
                first: first, second: min(first + 1, axis.count - 1),
                weight: Float(place - Double(first)))
        }
    }
}

/// Planes of a volume brought to size within the plane.
private struct PlaneCache {
    let volume: CTVolume
    let lines: [ResampledLine]
    private var kept: [(index: Int, plane: [Float])] = []

    init(volume: CTVolume, lines: [ResampledLine]) {
        self.volume = volume
        self.lines = lines
    }

    /// Plane `index` upwards: [columns to the right, rows to the front], inside of the crop.
    mutating func plane(_ index: Int) -> [Float] {
        if let known = kept.first(where: { $0.index == index }) { return known.plane }
        let made = make(index)
        kept = kept.suffix(1) + [(index, made)]
        return made
    }

    private func make(_ index: Int) -> [Float] {
        let base = volume.start + index * volume.axes[2].stride
        let (right, front) = (volume.axes[0].stride, volume.axes[1].stride)
        let rows = lines[1].taps
        let total = lines[0].taps.count * rows.count
        return [Float](unsafeUninitializedCapacity: total) { out, filled in
            volume.values.withUnsafeBufferPointer { values in
                for column in lines[0].taps {
                    let (a, b) = (base + column.first * right, base + column.second * right)
                    let weight = column.weight
                    func across(_ row: Int) -> Float {
                        Float(values[a + row * front]) * (1 - weight)
                            + Float(values[b + row * front]) * weight
                    }
                    for row in rows {
                        let value =
                            across(row.first) * (1 - row.weight) + across(row.second) * row.weight
                        (out.baseAddress.map { $0 + filled })?.initialize(to: value)
                        filled += 1
                    }
                }
            }
        }
    }
}
