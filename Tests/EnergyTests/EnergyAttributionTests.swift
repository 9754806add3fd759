import Energy
import Testing
import VigilCore

/// The shares of a batch.
struct EnergyAttributionTests {
    private func reading(_ joules: Double, _ low: Double, _ high: Double) -> EnergyReading {
        EnergyReading(
            joules: Joules(joules), low: Joules(low), high: Joules(high), method: .rapl,
            zones: ["package-0"], duration: .seconds(1))
    }

    @Test("shares add up to the batch to the last bit, in any order")
    func exact() {
        var random = SplitMix64(seed: 0x454e)
        for _ in 0..<3000 {
            let scale = [1e-300, 1e-9, 1, 1e3, 1e17][Int.random(in: 0..<5, using: &random)]
            let joules = Double.random(in: 0...1, using: &random) * scale
            let count = Int.random(in: 1...70, using: &random)
            let weights = (0..<count).map { _ -> Double in
                switch Int.random(in: 0..<8, using: &random) {
                case 0: 0
                case 1: Double.random(in: 0...1e-12, using: &random)
                case 2: Double.random(in: 0...1e12, using: &random)
                default: Double(Int.random(in: 1...4, using: &random))
                }
            }
            let batch = reading(joules, joules * 0.5, joules * 2)
            let shares = EnergyAttribution.share(batch, weights: weights)
            #expect(shares.count == count)
            for order in [shares, shares.reversed(), shares.shuffled(using: &random)] {
                let sum = order.reduce(Joules.zero) { $0 + $1.joules }
                #expect(sum.value.bitPattern == joules.bitPattern, "\(joules) by \(weights)")
            }
            for share in shares {
                #expect(share.joules >= .zero && share.low <= share.joules)
                #expect(share.joules <= share.high)
                #expect(share.method == .rapl && share.zones == ["package-0"])
            }
        }
    }

    @Test("shares are in proportion to the weights")
    func proportion() {
        let shares = EnergyAttribution.share(reading(8, 4, 16), weights: [1, 2, 1])
        #expect(shares.map(\.joules.value) == [2, 4, 2])
        #expect(shares.map(\.low.value) == [1, 2, 1])
        #expect(shares.map(\.high.value) == [4, 8, 4])
        #expect(
            EnergyAttribution.share(reading(3, 3, 3), weights: [0, 5]).map(\.joules.value) == [
                0, 3,
            ])
    }

    @Test("weights without meaning count as 0; without any the studies share equally")
    func badWeights() {
        let odd = EnergyAttribution.share(
            reading(6, 6, 6), weights: [.nan, -1, .infinity, 2, 1])
        #expect(odd.map(\.joules.value) == [0, 0, 0, 4, 2])
        let none = EnergyAttribution.share(reading(6, 6, 6), weights: [0, .nan])
        #expect(none.map(\.joules.value) == [3, 3])
        #expect(EnergyAttribution.share(reading(6, 6, 6), weights: []).isEmpty)
        let huge = EnergyAttribution.share(
            reading(6, 6, 6),
            weights: [.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        #expect(huge.map(\.joules.value) == [3, 3])
    }

    @Test("nothing is shared out of nothing")
    func zero() {
        for joules in [0, -1, .nan, .infinity] {
            let shares = EnergyAttribution.share(reading(joules, 0, 0), weights: [1, 2])
            #expect(shares.map(\.joules.value) == [0, 0])
        }
    }
}
