/// How many patches an image is cut into; of a volume, slabs of patches.
package struct EvidenceGrid: Sendable, Hashable {
    /// The most along one axis that a record may tell of.
    package static let sideMax = 4096
    /// The most patches of one map.
    package static let patchesMax = 1 << 20

    /// Along the slices; 1 of an image.
    package let slabs: Int
    package let rows: Int
    package let columns: Int

    /// Takes all three, each at least 1.
    package init(slabs: Int = 1, rows: Int, columns: Int) {
        self.slabs = slabs
        self.rows = rows
        self.columns = columns
    }

    /// All patches.
    package var count: Int { slabs * rows * columns }
}

/// What each patch of an image adds to a logit, as 16-bit numbers times one step.
package struct EvidenceMap: Sendable, Hashable {
    package let grid: EvidenceGrid
    /// Greater than 0.
    package let step: Double
    /// Row by row from the top left, slab by slab.
    package let values: [Int16]

    /// Takes all parts, a value a patch of the grid.
    package init(grid: EvidenceGrid, step: Double, values: [Int16]) {
        self.grid = grid
        self.step = step
        self.values = values
    }

    /// What the patches add to the logit.
    package var sum: Double { step * Double(values.reduce(0) { $0 + Int($1) }) }

    /// The values, 16-bit little-endian.
    package var bytes: [UInt8] {
        values.flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
    }

    /// SHA-256 over slabs, rows and columns (64-bit), step's bits (64-bit) and values (16-bit), all
    /// little-endian.
    package var digest: Digest {
        let head = [grid.slabs, grid.rows, grid.columns].map { UInt64($0) } + [step.bitPattern]
        let leading = head.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return Digest(of: leading + bytes)
    }
}
