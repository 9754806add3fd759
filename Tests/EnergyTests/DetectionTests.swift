import Energy
import Testing
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// Which meter is picked, and that it says why.
struct DetectionTests {
    private let hand = HandTurned()

    private func detect(
        _ choice: EnergyChoice, _ path: String, _ files: any EnergyFiles = SystemEnergyFiles()
    ) throws(EnergyError) -> any EnergyMeter {
        try EnergyMeters.detect(
            choice, sources: MadeTree.sources(path, files), clock: hand, times: hand)
    }

    private func obstacle(_ path: String, _ files: any EnergyFiles = SystemEnergyFiles())
        -> EnergyError?
    {
        do throws(EnergyError) {
            _ = try detect(.rapl, path, files)
            return nil
        } catch { return error }
    }

    @Test("the counters are taken where they are readable")
    func readable() throws {
        let tree = try MadeTree.usual()
        #expect(try detect(.auto, tree.path).method == .rapl)
        #expect(try detect(.model, tree.path).method == .model)
        #expect(try detect(.none, tree.path).method == .none)
    }

    @Test("each obstacle is named, and an estimate repeats it")
    func obstacles() throws {
        let tree = try MadeTree.usual()
        let empty = try MadeTree()
        let garbage = try MadeTree.usual()
        try garbage.set("intel-rapl:0", energy: "x")
        let noRange = try MadeTree.usual()
        try noRange.set("intel-rapl:0", range: "0")
        let noFile = try MadeTree.usual()
        noFile.removeFile("intel-rapl:0/energy_uj")
        let refused = RefusingFiles(suffix: "energy_uj", fault: .permission)
        let cases: [(String, any EnergyFiles, EnergyError.Obstacle)] = [
            ("/nonexistent/powercap", SystemEnergyFiles(), .noPowercap),
            (empty.path, SystemEnergyFiles(), .noPackage),
            (garbage.path, SystemEnergyFiles(), .garbage),
            (noRange.path, SystemEnergyFiles(), .garbage),
            (noFile.path, SystemEnergyFiles(), .unreadable),
            (tree.path, refused, .permission),
        ]
        for (path, files, expected) in cases {
            #expect(obstacle(path, files) == .noCounters(expected))
            let meter = try detect(.auto, path, files)
            #expect(meter.method == .model)
            #expect(meter.basis.text.contains(expected.rawValue))
        }
    }

    @Test(
        "a counter that this user may not read is told as such",
        .enabled(if: geteuid() != 0, "root may read everything"))
    func permission() throws {
        let tree = try MadeTree.usual()
        chmod("\(tree.path)/intel-rapl:0/energy_uj", 0)
        #expect(obstacle(tree.path) == .noCounters(.permission))
    }

    @Test("no energy at all is a method of its own")
    func none() throws {
        let meter = try detect(.none, "/nonexistent")
        let mark = meter.begin()
        hand.pass(seconds: 1, own: 1, busy: 1, total: 2)
        let reading = meter.end(mark).reading
        #expect(reading.method == .none)
        #expect(reading.joules == .zero)
        #expect(reading.duration == .seconds(1))
    }

    @Test("the estimate is processor time by watts, with its bounds")
    func model() throws {
        let model = PowerModel(
            wattsPerProcessor: 5, memory: PowerRange(low: 0, value: 0, high: 0))
        let meter = try EnergyMeters.detect(
            .model, model: model, clock: hand, times: hand)
        let mark = meter.begin()
        hand.pass(seconds: 1, own: 2, busy: 2, total: 4)
        let measured = meter.end(mark)
        #expect(measured.reading.joules == Joules(10))
        #expect(measured.reading.low == Joules(4))
        #expect(measured.reading.high == Joules(20))
        #expect(measured.cpuTime == .seconds(2))
        #expect(measured.basis.text.contains("5.0 W (2.0 to 10.0)"))
    }

    @Test("the estimate counts resident memory")
    func modelMemory() throws {
        let model = PowerModel(
            wattsPerProcessor: 0, memory: PowerRange(low: 1, value: 1, high: 1))
        let meter = try EnergyMeters.detect(
            .model, model: model, clock: hand, times: hand)
        let mark = meter.begin()
        hand.pass(seconds: 1000, own: 0, busy: 0, total: 0)
        let joules = meter.end(mark).reading.joules.value
        // A process has more than 1 MiB and less than 16 GiB.
        #expect(joules > 1000.0 / 1024 && joules < 16_000)
    }

    @Test("a power range is put in order whatever it is made of")
    func ranges() {
        for (low, value, high) in [
            (5.0, 1.0, 0.5), (-1, -2, -3), (.nan, .nan, .nan), (.infinity, 3, -.infinity),
        ] {
            let range = PowerRange(low: low, value: value, high: high)
            #expect(range.low >= 0 && range.low <= range.value && range.value <= range.high)
        }
    }

    @Test("the system's own clocks move forwards and stay in proportion")
    func system() throws {
        let times = SystemProcessorTimes(children: { .seconds(7) })
        let (before, first) = (times.own(), try #require(times.machine()))
        var sum = 0.0
        for index in 0..<20_000_000 { sum += Double(index).squareRoot() }
        #expect(sum > 0)
        let (after, second) = (times.own(), try #require(times.machine()))
        #expect(before >= .seconds(7))
        #expect(after > before)
        #expect(second.busy >= first.busy && second.total >= first.total)
        #expect(second.busy <= second.total)
    }
}
