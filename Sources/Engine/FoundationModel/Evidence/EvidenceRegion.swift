package import Imaging
internal import VigilCore

/// Neighbouring patches that speak for a finding.
package struct EvidenceRegion: Sendable, Hashable {
    /// Where they lie in the matrix that the file holds.
    package let box: PixelBox
    /// What they add to the logit.
    package let share: Double
    /// Indices into ``Evidence/shares``.
    package let patches: [Int]
}

/// The same through the slices of a series.
package struct VolumeRegion: Sendable, Hashable {
    /// Where it lies.
    package let part: VolumePlacement.Part
    /// What its patches add to the logit.
    package let share: Double
}

extension Evidence {
    /// A patch belongs to a region from this part of the greatest share on.
    package static let regionFraction = 0.5
    /// The most regions that are told of.
    package static let regionsMax = 3

    /// Indices of the strongest patches, a part of all and one at least; of equal shares the first.
    package func strongest(_ part: Double) -> [Int] {
        let count = max(1, Int((Double(shares.count) * part).rounded()))
        return Array(
            shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }.prefix(count))
    }

    /// The strongest regions, by their share. None where no patch speaks for the finding.
    /// - Parameters:
    ///   - patchSize: side of a patch in pixels of the model's input.
    ///   - placement: of the input in its matrix.
    package func regions(patchSize: Int, placement: InputPlacement) -> [EvidenceRegion] {
        strongestRegions { region($0, patchSize, placement) }
    }

    /// The same of a volume.
    /// - Parameter placement: of the input in its slices.
    package func regions(placement: VolumePlacement) -> [VolumeRegion] {
        strongestRegions { patches in
            let plane = grid.rows * grid.columns
            let part = placement.part([
                Self.extent(patches.map { $0 / plane }, of: grid.slabs),
                Self.extent(patches.map { $0 / grid.columns % grid.rows }, of: grid.rows),
                Self.extent(patches.map { $0 % grid.columns }, of: grid.columns),
            ])
            return part.map { VolumeRegion(part: $0, share: share(of: patches)) }
        }
    }

    private static func extent(_ places: [Int], of count: Int) -> ClosedRange<Double> {
        Double(places.min() ?? 0) / Double(count)...Double((places.max() ?? 0) + 1) / Double(count)
    }

    /// Patches that touch by a side, each of at least half of the greatest share, the strongest
    /// together first; of those that lie in the image.
    private func strongestRegions<Region>(_ place: ([Int]) -> Region?) -> [Region] {
        let greatest = shares.max() ?? 0
        guard greatest > 0 else { return [] }
        var open = Set(
            shares.indices.filter { shares[$0] >= greatest * Self.regionFraction })
        var regions: [(region: Region, share: Double)] = []
        for start in shares.indices where open.remove(start) != nil {
            var (patches, next) = ([start], 0)
            while next < patches.count {
                for near in neighbours(patches[next]) where open.remove(near) != nil {
                    patches.append(near)
                }
                next += 1
            }
            patches.sort()
            if let region = place(patches) { regions.append((region, share(of: patches))) }
        }
        return regions.sorted { $0.share > $1.share }.prefix(Self.regionsMax).map(\.region)
    }

    private func share(of patches: [Int]) -> Double { patches.reduce(0) { $0 + shares[$1] } }

    /// The patches that share a side with one.
    private func neighbours(_ patch: Int) -> [Int] {
        let (column, row) = (patch % grid.columns, patch / grid.columns % grid.rows)
        let plane = grid.rows * grid.columns
        return [
            (column > 0, patch - 1), (column + 1 < grid.columns, patch + 1),
            (row > 0, patch - grid.columns), (row + 1 < grid.rows, patch + grid.columns),
            (patch >= plane, patch - plane), (patch + plane < grid.count, patch + plane),
        ].filter(\.0).map(\.1)
    }

    private func region(
        _ patches: [Int], _ patchSize: Int, _ placement: InputPlacement
    ) -> EvidenceRegion? {
        let rows = patches.map { $0 / grid.columns % grid.rows }
        let columns = patches.map { $0 % grid.columns }
        guard let left = columns.min(), let right = columns.max(), let top = rows.min(),
            let bottom = rows.max(),
            let box = placement.box(
                left: left * patchSize, top: top * patchSize, right: (right + 1) * patchSize,
                bottom: (bottom + 1) * patchSize)
        else { return nil }
        return EvidenceRegion(box: box, share: share(of: patches), patches: patches)
    }
}
