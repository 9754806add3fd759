import Imaging
import Testing
import VigilCore

/// Series that public reports led to, as volumes.
@Suite("Reported CT series", .enabled(if: TestData.hasCases, "the reported cases are not present"))
struct VolumeCaseTests {
    /// The slices of a case's files that the gate does not leave out with their values, and how
    /// many it does.
    private static func slices(
        _ name: String
    ) throws -> (slices: [CTSlice], values: [Int16], leftOut: Int) {
        var (slices, values, leftOut) = ([CTSlice](), [Int16](), 0)
        let folder = TestData.cases + "/" + name
        for file in TestData.names(in: folder) {
            let input = try InputRoots.openTrusted(
                path: folder + "/" + file, maximumBytes: 64 << 20)
            let reading = try TestData.pool.get().read(
                input, gate: HeaderGate(), wantsValues: true)
            switch reading {
            case .image(let instance, _):
                slices += CTSlice.all(of: instance)
                values += instance.values
            case .leftOut: leftOut += 1
            }
        }
        try #require(!slices.isEmpty, "\(name)")
        return (slices, values, leftOut)
    }

    @Test("a tilted gantry's shear is undone: nearly the series that was straightened")
    func tilt() throws {
        let raw = try Self.slices("26-gantry-tilt")
        let tilted = try CTSeries.assemble(raw.slices)
        let twin = try CTSeries.assemble(Self.slices("26-twin-straightened").slices)
        #expect(tilted.flags == [.gantryTiltUndone] && twin.flags.isEmpty)
        #expect(tilted.volume.axes.map(\.count) == twin.volume.axes.map(\.count))
        func distance(_ values: [Int16]) -> Double {
            zip(values, twin.volume.values)
                .reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(values.count)
        }
        // Less than a tenth of what the shear does.
        #expect(distance(tilted.volume.values) * 10 < distance(raw.values))
    }

    @Test("halves that were moved are refused; the unmoved series is read")
    func moved() throws {
        let moved = try Self.slices("40-half-moved-80-mm").slices
        #expect(throws: ImagingError.self) { try CTSeries.assemble(moved) }
        let twin = try CTSeries.assemble(Self.slices("28-twin-phase-1").slices)
        #expect(twin.flags.isEmpty && twin.volume.axes.map(\.count) == [128, 128, 28])
    }

    @Test("of two phases one is read whole, and a localizer or another digit changes nothing")
    func series() throws {
        let twin = try CTSeries.volume(Self.slices("28-twin-phase-1").slices)
        let phases = try CTSeries.assemble(Self.slices("28-two-phases-names-apart").slices)
        #expect(phases.volume == twin && phases.flags == [.oneOfSeveralAcquisitions])
        #expect(phases.leftOut.count == 28)
        let (slices, _, leftOut) = try Self.slices("27-localizer-in-series")
        #expect(leftOut == 1)
        #expect(try CTSeries.volume(slices) == twin)
        let digits = try CTSeries.assemble(Self.slices("37-spacing-in-other-digits").slices)
        #expect(digits.volume == twin && digits.flags.isEmpty)
    }
}
