import Energy
import Synchronization
import Testing
import VigilCore

/// Sources beside powercap: perf events, sensors, plugs; and what none of them may say.
struct SourceTests {
    private let hand = HandTurned()

    private func meter(
        _ choice: EnergyChoice, _ change: (inout EnergySources) -> Void
    ) throws -> any EnergyMeter {
        var sources = MadeTree.sources("/nonexistent")
        change(&sources)
        return try EnergyMeters.detect(choice, sources: sources, clock: hand, times: hand)
    }

    private func obstacle(
        _ choice: EnergyChoice, _ change: (inout EnergySources) -> Void
    ) -> EnergyError.Obstacle? {
        do {
            _ = try meter(choice, change)
            return nil
        } catch {
            guard case .noCounters(let obstacle) = error as? EnergyError else { return nil }
            return obstacle
        }
    }

    private func isNear(_ left: Joules?, _ right: Double) -> Bool {
        left.map { abs($0.value - right) < 1e-6 } == true
    }

    @Test("the platform's zone is used alone, never with the packages that it holds")
    func platform() throws {
        let tree = try MadeTree.usual()
        let meter = try meter(.rapl) {
            $0.powercap = tree.path
            $0.scope = .platform
        }
        let mark = meter.begin()
        try tree.set("intel-rapl:0", energy: "500000")
        try tree.set("intel-rapl:1", energy: "300001")
        hand.pass(seconds: 0.1, own: 0.1, busy: 0.1, total: 0.2)
        let measured = meter.end(mark)
        #expect(measured.reading.zones == ["psys-1"])
        #expect(isNear(measured.machine, 0.3))
        let without = try MadeTree()
        try without.set("intel-rapl:0", name: "package-0", range: "1000", energy: "1")
        #expect(
            obstacle(.rapl) {
                $0.powercap = without.path
                $0.scope = .platform
            } == .noPlatform)
    }

    @Test("a counter that gains more than any machine can take is not believed")
    func overflow() throws {
        let tree = try MadeTree.usual()
        try tree.set("intel-rapl:0", range: "262143328850", energy: "0")
        let meter = try meter(.rapl) { $0.powercap = tree.path }
        let mark = meter.begin()
        // 200,000 J in a second.
        try tree.set("intel-rapl:0", energy: "200000000000")
        hand.pass(seconds: 1, own: 1, busy: 1, total: 2)
        let measured = meter.end(mark)
        #expect(measured.reading.method == .model)
        #expect(measured.reading.high.value < 1000)
    }

    @Test("a sensor's power is added up over time, and its changes widen the bounds")
    func sensor() throws {
        let tree = try MadeTree()
        try tree.file("hwmon0", "name", "coretemp")
        try tree.file("hwmon1", "name", "power_meter")
        try tree.file("hwmon1", "power1_average", "100000000")
        let meter = try meter(.hwmon) { $0.hwmon = tree.path }
        #expect(meter.refreshPeriod == .seconds(1))
        let mark = meter.begin()
        hand.pass(seconds: 2, own: 1, busy: 2, total: 4)
        try tree.file("hwmon1", "power1_average", "120000000")
        meter.refresh()
        hand.pass(seconds: 1, own: 0.5, busy: 1, total: 2)
        let measured = meter.end(mark)
        #expect(measured.reading.method == .hwmon)
        #expect(measured.reading.zones == ["machine"])
        #expect(isNear(measured.machine, 320))
        #expect(isNear(measured.reading.joules, 160))
        // 20 W for 2 s that may have come earlier, and two updates of a second out of three.
        #expect(isNear(measured.reading.high, 320 + 40 + 320 * 2 / 3))
        #expect(measured.reading.low <= measured.reading.joules)
    }

    @Test("a sensor that is not there, refused or senseless is told as such")
    func sensorObstacles() throws {
        let tree = try MadeTree()
        try tree.file("hwmon0", "name", "power_meter")
        #expect(obstacle(.hwmon) { $0.hwmon = tree.path } == .noHwmon)
        #expect(obstacle(.hwmon) { _ in } == .noHwmon)
        try tree.file("hwmon0", "power1_input", "-3")
        #expect(obstacle(.hwmon) { $0.hwmon = tree.path } == .garbage)
        #expect(
            obstacle(.hwmon) {
                $0.hwmon = tree.path
                $0.files = RefusingFiles(suffix: "power1_input", fault: .permission)
            } == .hwmonPermission)
    }

    @Test("a sensor that stops or leaves its range gives an estimate that is labelled as one")
    func sensorFault() throws {
        let tree = try MadeTree()
        try tree.file("hwmon0", "name", "power_meter")
        try tree.file("hwmon0", "power1_input", "50000000")
        let meter = try meter(.hwmon) { $0.hwmon = tree.path }
        for value in ["x", "99000000000000"] {
            let mark = meter.begin()
            try tree.file("hwmon0", "power1_input", value)
            hand.pass(seconds: 1, own: 1, busy: 1, total: 2)
            #expect(meter.end(mark).reading.method == .model)
            try tree.file("hwmon0", "power1_input", "50000000")
            hand.pass(seconds: 1, own: 1, busy: 1, total: 2)
            meter.refresh()
        }
        // A reading does not hold for ever.
        let mark = meter.begin()
        hand.pass(seconds: 60, own: 1, busy: 1, total: 2)
        #expect(meter.end(mark).reading.method == .model)
    }

    @Test("perf events are scaled to joules, memory told apart")
    func perf() throws {
        let (tree, events) = (try MadeTree(), MadeEvents())
        let folder = try events.describe(in: tree)
        let meter = try meter(.perf) {
            $0.perf = folder
            $0.perfEvents = events
        }
        let mark = meter.begin()
        events.counts.withLock { $0 = [3: 2 << 32, 4: 1 << 31] }
        hand.pass(seconds: 1, own: 1, busy: 1, total: 2)
        let measured = meter.end(mark)
        #expect(measured.reading.method == .perf)
        #expect(measured.reading.zones == ["package-0", "dram-0"])
        #expect(isNear(measured.machine, 2.5))
        #expect(isNear(measured.memory, 0.5))
        // A count that falls is no count.
        events.counts.withLock { $0 = [3: 1, 4: 1] }
        #expect(meter.end(mark).reading.method == .model)
    }

    @Test("perf that is missing or not allowed is told as such, and nothing stays open")
    func perfObstacles() throws {
        let (tree, events) = (try MadeTree(), MadeEvents())
        #expect(obstacle(.perf) { $0.perf = tree.path } == .noPerf)
        let folder = try events.describe(in: tree)
        let refusing = MadeEvents(refusesAfter: 1)
        #expect(
            obstacle(.perf) {
                $0.perf = folder
                $0.perfEvents = refusing
            } == .perfPermission)
        #expect(refusing.open.withLock { $0 } == [])
    }

    @Test("the kernel's events can be opened and read where that is allowed")
    func systemPerf() throws {
        let perf = SystemPerfEvents()
        // A clock of the kernel's own (PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK).
        do {
            let descriptor = try perf.open(type: 1, config: 0, processor: 0)
            defer { perf.close(descriptor) }
            let first = try #require(perf.read(descriptor))
            var sum = 0.0
            for index in 0..<1_000_000 { sum += Double(index).squareRoot() }
            #expect(sum > 0)
            #expect(try #require(perf.read(descriptor)) > first)
        } catch {
            #expect(error is FileFault)
        }
        #expect(throws: FileFault.self) {
            try perf.open(type: 0xffff_ffff, config: 0, processor: 0)
        }
    }

    @Test(
        "a plug's watts are found on their way",
        arguments: [
            ("apower", "{\"apower\":81.5}"),
            ("StatusSNS/ENERGY/Power", "{\"StatusSNS\":{\"ENERGY\":{\"Power\":81.5}}}"),
            ("meters/1/power", "{\"meters\":[{\"power\":2},{\"power\":81.5}]}"),
        ])
    func plug(field: String, answer: String) throws {
        let meter = try meter(.http) {
            $0.plug = HTTPPower(field: field) { Array(answer.utf8) }
        }
        let mark = meter.begin()
        hand.pass(seconds: 2, own: 2, busy: 2, total: 4)
        let measured = meter.end(mark)
        #expect(measured.reading.method == .http)
        #expect(measured.reading.zones == ["wall"])
        #expect(isNear(measured.machine, 163))
    }

    @Test(
        "a plug without a plausible answer is told as such",
        arguments: ["", "{}", "{\"apower\":\"81\"}", "[1,2", "{\"apower\":null}"])
    func plugObstacles(answer: String) {
        #expect(
            obstacle(.http) { $0.plug = HTTPPower(field: "apower") { Array(answer.utf8) } }
                == .noAnswer)
        #expect(obstacle(.http) { $0.plug = HTTPPower(field: "apower") { nil } } == .noAnswer)
        #expect(obstacle(.http) { _ in } == .noURL)
    }

    @Test("every obstacle names what to do")
    func remedies() {
        for obstacle in EnergyError.Obstacle.allCases {
            let error = EnergyError.noCounters(obstacle)
            #expect(error.remedy.text.hasSuffix(", or set energy.method to model"))
        }
        #expect(EnergyError.noCounters(.permission).remedy.text.contains("CVE-2020-8694"))
    }
}

/// Events that a test counts.
private final class MadeEvents: PerfEvents {
    let counts = Mutex<[Int32: UInt64]>([:])
    let open = Mutex<[Int32]>([])
    private let refusesAfter: Int

    init(refusesAfter: Int = 10) { self.refusesAfter = refusesAfter }

    /// Writes the description of a package and its memory on one socket, and gives its folder.
    func describe(in tree: MadeTree) throws -> String {
        let scale = "2.3283064365386962890625e-10"
        for (name, text) in [("type", "12"), ("cpumask", "0")] {
            try tree.file("power", name, text)
        }
        try tree.file("power/events", "energy-pkg", "event=0x02")
        try tree.file("power/events", "energy-pkg.scale", scale)
        try tree.file("power/events", "energy-ram", "event=0x03")
        try tree.file("power/events", "energy-ram.scale", scale)
        return tree.path + "/power"
    }

    func open(type: UInt32, config: UInt64, processor: Int32) throws(FileFault) -> Int32 {
        let isRefused = open.withLock { $0.count >= refusesAfter }
        guard type == 12, !isRefused else { throw .permission }
        let descriptor = Int32(config) + 1
        open.withLock { $0.append(descriptor) }
        return descriptor
    }

    func read(_ descriptor: Int32) -> UInt64? {
        counts.withLock { $0[descriptor] ?? 0 }
    }

    func close(_ descriptor: Int32) {
        open.withLock { $0.removeAll { $0 == descriptor } }
    }
}
