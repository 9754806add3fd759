import Imaging
import Testing
import VigilCore

/// Which stacks of slices are volumes, and which are put right first.
@Suite("Lattices of slices")
struct LatticeTests {
    /// A slice of 8 × 8 pixels whose values rise along its rows, moved by its place beside the
    /// first one, so that a stack shows one thing whatever its shear is.
    private static func slice(
        _ depth: Double, rows: Double = 0, columns: Double = 0, spacing: [Double] = [2, 2],
        moment: SliceMoment = SliceMoment(), plus: Int16 = 0
    ) -> CTSlice {
        let values = (0..<64).map { index -> Int16 in
            let place = Double(index % 8) * 2 + columns + (Double(index / 8) * 2 + rows) * 10
            return Int16(place * 10 + depth) + plus
        }
        return CTSlice(
            width: 8, height: 8, place: SlicePlace([columns, rows, depth, 1, 0, 0, 0, 1, 0]),
            spacing: spacing, values: values[...], moment: moment)
    }

    private static func moment(_ change: (inout SliceMoment) -> Void) -> SliceMoment {
        var moment = SliceMoment()
        change(&moment)
        return moment
    }

    private static func refusal(_ slices: [CTSlice]) -> String? {
        do throws(ImagingError) {
            _ = try CTSeries.assemble(slices)
            return nil
        } catch { return error.what.text }
    }

    @Test("a shear is undone, whichever way and however the files are named")
    func shear() throws {
        let straight = try CTSeries.volume((0..<9).map { Self.slice(Double($0) * 2.5) })
        for (rows, columns) in [(0.8, 0.0), (-0.8, 0), (0, 1.1), (0.7, -0.6)] {
            let tilted = (0..<9).map {
                Self.slice(
                    Double($0) * 2.5, rows: Double($0) * rows, columns: Double($0) * columns)
            }
            let assembled = try CTSeries.assemble(tilted.reversed())
            #expect(assembled.flags == [.gantryTiltUndone] && assembled.leftOut.isEmpty)
            #expect(assembled.volume.axes == straight.axes)
            // In the middle of the field nothing came from outside; all is moved by the middle
            // slice's own place.
            let moved = 4 * (rows * 100 + columns * 10)
            for place in 0..<9 {
                let index = place * 64 + 4 * 8 + 4
                let expected = Double(straight.values[index]) + moved
                #expect(abs(Double(assembled.volume.values[index]) - expected) <= 1)
            }
        }
    }

    @Test("slices that do not continue one another are refused, jitter of a rounding is not")
    func continuity() throws {
        for moved in [80.0, 5, 0.5, -0.5] {
            let halves = (0..<12).map { Self.slice(Double($0) * 3, columns: $0 < 6 ? 0 : moved) }
            #expect(Self.refusal(halves)?.contains("continue") == true)
            let one = (0..<12).map { Self.slice(Double($0) * 3, rows: $0 == 11 ? moved : 0) }
            #expect(Self.refusal(one)?.contains("continue") == true)
        }
        // Steeper than any gantry tilts.
        let steep = (0..<6).map { Self.slice(Double($0), rows: Double($0) * 2) }
        #expect(Self.refusal(steep) != nil)
        let jitter = [0.02, -0.02, 0.01, 0.0, -0.015, 0.02, -0.02, 0.005]
        let shaken = try CTSeries.assemble(
            jitter.enumerated().map {
                Self.slice(Double($0) * 3 + $1, rows: -$1, columns: $1)
            })
        #expect(shaken.flags.isEmpty)
        // The mean of the steps, exact to the jitter of both ends.
        let step = try #require(shaken.volume.axes.last?.spacing)
        #expect(abs(step - 3) < 0.04 / 7)
        let uneven = [0, 2.4, 4.8, 7.2, 9.6, 12.2, 14.8, 17.4, 20].map { Self.slice($0) }
        #expect(Self.refusal(uneven) != nil)
        let missing = [0.0, 3, 6, 12, 15].map { Self.slice($0) }
        #expect(Self.refusal(missing)?.contains("missing") == true)
    }

    @Test("of several acquisitions one is read whole, whatever tells them apart and files' order")
    func acquisitions() throws {
        let changes: [(inout SliceMoment, Double, Double) -> Void] = [
            { moment, phase, _ in moment.number = phase },
            { moment, phase, _ in moment.temporal = phase },
            { moment, phase, _ in moment.voltage = 80 + 60 * phase },
            { moment, phase, _ in moment.kernel = phase },
            { moment, phase, _ in moment.acquired = phase * 30 },
            { moment, phase, place in moment.acquired = phase * 30 + place * 0.3 },
            { moment, phase, place in moment.content = phase * 30 + place * 0.3 },
            // A number for each rotation.
            { moment, phase, place in
                moment.number = phase * 100 + place
                moment.acquired = phase * 30 + place
            },
        ]
        let alone = try CTSeries.volume((0..<10).map { Self.slice(Double($0) * 3) })
        for (index, change) in changes.enumerated() {
            let phases = (0..<2).flatMap { phase in
                (0..<10).map { place in
                    Self.slice(
                        Double(place) * 3,
                        moment: Self.moment { change(&$0, Double(phase), Double(place)) },
                        plus: Int16(phase) * 100)
                }
            }
            for slices in [phases, phases.reversed(), Self.alternating(phases)] {
                let assembled = try CTSeries.assemble(slices)
                #expect(assembled.volume == alone, "\(index)")
                #expect(assembled.flags == [.oneOfSeveralAcquisitions])
                #expect(assembled.leftOut.count == 10)
                #expect(Set(assembled.leftOut.values) == [.otherAcquisition])
            }
        }
    }

    private static func alternating(_ slices: [CTSlice]) -> [CTSlice] {
        slices.indices.map { slices[$0 % 2 == 0 ? $0 / 2 : slices.count / 2 + $0 / 2] }
    }

    @Test(
        "acquisitions between each other's slices, and of different parts, are told from one stack")
    func interleaved() throws {
        func phase(_ number: Double, _ depths: [Double]) -> [CTSlice] {
            depths.map { depth in Self.slice(depth, moment: Self.moment { $0.number = number }) }
        }
        let even = (0..<10).map { Double($0) * 3 }
        let between = phase(1, even) + phase(2, even.map { $0 + 1.5 })
        let assembled = try CTSeries.assemble(between)
        #expect(assembled.volume.axes.last?.count == 10)
        #expect(assembled.flags == [.oneOfSeveralAcquisitions])
        // One that watches for the contrast at one place, beside the scan.
        let watching = phase(1, [6, 6, 6]) + phase(2, even)
        #expect(try CTSeries.assemble(watching).leftOut.count == 3)
        // Two that overlap, of which neither is the whole.
        let parts =
            phase(1, (0..<10).map { Double($0) * 3 }) + phase(2, (7..<17).map { Double($0) * 3 })
        #expect(Self.refusal(parts)?.contains("acquisitions") == true)
        // Blocks that continue one another are one stack.
        let blocks = phase(1, [0, 3, 6, 9]) + phase(2, [12, 15, 18, 21])
        #expect(try CTSeries.assemble(blocks).flags.isEmpty)
    }

    @Test("repeats of a slice are dropped, two pictures of one place are refused")
    func repeats() throws {
        let slices = (0..<6).map { Self.slice(Double($0) * 3) }
        let assembled = try CTSeries.assemble(slices + [slices[2], slices[2], slices[5]])
        #expect(assembled.leftOut.count == 3 && Set(assembled.leftOut.values) == [.duplicate])
        #expect(Self.refusal(slices + [Self.slice(6, plus: 1)])?.contains("one place") == true)
    }

    @Test("a scout in another plane is left out; of half a series it is not clear which is meant")
    func scouts() throws {
        let slices = (0..<8).map { Self.slice(Double($0) * 3) }
        let across = CTSlice(
            width: 20, height: 30, place: SlicePlace([0, 0, 0, 0, 1, 0, 0, 0, -1]),
            spacing: [1, 1], values: [Int16](repeating: 0, count: 600)[...])
        let assembled = try CTSeries.assemble([across] + slices + [across])
        #expect(assembled.leftOut == [0: .localizer, 9: .localizer])
        #expect(Self.refusal(slices + Array(repeating: across, count: 8)) != nil)
    }

    @Test("one spacing in more digits or fewer is one spacing, another is not")
    func spacing() throws {
        let exact = 0.90234375
        for rounded in [0.90234, 0.9023, 0.902344] {
            for order in [[exact, rounded], [rounded, exact]] {
                let volume = try CTSeries.volume(
                    (0..<6).map {
                        Self.slice(Double($0), spacing: [order[$0 % 2], order[$0 % 2]])
                    })
                #expect(volume.axes.map(\.spacing) == [exact, exact, 1])
            }
        }
        let other = (0..<6).map { Self.slice(Double($0), spacing: [$0 < 3 ? 0.9 : 0.91, 0.9]) }
        #expect(Self.refusal(other)?.contains("differ") == true)
    }
}
