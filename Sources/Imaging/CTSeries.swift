internal import VigilCore

/// Puts the slices of one CT series together.
package enum CTSeries {
    /// The fewest slices of a volume.
    package static let slicesMin = 4
    /// The most slices of a volume, and the most values: 1 GiB.
    package static let slicesMax = 4096
    static let valuesMax = 512 << 20
    /// Slices nearer to one another than this lie at one place, and only one of them counts.
    private static let distanceMin = 1e-3
    /// How much the steps between slices may differ from the middle one.
    private static let stepTolerance = 0.1

    /// One volume of the slices of one series, in any order.
    ///
    /// Slices are put in the order of their positions along their normal. Every gap must be as
    /// wide as the middle one, to a tenth.
    package static func volume(
        _ slices: [CTSlice]
    ) throws(ImagingError) -> CTVolume {
        guard let first = slices.first, let place = first.place, let pixels = first.spacing
        else { throw .notAVolume("a slice has no position, orientation or pixel spacing") }
        for slice in slices {
            try check(slice, against: first, place)
        }
        let ordered = distinct(slices.sorted { depth($0) < depth($1) })
        guard (slicesMin...slicesMax).contains(ordered.count) else {
            throw .notAVolume(
                "\(ordered.count) slices at different places, not \(slicesMin) to \(slicesMax)")
        }
        guard ordered.count * first.width * first.height <= valuesMax else {
            throw .tooManyPixels
        }
        let step = try step(ordered)
        var values: [Int16] = []
        values.reserveCapacity(ordered.count * first.width * first.height)
        for slice in ordered { values += slice.values }
        let volume = CTVolume(
            values: values, counts: [ordered.count, first.height, first.width],
            spacing: [step] + pixels,
            directions: [place.normal, place.alongColumn, place.alongRow])
        guard let volume else {
            throw .notAVolume("its slices lie askew between two of the patient's axes")
        }
        return volume
    }

    /// Whether slices may be meant as a volume: a localizer, screenshot or other modality is not.
    package static func mayBeVolume(_ slices: [CTSlice]) -> Bool {
        slices.count >= slicesMin && slices.allSatisfy(\.isTomography)
    }

    private static func check(
        _ slice: CTSlice, against first: CTSlice, _ place: SlicePlace
    ) throws(ImagingError) {
        guard slice.modality == .computedTomography else {
            throw .notAVolume("a file is not of the modality CT")
        }
        guard let other = slice.place, slice.spacing != nil else {
            throw .notAVolume("a slice has no position, orientation or pixel spacing")
        }
        let isSame =
            slice.width == first.width && slice.height == first.height
            && slice.values.count == slice.width * slice.height && other.isParallel(to: place)
            && slice.spacing == first.spacing
        guard isSame else {
            throw .notAVolume("its slices differ in size, pixel spacing or orientation")
        }
    }

    private static func depth(_ slice: CTSlice) -> Double { slice.place?.depth ?? 0 }

    /// Slices of ascending places without those that lie where the one before lies.
    private static func distinct(_ sorted: [CTSlice]) -> [CTSlice] {
        var kept: [CTSlice] = []
        for slice in sorted {
            if let last = kept.last, depth(slice) - depth(last) <= distanceMin { continue }
            kept.append(slice)
        }
        return kept
    }

    /// Millimetres from slice to slice: the middle one of all steps.
    private static func step(_ ordered: [CTSlice]) throws(ImagingError) -> Double {
        let depths = ordered.map { depth($0) }
        let steps = zip(depths.dropFirst(), depths).map { $0 - $1 }
        let sorted = steps.sorted()
        let half = sorted.count / 2
        let middle =
            sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
        guard steps.allSatisfy({ abs($0 - middle) <= stepTolerance * middle }) else {
            throw .notAVolume("slices are missing, or lie at uneven distances")
        }
        return middle
    }
}
