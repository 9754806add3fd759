import Energy
import Testing
import VigilCore

/// Measuring by a powercap tree that the test makes.
struct RaplMeterTests {
    private let hand = HandTurned()

    private func meter(
        _ tree: MadeTree, _ choice: EnergyChoice = .rapl,
        files: any EnergyFiles = SystemEnergyFiles()
    ) throws -> any EnergyMeter {
        try EnergyMeters.detect(
            choice, model: PowerModel(wattsPerProcessor: 4),
            sources: MadeTree.sources(tree.path, files), clock: hand, times: hand)
    }

    private func isNear(_ left: Joules, _ right: Double) -> Bool {
        abs(left.value - right) < 1e-9
    }

    @Test("only packages are counted: no part, no whole, no copy of one")
    func zones() throws {
        let tree = try MadeTree.usual()
        let meter = try meter(tree)
        let mark = meter.begin()
        try tree.set("intel-rapl:0", energy: "750000")
        for other in ["intel-rapl:0:0", "intel-rapl:1", "intel-rapl-mmio:0", "dtpm"] {
            try tree.set(other, energy: "900000")
        }
        hand.pass(seconds: 0.1, own: 0.1, busy: 0.1, total: 0.2)
        let measured = meter.end(mark)
        #expect(measured.reading.method == .rapl)
        #expect(measured.reading.zones == ["package-0"])
        #expect(isNear(measured.reading.joules, 0.5))
        #expect(measured.machine.map { isNear($0, 0.5) } == true)
        #expect(measured.reading.duration == .milliseconds(100))
        #expect(measured.memory == nil)
    }

    @Test("memory is added where it is a zone, and told apart")
    func memory() throws {
        let tree = try MadeTree.usual()
        try tree.set("intel-rapl:0:2", name: "dram", range: "1000000", energy: "0")
        try tree.set("intel-rapl:2", name: "package-1", range: "1000000", energy: "0")
        let meter = try meter(tree)
        let mark = meter.begin()
        try tree.set("intel-rapl:0", energy: "350000")
        try tree.set("intel-rapl:0:2", energy: "20000")
        try tree.set("intel-rapl:2", energy: "30000")
        hand.pass(seconds: 0.1, own: 0.05, busy: 0.1, total: 0.2)
        let measured = meter.end(mark)
        #expect(measured.reading.zones == ["package-0", "dram-0", "package-1"])
        #expect(measured.machine.map { isNear($0, 0.15) } == true)
        #expect(measured.memory.map { isNear($0, 0.01) } == true)
    }

    @Test("a counter that starts again at 0 goes on counting")
    func wrap() throws {
        let tree = try MadeTree.usual()
        let meter = try meter(tree)
        let mark = meter.begin()
        var expected = 0.0
        for (value, gained) in [
            ("900000", 0.65), ("100000", 0.2), ("99999", 0.999999), ("0", 0.900001),
        ] {
            try tree.set("intel-rapl:0", energy: value)
            hand.pass(seconds: 0.0006, own: 0.0006, busy: 0.0006, total: 0.0012)
            expected += gained
            #expect(isNear(meter.end(mark).reading.joules, expected), "\(value)")
        }
    }

    @Test("wraps that may have gone unseen widen the upper bound")
    func unseenWraps() throws {
        let tree = try MadeTree.usual()
        let meter = try meter(tree)
        let mark = meter.begin()
        try tree.set("intel-rapl:0", energy: "350000")
        // In 10 s at up to 1500 W the counter of 1 J may have wrapped 14,999 times.
        hand.pass(seconds: 10, own: 10, busy: 10, total: 20)
        let reading = meter.end(mark).reading
        #expect(isNear(reading.joules, 0.1))
        #expect(reading.high.value > 14_999)
        #expect(reading.high.value < 15_001)
    }

    @Test("the machine's energy is shared out by processor time, within honest bounds")
    func attribution() throws {
        let tree = try MadeTree.usual()
        try tree.set("intel-rapl:0", range: "262143328850", energy: "0")
        let meter = try meter(tree)
        let mark = meter.begin()
        try tree.set("intel-rapl:0", energy: "100000000")
        hand.pass(seconds: 1, own: 0.5, busy: 1, total: 4)
        let measured = meter.end(mark)
        #expect(isNear(measured.reading.joules, 50))
        #expect(measured.cpuShare == 0.5)
        #expect(measured.cpuTime == .milliseconds(500))
        // 100 J, give or take two updates of 1 ms; an eighth of all processor time.
        #expect(isNear(measured.reading.low, 99.8 / 8))
        #expect(isNear(measured.reading.high, 100.2))
    }

    @Test("ticks that are coarser than the span never give more than the whole")
    func coarseTicks() throws {
        let tree = try MadeTree.usual()
        let meter = try meter(tree)
        let mark = meter.begin()
        try tree.set("intel-rapl:0", energy: "260000")
        hand.pass(seconds: 0.005, own: 0.005, busy: 0, total: 0.01)
        let measured = meter.end(mark)
        #expect(measured.cpuShare == 1)
        #expect(isNear(measured.reading.joules, 0.01))
        #expect(measured.reading.low <= measured.reading.joules)
        #expect(measured.reading.joules <= measured.reading.high)
    }

    @Test("without the machine's times all is put down to this process, and that is said")
    func unknownMachine() throws {
        let tree = try MadeTree.usual()
        hand.hideMachine()
        let meter = try meter(tree)
        let mark = meter.begin()
        try tree.set("intel-rapl:0", energy: "300000")
        hand.pass(seconds: 0.1, own: 0.01, busy: 0, total: 0)
        let measured = meter.end(mark)
        #expect(isNear(measured.reading.joules, 0.05))
        #expect(measured.cpuShare == nil)
        #expect(measured.reading.low == .zero)
        #expect(measured.basis != meter.basis)
    }

    @Test(
        "a counter that vanishes or turns to garbage gives an estimate that is labelled as one",
        arguments: [nil, "", "garbage", "-5", "1.5", "99999999999999999999999", "1000001"])
    func fault(energy: String?) throws {
        let tree = try MadeTree.usual()
        let meter = try meter(tree)
        let mark = meter.begin()
        if let energy {
            try tree.set("intel-rapl:0", energy: energy)
        } else {
            tree.removeFile("intel-rapl:0/energy_uj")
        }
        hand.pass(seconds: 0.1, own: 0.1, busy: 0.1, total: 0.2)
        let during = meter.end(mark)
        #expect(during.reading.method == .model)
        #expect(during.reading.joules.value >= 0.4)
        #expect(during.reading.zones == ["cpu-model", "memory-model"])
        #expect(during.basis.text.contains("failed"))
        // It comes back; what passed meanwhile is not counted, and the old mark stays estimated.
        try tree.set("intel-rapl:0", energy: "100")
        #expect(meter.end(mark).reading.method == .model)
        let next = meter.begin()
        try tree.set("intel-rapl:0", energy: "200100")
        hand.pass(seconds: 0.1, own: 0.1, busy: 0.1, total: 0.2)
        let after = meter.end(next)
        #expect(after.reading.method == .rapl)
        #expect(isNear(after.reading.joules, 0.2))
    }

    @Test("intervals may overlap and be closed twice")
    func overlap() throws {
        let tree = try MadeTree.usual()
        let meter = try meter(tree)
        let outer = meter.begin()
        try tree.set("intel-rapl:0", energy: "350000")
        hand.pass(seconds: 0.01, own: 0.01, busy: 0.01, total: 0.02)
        let inner = meter.begin()
        try tree.set("intel-rapl:0", energy: "550000")
        hand.pass(seconds: 0.01, own: 0.01, busy: 0.01, total: 0.02)
        #expect(isNear(meter.end(inner).reading.joules, 0.2))
        #expect(isNear(meter.end(outer).reading.joules, 0.3))
        #expect(isNear(meter.end(inner).reading.joules, 0.2))
    }
}
