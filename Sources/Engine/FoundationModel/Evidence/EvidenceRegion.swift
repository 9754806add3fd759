package import Imaging

/// Neighbouring patches that speak for a finding.
package struct EvidenceRegion: Sendable, Hashable {
    /// Where they lie in the matrix that the file holds.
    package let box: PixelBox
    /// What they add to the logit.
    package let share: Double
    /// Indices into ``Evidence/shares``.
    package let patches: [Int]
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

    /// The strongest regions, by their share: patches that touch by an edge, each of at least half
    /// of the greatest share. None where no patch speaks for the finding.
    /// - Parameters:
    ///   - patchSize: side of a patch in pixels of the model's input.
    ///   - placement: of the input in its matrix.
    package func regions(patchSize: Int, placement: InputPlacement) -> [EvidenceRegion] {
        let greatest = shares.max() ?? 0
        guard greatest > 0 else { return [] }
        var open = Set(
            shares.indices.filter { shares[$0] >= greatest * Self.regionFraction })
        var regions: [EvidenceRegion] = []
        for start in shares.indices where open.remove(start) != nil {
            var (patches, next) = ([start], 0)
            while next < patches.count {
                for near in neighbours(patches[next]) where open.remove(near) != nil {
                    patches.append(near)
                }
                next += 1
            }
            patches.sort()
            if let region = region(patches, patchSize, placement) { regions.append(region) }
        }
        return Array(regions.sorted { $0.share > $1.share }.prefix(Self.regionsMax))
    }

    private func neighbours(_ patch: Int) -> [Int] {
        let (row, column) = (patch / side, patch % side)
        return [(row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)]
            .filter { (0..<side).contains($0.0) && (0..<side).contains($0.1) }
            .map { $0.0 * side + $0.1 }
    }

    private func region(
        _ patches: [Int], _ patchSize: Int, _ placement: InputPlacement
    ) -> EvidenceRegion? {
        let (rows, columns) = (patches.map { $0 / side }, patches.map { $0 % side })
        guard let left = columns.min(), let right = columns.max(), let top = rows.min(),
            let bottom = rows.max(),
            let box = placement.box(
                left: left * patchSize, top: top * patchSize, right: (right + 1) * patchSize,
                bottom: (bottom + 1) * patchSize)
        else { return nil }
        let share = patches.reduce(0) { $0 + shares[$1] }
        return EvidenceRegion(box: box, share: share, patches: patches)
    }
}
