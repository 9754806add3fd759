import Energy
import Testing
import VigilCore

/// What studies are charged: that no joule is lost, and that no charge tells of one study.
struct EnergyWindowTests {
    private func cost(_ joules: Double, work: Double = 1, _ method: EnergyMethod = .model)
        -> StudyCost
    {
        StudyCost(
            energy: StageEnergy(decode: joules / 4, inference: joules * 3 / 4), low: joules / 2,
            high: joules * 2, work: work, method: method, zones: ["package-0"])
    }

    /// Transactions of random studies.
    private func transactions(_ random: inout SplitMix64) -> [[StudyCost]] {
        (0..<Int.random(in: 5...60, using: &random)).map { _ in
            (0..<Int.random(in: 1...6, using: &random)).map { _ in
                let work = Double(Int.random(in: 1...4, using: &random))
                return cost(work * Double.random(in: 5...15, using: &random), work: work)
            }
        }
    }

    @Test("a window is over with the transaction that brings it to enough studies, not before")
    func ends() {
        var window = EnergyWindow(studiesMin: 5, calibration: cost(10))
        #expect(window.charge([cost(9), cost(9)]).ended == nil)
        #expect(window.charge([cost(9), cost(9)]).ended == nil)
        let last = window.charge([cost(9), cost(9)])
        #expect(last.ended?.studies == 6)
        // Four at the calibrated 10 J, and the rest of 54 J for the last two.
        #expect(last.charges.map(\.energy.total) == [7, 7])
        #expect(last.ended.map { abs($0.charged.total - 54) < 1e-9 } == true)
        #expect(window.studies == 0)
        #expect(window.charge([cost(3)]).charges[0].energy.total == 9)
    }

    @Test("a study that was only read is charged what reading takes, and nothing of the model")
    func onlyRead() {
        let read = StudyCost(
            energy: StageEnergy(decode: 3), low: 1, high: 6, work: 0, method: .model,
            zones: ["package-0"])
        for studiesMin in [1, 2, 5] {
            var window = EnergyWindow(studiesMin: studiesMin, calibration: cost(8))
            let charges = window.charge([read, cost(8), read]).charges
            #expect(charges.map(\.energy.inference)[0] == 0)
            #expect(charges[0].energy.decode == (studiesMin == 1 ? 3 : 2))
            #expect(charges[1].energy.inference > 0)
            #expect(charges.allSatisfy { $0.energy.total.isFinite })
            // Alone as well, however many there are.
            let alone = (0..<12).flatMap { _ in window.charge([read]).charges }
            #expect(alone.allSatisfy { $0.energy.inference == 0 && $0.energy.total.isFinite })
        }
    }

    @Test("the charges of a run differ from its cost by less than a window's, however long it is")
    func conservation() {
        var random = SplitMix64(seed: 0x434f)
        for _ in 0..<500 {
            let studiesMin = Int.random(in: 1...12, using: &random)
            var window = EnergyWindow(studiesMin: studiesMin, calibration: cost(10))
            var (spent, charged, ended, open) = (0.0, 0.0, 0.0, 0.0)
            for studies in transactions(&random) {
                window.add(StageEnergy(publish: 0.2), low: 0.1, high: 0.4)
                spent += 0.2 + studies.reduce(0) { $0 + $1.energy.total }
                let (charges, totals) = window.charge(studies)
                let sum = charges.reduce(0) { $0 + $1.energy.total }
                charged += sum
                open += sum
                guard let totals else { continue }
                #expect(abs(totals.charged.total - open) < 1e-9 * open)
                ended += totals.charged.total
                open = 0
                // A window of k studies costs about 25 J each.
                #expect(abs(spent - charged) <= 25 * Double(studiesMin))
                #expect(charges.allSatisfy { $0.energy.inference >= 0 && $0.energy.decode >= 0 })
            }
            ended += window.close()?.charged.total ?? 0
            #expect(abs(ended - charged) < 1e-9 * charged)
        }
    }

    @Test("what studies of one window cost may change places without changing what is published")
    func nonInterference() {
        var random = SplitMix64(seed: 0x504c)
        for _ in 0..<300 {
            let k = Int.random(in: 2...10, using: &random)
            // A window of k studies, one or two a transaction, and the next one.
            let costs = (0..<3 * k).map { _ in
                cost(Double.random(in: 5...15, using: &random))
            }
            let first = costs.prefix(k).shuffled(using: &random)
            let swapped = Array(first) + costs.dropFirst(k)
            let (one, other) = (published(costs, k), published(swapped, k))
            for (left, right) in zip(one, other) {
                #expect(abs(left - right) < 1e-9)
            }
        }
    }

    /// The charges of studies that are published one by one.
    private func published(_ costs: [StudyCost], _ studiesMin: Int) -> [Double] {
        var window = EnergyWindow(studiesMin: studiesMin, calibration: cost(10))
        return costs.flatMap { window.charge([$0]).charges.map(\.energy.total) }
    }

    @Test("before a window is over, its studies' cost shows nowhere")
    func silence() {
        var (quiet, loud) = (
            EnergyWindow(studiesMin: 4, calibration: cost(10)),
            EnergyWindow(studiesMin: 4, calibration: cost(10))
        )
        for _ in 0..<3 {
            #expect(quiet.charge([cost(1)]).charges == loud.charge([cost(1000)]).charges)
        }
    }

    @Test("a charge stays between half and twice the window's mean; the rest is carried over")
    func bounded() {
        var window = EnergyWindow(studiesMin: 2, calibration: cost(10))
        _ = window.charge([cost(100)])
        let (charges, totals) = window.charge([cost(100)])
        #expect(charges[0].energy.total == 190)
        #expect(totals?.charged.total == 200)
        _ = window.charge([cost(1)])
        // 100 J for the first by the rate before; the second pays the least.
        let second = window.charge([cost(1)])
        #expect(second.charges[0].energy.total == 0.5)
        #expect(second.ended?.charged.total == 100.5)
        // What was paid too much is given back as far as the bounds allow.
        #expect(window.charge([cost(10), cost(10)]).charges.map(\.energy.total) == [5, 5])
    }

    @Test("what was measured too much is taken back from the next charges", arguments: [1, 2])
    func corrected(studiesMin: Int) {
        var window = EnergyWindow(studiesMin: studiesMin, calibration: cost(10))
        window.correct(by: -4)
        let charges = window.charge([cost(10), cost(10)]).charges
        #expect(charges.map(\.energy.total) == [8, 8])
        window.correct(by: -100)
        let floor = window.charge([cost(10), cost(10)]).charges[0].energy.total
        #expect(floor == (studiesMin == 1 ? 0 : 5))
        // The rest of the correction is still owed.
        #expect(window.charge([cost(10), cost(10)]).charges[0].energy.total == floor)
    }

    @Test("what no study comes to be charged for is given up, less what was measured too much")
    func released() {
        var window = EnergyWindow(studiesMin: 2, calibration: cost(10))
        window.add(StageEnergy(publish: 3), low: 3, high: 3)
        window.correct(by: -1)
        #expect(window.release() == 2)
        #expect(window.release() == 0)
        window.add(StageEnergy(publish: 3), low: 3, high: 3)
        _ = window.charge([cost(10)])
        // A study waits for its second, and both share it.
        #expect(window.release() == 0)
        let total = window.charge([cost(10)]).ended?.charged.total ?? 0
        #expect(abs(total - 23) < 1e-9)
    }

    @Test("windows of one study charge each its own cost, and share what is general")
    func single() {
        var window = EnergyWindow(studiesMin: 1, calibration: cost(10))
        window.add(StageEnergy(publish: 3), low: 3, high: 3)
        let (charges, totals) = window.charge([cost(8), cost(20, work: 2)])
        #expect(charges.map(\.energy.total) == [9, 22])
        #expect(totals?.charged.total == 31)
    }

    @Test("a window that saw an estimate is no measurement, and bounds hold the value")
    func method() {
        var window = EnergyWindow(studiesMin: 3, calibration: cost(10))
        _ = window.charge([cost(9, .rapl)])
        let charge = window.charge([cost(9, .model), cost(9, .rapl)]).charges[0]
        #expect(charge.method == .model)
        let reading = charge.reading(duration: .seconds(1))
        #expect(reading.low <= reading.joules && reading.joules <= reading.high)
    }
}
