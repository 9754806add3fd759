internal import VigilCore

/// Charges studies so that nobody can learn from published energy what a single study's pixels were
/// (PLATYPUS, CVE-2020-8694), and so that no joule is lost.
///
/// A window ends with the transaction that brings it to a given number of studies. Until then each
/// study is charged its modelled work at the rate of the window before; those of the last
/// transaction share the rest of what the window cost. So every figure depends on sums over that
/// many studies at least, and the charges of a window sum to its cost. What would make a charge
/// less than half or more than twice the window's mean is carried over to the next. A study that
/// was read and not shown to the model has no work; it is charged the mean cost of reading alone.
package struct EnergyWindow: Sendable, Hashable {
    /// What a window was, when it is over.
    package struct Totals: Sendable, Hashable {
        package let studies: Int
        /// Charged to its studies.
        package let charged: StageEnergy
        package let low: Double
        package let high: Double
    }

    /// Joules and bounds for one unit of work.
    private struct Rate: Hashable {
        var energy = StageEnergy()
        var low = 0.0
        var high = 0.0

        init(energy: StageEnergy = StageEnergy(), low: Double = 0, high: Double = 0) {
            self.energy = energy
            self.low = low
            self.high = high
        }

        init(_ study: StudyCost) {
            self.init(energy: study.energy, low: study.low, high: study.high)
        }

        static func * (rate: Rate, work: Double) -> Rate {
            Rate(energy: rate.energy * work, low: rate.low * work, high: rate.high * work)
        }

        static func + (left: Rate, right: Rate) -> Rate {
            Rate(
                energy: left.energy + right.energy, low: left.low + right.low,
                high: left.high + right.high)
        }

        static func - (left: Rate, right: Rate) -> Rate { left + right * -1 }

        /// The part of it that went into reading.
        var onlyDecode: Rate {
            let part = energy.total > 0 ? energy.decode / energy.total : 0
            return Rate(
                energy: StageEnergy(decode: energy.decode), low: low * part, high: high * part)
        }
    }

    /// How many studies a window has at least.
    package let studiesMin: Int
    private var rate: Rate
    /// What is still to be charged for: the window's own cost, and what was carried over.
    private var cost = Rate()
    /// The window's own cost.
    private var fresh = Rate()
    private var charged = Rate()
    private var work = 0.0
    /// What charges must be lower by in all; not above 0.
    private var correction = 0.0
    private var method = EnergyMethod.rapl
    private var zones: [String] = []
    /// Studies charged in the open window.
    package private(set) var studies = 0

    /// The share of the window's mean that a charge must reach, and its inverse the most.
    private static let least = 0.5

    /// - Parameters:
    ///   - studiesMin: at least 1.
    ///   - calibration: what a run on blank images cost, for the first window.
    package init(studiesMin: Int, calibration: StudyCost) {
        self.studiesMin = max(1, studiesMin)
        let work = max(calibration.work, .leastNormalMagnitude)
        rate =
            Rate(energy: calibration.energy, low: calibration.low, high: calibration.high)
            * (1 / work)
    }

    /// Adds energy that was spent on studies in general, such as a transaction's.
    package mutating func add(_ energy: StageEnergy, low: Double, high: Double) {
        cost = cost + Rate(energy: energy, low: low, high: high)
        fresh = fresh + Rate(energy: energy, low: low, high: high)
    }

    /// Takes back, with the next studies that share a rest, what was measured too much.
    ///
    /// - Parameter joules: at most 0.
    package mutating func correct(by joules: Double) {
        correction += min(0, joules)
    }

    /// Charges the studies of a transaction.
    ///
    /// - Returns: the charges in the same order, and the window's totals if it ends with them.
    package mutating func charge(_ costs: [StudyCost]) -> (charges: [StudyCharge], ended: Totals?) {
        guard !costs.isEmpty else { return ([], nil) }
        if studies == 0 { method = costs[0].method }
        let before = cost - charged
        let workHere = costs.reduce(0) { $0 + $1.work }
        for study in costs {
            cost = cost + Rate(study)
            fresh = fresh + Rate(study)
            work += study.work
            method = Self.weaker(method, study.method)
            zones = study.zones
        }
        studies += costs.count
        let ends = studies >= studiesMin
        // What was only read is charged what reading a unit of work took before.
        let reading = rate.onlyDecode
        let readers = costs.count { $0.work == 0 }
        charged = charged + reading * Double(studiesMin == 1 ? 0 : readers)
        let unit = ends && workHere > 0 ? rest(over: workHere) : rate
        charged = charged - reading * Double(studiesMin == 1 ? 0 : readers)
        let parts =
            studiesMin == 1
            ? own(costs, and: before, over: workHere)
            : costs.map { $0.work == 0 ? reading : unit * $0.work }
        for part in parts { charged = charged + part }
        let charges = parts.map {
            StudyCharge(energy: $0.energy, low: $0.low, high: $0.high, method: method, zones: zones)
        }
        return (charges, ends ? end() : nil)
    }

    /// Ends a window that has too few studies, when the worker ends. Its totals hold only what was
    /// charged.
    package mutating func close() -> Totals? { studies > 0 ? end() : nil }

    /// Gives up what the next studies were to be charged for, such as the last transaction, when
    /// none is in flight; nothing while studies share the open window.
    ///
    /// - Returns: joules, not below 0.
    package mutating func release() -> Double {
        guard studies == 0 else { return 0 }
        let open = cost.energy.total + correction
        (cost, fresh, correction) = (Rate(), Rate(), min(0, open))
        return max(0, open)
    }

    /// Where windows of one study are asked for: what each cost itself, with its part of what is
    /// general, and less its part of what was measured too much.
    private func own(
        _ costs: [StudyCost], and general: Rate, over workHere: Double
    ) -> [Rate] {
        let parts = costs.map {
            Rate($0) + general * ($0.work / max(workHere, .leastNormalMagnitude))
        }
        let sum = parts.reduce(0) { $0 + $1.energy.total }
        return sum > 0 ? parts.map { $0 * max(0, (sum + correction) / sum) } : parts
    }

    /// The rate at which the last studies share what the window still has to charge.
    private func rest(over workHere: Double) -> Rate {
        let mean = fresh * (1 / max(work, .leastNormalMagnitude))
        let open = (cost - charged).energy.total + correction
        let left = open / max(workHere, .leastNormalMagnitude)
        let (least, most) = (mean.energy.total * Self.least, mean.energy.total / Self.least)
        let bounded = min(max(left, least), most)
        // Stages may be out of step with each other, so the mean's split is used.
        let factor = mean.energy.total > 0 ? bounded / mean.energy.total : 0
        return Rate(
            energy: mean.energy * factor, low: mean.low * factor, high: mean.high * factor)
    }

    private mutating func end() -> Totals {
        let totals = Totals(
            studies: studies, charged: charged.energy, low: charged.low, high: charged.high)
        if work > 0, fresh.energy.total > 0 { rate = fresh * (1 / work) }
        fresh = Rate()
        // What could not be charged is part of the next window's cost.
        cost = cost - charged
        // A correction is settled as far as the charges allowed.
        let owed = min(0, cost.energy.total + correction)
        cost = Rate(energy: StageEnergy(inference: max(0, cost.energy.total + correction)))
        correction = owed
        charged = Rate()
        (work, studies) = (0, 0)
        return totals
    }

    private static func weaker(_ left: EnergyMethod, _ right: EnergyMethod) -> EnergyMethod {
        let order = EnergyMethod.allCases
        let rank = { (method: EnergyMethod) in order.firstIndex(of: method) ?? 0 }
        return rank(left) >= rank(right) ? left : right
    }
}
