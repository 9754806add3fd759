import Energy
import Testing
import VigilCore

/// Parts of a time against the whole, each measured by itself, while others load the machine.
struct ConservationTests {
    private let hand = HandTurned()

    private func estimate() throws -> any EnergyMeter {
        let sources = MadeTree.sources("/nonexistent")
        let model = PowerModel(family: .unknown, memory: PowerRange(low: 0, value: 0, high: 0))
        return try EnergyMeters.detect(
            .model, model: model, sources: sources, clock: hand, times: hand)
    }

    /// Lets a random time pass, of which this process takes about half of one processor of two, and
    /// others anything from nothing to all of what is left, as their kernel counts it: in ticks.
    private func pass(_ random: inout SplitMix64, _ exact: inout (busy: Double, said: Double)) {
        let seconds = Double.random(in: 0.001...2, using: &random)
        let own = seconds * Double.random(in: 0.1...1, using: &random)
        exact.busy += min(2 * seconds, own + seconds * Double.random(in: 0...1.5, using: &random))
        let busy = (exact.busy * 100).rounded(.down) / 100 - exact.said
        exact.said += busy
        hand.pass(
            seconds: seconds, own: own, busy: busy,
            total: max(busy, (2 * seconds * 100).rounded(.down) / 100))
    }

    private func check(
        _ meter: any EnergyMeter, seed: UInt64, _ between: (Double) throws -> Void = { _ in }
    ) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<15 {
            var exact = (busy: 0.0, said: 0.0)
            let whole = meter.begin()
            var sum = 0.0
            for _ in 0..<40 {
                let part = meter.begin()
                pass(&random, &exact)
                try between(Double.random(in: 0...20, using: &random))
                let reading = meter.end(part).reading
                #expect(reading.joules.value >= 0)
                #expect(reading.low <= reading.joules && reading.joules <= reading.high)
                sum += reading.joules.value
            }
            let measured = meter.end(whole).reading.joules.value
            #expect(measured > 0)
            #expect(abs(sum - measured) <= 1e-9 * measured, "\(sum) J of \(measured) J")
        }
    }

    @Test("estimated parts sum to the whole, whatever others do meanwhile")
    func estimated() throws { try check(try estimate(), seed: 1) }

    @Test("measured parts sum to the whole, whatever others do meanwhile")
    func measured() throws {
        let tree = try MadeTree.usual()
        try tree.set("intel-rapl:0", range: "262143328850", energy: "0")
        let meter = try EnergyMeters.detect(
            .rapl, sources: MadeTree.sources(tree.path), clock: hand, times: hand)
        var microjoules = 0.0
        try check(meter, seed: 2) { joules in
            microjoules += joules * 1e6
            try tree.set("intel-rapl:0", energy: String(Int(microjoules)))
        }
    }

    @Test("a part that no counter covers is an estimate, and the parts still sum to the whole")
    func faulty() throws {
        let tree = try MadeTree.usual()
        let meter = try EnergyMeters.detect(
            .rapl, sources: MadeTree.sources(tree.path), clock: hand, times: hand)
        let whole = meter.begin()
        var parts: [EnergyReading] = []
        for energy in ["300000", "garbage", "400000", "600000"] {
            let part = meter.begin()
            try tree.set("intel-rapl:0", energy: energy)
            hand.pass(seconds: 0.1, own: 0.1, busy: 0.1, total: 0.2)
            parts.append(meter.end(part).reading)
        }
        #expect(parts.map(\.method) == [.rapl, .model, .model, .rapl])
        let all = meter.end(whole).reading
        #expect(all.method == .model)
        let sum = parts.reduce(0) { $0 + $1.joules.value }
        #expect(abs(sum - all.joules.value) < 1e-9)
    }

    @Test("a whole that is measured at its ends alone is by its own processor time, as before")
    func ends() throws {
        let meter = try estimate()
        let mark = meter.begin()
        hand.pass(seconds: 10, own: 8, busy: 16, total: 20)
        let dynamic = 3.5 - 0.74
        let expected = dynamic * 8 * 1.08 + 0.74 * 20 * 0.5
        #expect(abs(meter.end(mark).reading.joules.value - expected) < 1e-9)
    }
}
