internal import VigilCore

/// Puts the slices of one CT series together.
package enum CTSeries {
    /// The fewest slices of a volume.
    package static let slicesMin = 4
    /// The most slices of a volume, and the most values: 1 GiB.
    package static let slicesMax = 4096
    static let valuesMax = 512 << 20
    /// How much pixel spacings may differ as a part of one: they are one number written with more
    /// digits or fewer, and 512 pixels stay within a twentieth of a pixel.
    private static let spacingTolerance = 1e-4
    /// Slices in another plane that are left out as scouts; of more it is not clear which is meant.
    private static let acrossMax = 3

    /// A series as one volume, and how it became one.
    package struct Assembled: Sendable {
        package let volume: CTVolume
        /// What a finding on it must say.
        package let flags: [VolumeFlag]
        /// Slices that are not part of it, by their index.
        package let leftOut: [Int: LeftOutReason]
        /// The slices that it is made of, by their index, in the order of their places.
        package let order: [Int]
        /// Whether values were moved within their slices, as a tilted gantry asks for.
        var isSheared: Bool { flags.contains(.gantryTiltUndone) }

        /// Whose slices are part of it, of the owner of each slice.
        package func used<Owner: Hashable>(_ owners: [Owner]) -> Set<Owner> {
            Set(owners.indices.filter { leftOut[$0] == nil }.map { owners[$0] })
        }

        /// The owners none of whose slices are part of it.
        package func leftOut<Owner: Hashable>(_ owners: [Owner]) -> [Owner: LeftOutReason] {
            let used = used(owners)
            var out: [Owner: LeftOutReason] = [:]
            for slice in leftOut.keys.sorted() where !used.contains(owners[slice]) {
                out[owners[slice]] = leftOut[slice]
            }
            return out
        }
    }

    /// One volume of the slices of one series, in any order.
    package static func volume(_ slices: [CTSlice]) throws(ImagingError) -> CTVolume {
        try assemble(slices).volume
    }

    /// One volume of the slices of one series, in any order.
    ///
    /// Slices in quite another plane are left out, those of all acquisitions but one, and repeats
    /// of one slice. What is left must lie on a lattice (``SliceLattice``); a shear, as of a tilted
    /// gantry, is undone.
    package static func assemble(_ slices: [CTSlice]) throws(ImagingError) -> Assembled {
        var leftOut: [Int: LeftOutReason] = [:]
        let plane = try inOnePlane(slices)
        for index in slices.indices where !plane.contains(index) { leftOut[index] = .localizer }
        guard let first = plane.first, let place = slices[first].place else {
            throw .notAVolume("it has no slices")
        }
        let spacing = try sharedSpacing(plane.map { slices[$0] })
        for index in plane { try check(slices[index], against: slices[first], place) }
        let all = plane.map { index in
            Acquisitions.Candidate(
                index: index, depth: slices[index].place?.depth ?? 0,
                moment: slices[index].moment)
        }
        let chosen = try Acquisitions.chosen(all)
        let own = Set(chosen.map(\.index))
        for index in plane where !own.contains(index) { leftOut[index] = .otherAcquisition }
        let ordered = try distinct(chosen.sorted { $0.depth < $1.depth }, slices, &leftOut)
        let stack = ordered.map { slices[$0] }
        let lattice = try lattice(of: stack)
        let volume = CTVolume(
            values: values(of: stack, lattice, spacing),
            counts: [stack.count, stack[0].height, stack[0].width],
            spacing: [lattice.step] + spacing,
            directions: [place.normal, place.alongColumn, place.alongRow])
        guard let volume else {
            throw .notAVolume("its slices lie askew between two of the patient's axes")
        }
        return Assembled(
            volume: volume,
            flags: (lattice.isSheared ? [.gantryTiltUndone] : [])
                + (chosen.count < all.count ? [.oneOfSeveralAcquisitions] : []),
            leftOut: leftOut, order: ordered)
    }

    /// Whether slices may be meant as a volume: a localizer, screenshot or other modality is not.
    package static func mayBeVolume(_ slices: [CTSlice]) -> Bool {
        slices.count >= slicesMin && slices.allSatisfy(\.isTomography)
    }

    /// The slices of the plane that most lie in.
    private static func inOnePlane(_ slices: [CTSlice]) throws(ImagingError) -> [Int] {
        var places: [SlicePlace] = []
        for slice in slices {
            guard slice.modality == .computedTomography else {
                throw .notAVolume("a file is not of the modality CT")
            }
            guard let place = slice.place, slice.spacing != nil else {
                throw .notAVolume("a slice has no position, orientation or pixel spacing")
            }
            places.append(place)
        }
        var planes: [(place: SlicePlace, members: [Int])] = []
        for (index, place) in places.enumerated() {
            if let known = planes.firstIndex(where: { !$0.place.isAcross(place) }) {
                planes[known].members.append(index)
            } else if planes.count <= acrossMax {
                planes.append((place, [index]))
            } else {
                throw .notAVolume("its slices differ in size, pixel spacing or orientation")
            }
        }
        let most = planes.map(\.members).max { $0.count < $1.count } ?? []
        guard slices.count - most.count <= min(acrossMax, most.count / 2) else {
            throw .notAVolume("its slices differ in size, pixel spacing or orientation")
        }
        return most
    }

    /// The pixel spacing of all slices: of numbers that are one but for rounding, the one that was
    /// not rounded, so that it does not depend on the order.
    private static func sharedSpacing(_ slices: [CTSlice]) throws(ImagingError) -> [Double] {
        let all = slices.compactMap(\.spacing)
        var shared: [Double] = []
        for axis in 0..<2 {
            let numbers = all.compactMap { $0.count == 2 ? $0[axis] : nil }
            let best = numbers.max { ("\($0)".utf8.count, -$0) < ("\($1)".utf8.count, -$1) }
            guard let best, numbers.count == slices.count,
                numbers.allSatisfy({ abs($0 - best) <= spacingTolerance * best })
            else { throw .notAVolume("its slices differ in size, pixel spacing or orientation") }
            shared.append(best)
        }
        return shared
    }

    private static func check(
        _ slice: CTSlice, against first: CTSlice, _ place: SlicePlace
    ) throws(ImagingError) {
        let isSame =
            slice.width == first.width && slice.height == first.height
            && slice.values.count == slice.width * slice.height
            && slice.place?.isParallel(to: place) == true
        guard isSame else {
            throw .notAVolume("its slices differ in size, pixel spacing or orientation")
        }
    }

    /// Slices of ascending places without repeats of the one before.
    private static func distinct(
        _ sorted: [Acquisitions.Candidate], _ slices: [CTSlice],
        _ leftOut: inout [Int: LeftOutReason]
    ) throws(ImagingError) -> [Int] {
        var kept: [Acquisitions.Candidate] = []
        for slice in sorted {
            guard let last = kept.last, slice.depth - last.depth <= Acquisitions.distanceMin else {
                kept.append(slice)
                continue
            }
            guard slices[slice.index].isRepeat(of: slices[last.index]) else {
                throw .notAVolume("several slices lie at one place, and nothing tells them apart")
            }
            leftOut[slice.index] = .duplicate
        }
        return kept.map(\.index)
    }

    private static func lattice(
        of stack: [CTSlice]
    ) throws(ImagingError) -> SliceLattice {
        guard (slicesMin...slicesMax).contains(stack.count) else {
            throw .notAVolume(
                "\(stack.count) slices at different places, not \(slicesMin) to \(slicesMax)")
        }
        guard stack.count * stack[0].width * stack[0].height <= valuesMax else {
            throw .tooManyPixels
        }
        return try SliceLattice(stack.compactMap(\.place))
    }

    private static func values(
        of stack: [CTSlice], _ lattice: SliceLattice, _ spacing: [Double]
    ) -> [Int16] {
        var values: [Int16] = []
        values.reserveCapacity(stack.reduce(0) { $0 + $1.count })
        for (index, slice) in stack.enumerated() {
            guard lattice.isSheared else {
                values += slice.values
                continue
            }
            values += lattice.straightened(
                slice.values, (slice.height, slice.width), spacing: spacing, index: index,
                of: stack.count)
        }
        return values
    }
}
