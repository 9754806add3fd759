import Energy
import Testing
import VigilCore

/// The estimate's figures.
struct PowerModelTests {
    private let hand = HandTurned()

    private func cpuinfo(_ vendor: String, _ family: Int, _ model: Int, _ stepping: Int) -> [UInt8]
    {
        Array(
            """
            processor\t: 0
            vendor_id\t: \(vendor)
            cpu family\t: \(family)
            model\t\t: \(model)
            model name\t: whatever
            stepping\t: \(stepping)

            processor\t: 1
            vendor_id\t: Other
            """.utf8)
    }

    @Test(
        "a processor is found in the table by its numbers",
        arguments: [
            ("AuthenticAMD", 25, 1, 1, "AMD EPYC 3 (Zen 3)"),
            ("AuthenticAMD", 23, 49, 0, "AMD EPYC 2 (Zen 2)"),
            ("AuthenticAMD", 25, 17, 1, "AMD EPYC 4 (Zen 4)"),
            ("GenuineIntel", 6, 85, 4, "Intel Skylake"),
            ("GenuineIntel", 6, 85, 7, "Intel Cascade Lake"),
            ("GenuineIntel", 6, 207, 2, "Intel Emerald Rapids"),
            ("GenuineIntel", 6, 3, 2, "a processor that is not in the table"),
            ("Unheard", 6, 85, 4, "a processor that is not in the table"),
        ])
    func families(vendor: String, family: Int, model: Int, stepping: Int, name: String) {
        let found = ProcessorFamily.find(cpuinfo: cpuinfo(vendor, family, model, stepping))
        #expect(found.name == name)
        #expect(found.idleWatts > 0 && found.idleWatts < found.fullWatts)
    }

    @Test("a file that is no cpuinfo gives the unknown family")
    func garbage() {
        for text in ["", "::::", "vendor_id: AuthenticAMD\ncpu family\t: x"] {
            #expect(ProcessorFamily.find(cpuinfo: Array(text.utf8)) == .unknown)
        }
    }

    /// An estimate for 10 s on two processors, by a tree of files.
    private func estimate(
        own: Double, busy: Double, decoders: Double = 0, files: any EnergyFiles = NoFiles()
    ) throws -> EnergyMeasurement {
        let family = ProcessorFamily.find(cpuinfo: cpuinfo("AuthenticAMD", 25, 1, 1))
        var sources = EnergySources()
        sources.files = files
        let meter = try EnergyMeters.detect(
            .model, model: PowerModel(family: family), sources: sources, clock: hand, times: hand)
        let mark = meter.begin()
        hand.pass(seconds: 10, own: own, busy: busy, total: 20, decoders: decoders)
        return meter.end(mark)
    }

    private func isNear(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-9 }

    @Test("busy time, instruction mix and this process's part of the idle watts add up")
    func parts() throws {
        // 6 s in the model's code, 2 s in the decoders, half of the busy time.
        let reading = try estimate(own: 8, busy: 16, decoders: 2).reading
        let dynamic = 2.02 - 0.45
        #expect(isNear(reading.joules.value, dynamic * (6 * 1.08 + 2) + 0.45 * 20 * 0.5))
        // Below: no idle watts but for the processors used. Above: all idle watts.
        #expect(
            isNear(reading.low.value, dynamic * 2 / 3 * (6 + 2) + 0.45 * 2 / 3 * 20 * 8 / 20))
        #expect(isNear(reading.high.value, dynamic * 4 / 3 * (6 * 1.3 + 2) + 0.45 * 4 / 3 * 20))
        #expect(reading.zones == ["cpu-model", "memory-model"])
    }

    @Test("a slower clock takes less, by a stated law")
    func clock() throws {
        let full = try estimate(own: 10, busy: 10, files: MadeClock(now: "2000000")).reading
        let half = try estimate(own: 10, busy: 10, files: MadeClock(now: "1000000")).reading
        let idle = 0.45 * 20
        #expect(isNear(full.joules.value - idle, 4 * (half.joules.value - idle)))
        #expect(half.low < half.joules && half.joules < half.high)
    }

    @Test("the basis states the figures and who says so")
    func basis() throws {
        let text = try estimate(own: 1, busy: 1).basis.text
        #expect(text.contains("AMD EPYC 3 (Zen 3), SPECpower_ssj2008 by Cloud Carbon Footprint"))
        #expect(text.contains("2.02 W"))
        #expect(text.contains("0.392 W"))
    }
}

/// A machine without files.
private struct NoFiles: EnergyFiles {
    func entries(of directory: String) throws(FileFault) -> [String] { throw .missing }
    func head(of path: String) throws(FileFault) -> [UInt8] { throw .missing }
}

/// A machine that shows its clock only.
private struct MadeClock: EnergyFiles {
    let now: String

    func entries(of directory: String) throws(FileFault) -> [String] { throw .missing }
    func head(of path: String) throws(FileFault) -> [UInt8] {
        if path.hasSuffix("scaling_cur_freq") { return Array(now.utf8) }
        if path.hasSuffix("cpuinfo_max_freq") { return Array("2000000".utf8) }
        throw .missing
    }
}
