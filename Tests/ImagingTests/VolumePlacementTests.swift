import Imaging
import Testing

/// A part of a volume is found again in the slices that it was made of.
@Suite("Placement of a volume")
struct VolumePlacementTests {
    /// Where a block lies in the files.
    private struct Block {
        var slices = 0..<0
        var columns = 0..<0
        var rows = 0..<0
    }

    /// Slices of 40 columns and 30 rows, 24 of them, black but for a block.
    private static func series(
        _ orientation: [Double], normal: [Double], block: Block
    ) -> [CTSlice] {
        (0..<24).map { index in
            let values = (0..<40 * 30).map { place -> Int16 in
                let isInside =
                    block.slices.contains(index) && block.columns.contains(place % 40)
                    && block.rows.contains(place / 40)
                return isInside ? 1000 : -1000
            }
            let corner = normal.map { $0 * Double(index) * 2.5 }
            return CTSlice(
                width: 40, height: 30, place: SlicePlace(corner + orientation),
                spacing: [1.2, 0.9], values: values[...])
        }
    }

    private static func extent(_ places: [Int], of size: Int) -> ClosedRange<Double> {
        Double(places.min() ?? 0) / Double(size)...Double((places.max() ?? 0) + 1) / Double(size)
    }

    private static let orientations: [(row: [Double], normal: [Double])] = [
        ([1, 0, 0, 0, 1, 0], [0, 0, 1]), ([1, 0, 0, 0, 1, 0], [0, 0, -1]),
        ([-1, 0, 0, 0, 1, 0], [0, 0, -1]), ([1, 0, 0, 0, -1, 0], [0, 0, 1]),
        ([0, 1, 0, 0, 0, -1], [-1, 0, 0]), ([1, 0, 0, 0, 0, -1], [0, 1, 0]),
    ]

    @Test("a block lies where the input says, whatever the orientation, crop and spacing")
    func blocks() throws {
        let block = Block(slices: 9..<15, columns: 14..<24, rows: 10..<20)
        for (size, spacing) in [((64, 64, 64), 1.0), ((20, 24, 16), 1.5), ((40, 40, 40), 2.5)] {
            let manifest = try #require(
                VolumeManifest(
                    spacing: (spacing, spacing, spacing), window: -1000...1000, size: size))
            for (orientation, normal) in Self.orientations {
                let slices = Self.series(orientation, normal: normal, block: block)
                let assembled = try CTSeries.assemble(slices)
                let tensor = manifest.tensor(of: assembled.volume)
                let inside = tensor.indices.filter { tensor[$0] > 0.5 }
                try #require(!inside.isEmpty)
                let plane = size.0 * size.1
                let placement = try #require(VolumePlacement(assembled, manifest))
                let found = try #require(
                    placement.part([
                        Self.extent(inside.map { $0 / plane }, of: size.2),
                        Self.extent(inside.map { $0 / size.1 % size.0 }, of: size.0),
                        Self.extent(inside.map { $0 % size.1 }, of: size.1),
                    ]))
                // The stack's own order may run against that of the files.
                let files = found.slices.map { assembled.order[$0] }
                let slack = Int((spacing / 0.9).rounded(.up))
                #expect(abs((files.min() ?? 0) - 9) <= 1 && abs((files.max() ?? 0) - 14) <= 1)
                for (range, expected) in [(found.columns, 14..<24), (found.rows, 10..<20)] {
                    #expect(abs(range.lowerBound - expected.lowerBound) <= slack, "\(found)")
                    #expect(abs(range.upperBound - expected.upperBound) <= slack, "\(found)")
                }
                #expect(placement.matrix == (40, 30))
            }
        }
    }

    @Test("padding lies nowhere, the whole input holds the whole series, and a tilt none of it")
    func edges() throws {
        let slices = Self.series([1, 0, 0, 0, 1, 0], normal: [0, 0, 1], block: Block())
        let manifest = try #require(
            VolumeManifest(spacing: (1, 1, 1), window: -1000...1000, size: (128, 128, 128)))
        let assembled = try CTSeries.assemble(slices)
        let placement = try #require(VolumePlacement(assembled, manifest))
        #expect(placement.part([0...0.05, 0...1, 0...1]) == nil)
        let whole = try #require(placement.part([0...1, 0...1, 0...1]))
        #expect(whole.slices == 0..<24 && whole.columns == 0..<40 && whole.rows == 0..<30)
        let black = [Int16](repeating: -1000, count: 40 * 30)
        let tilted = (0..<24).map { index in
            CTSlice(
                width: 40, height: 30,
                place: SlicePlace([0, Double(index), Double(index) * 2.5, 1, 0, 0, 0, 1, 0]),
                spacing: [1.2, 0.9], values: black[...])
        }
        let sheared = try CTSeries.assemble(tilted)
        #expect(sheared.flags == [.gantryTiltUndone])
        #expect(VolumePlacement(sheared, manifest) == nil)
    }
}
