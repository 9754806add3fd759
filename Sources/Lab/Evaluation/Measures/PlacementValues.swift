/// For each study the share of the other side that it is ranked right against, which the area is
/// the mean of (DeLong, DeLong and Clarke-Pearson 1988), by midranks (Sun and Xu 2014).
struct PlacementValues {
    /// The area under the curve.
    let area: Double
    /// Patients with a study that has the finding, and with one that has it not.
    let patientsWith: Int
    let patientsWithout: Int
    private let with: Int
    private let without: Int
    /// By patient: what its placement values exceed the area by, added up.
    private let patients: [Int: (with: Double, without: Double)]

    /// Nil unless there are studies on both sides.
    init?(_ scores: [Double], isPositive: [Bool], patients owners: [Int]) {
        let positives = scores.indices.filter { isPositive[$0] }
        let negatives = scores.indices.filter { !isPositive[$0] }
        guard !positives.isEmpty, !negatives.isEmpty else { return nil }
        let (above, below) = (positives.map { scores[$0] }, negatives.map { scores[$0] })
        let all = Self.midranks(above + below)
        let (ranksWith, ranksWithout) = (Self.midranks(above), Self.midranks(below))
        let ranked = above.indices.map { (all[$0] - ranksWith[$0]) / Double(below.count) }
        let passed = below.indices.map {
            1 - (all[above.count + $0] - ranksWithout[$0]) / Double(above.count)
        }
        let area = ranked.reduce(0, +) / Double(ranked.count)
        var patients: [Int: (with: Double, without: Double)] = [:]
        for (place, row) in positives.enumerated() {
            patients[owners[row], default: (0, 0)].with += ranked[place] - area
        }
        for (place, row) in negatives.enumerated() {
            patients[owners[row], default: (0, 0)].without += passed[place] - area
        }
        self.area = area
        self.patients = patients
        (with, without) = (positives.count, negatives.count)
        patientsWith = Set(positives.map { owners[$0] }).count
        patientsWithout = Set(negatives.map { owners[$0] }).count
    }

    /// With another model's area over the same studies, studies of one patient not being
    /// independent (Obuchowski 1997); nil with fewer than two patients on a side. With one study a
    /// patient it is DeLong's.
    func covariance(_ other: PlacementValues) -> Double? {
        guard patientsWith > 1, patientsWithout > 1 else { return nil }
        var (positives, negatives, crossed) = (0.0, 0.0, 0.0)
        // In one order, so that the sum is the same each time.
        for patient in patients.keys.sorted() {
            guard let own = patients[patient], let its = other.patients[patient] else { continue }
            positives += own.with * its.with
            negatives += own.without * its.without
            crossed += own.with * its.without + own.without * its.with
        }
        func mean(_ sum: Double, _ count: Int) -> Double {
            sum * Double(count) / Double(count - 1)
        }
        let (m, n) = (Double(with), Double(without))
        return mean(positives, patientsWith) / (m * m) + mean(negatives, patientsWithout) / (n * n)
            + mean(crossed, patients.count) / (m * n)
    }

    /// Ranks from 1, those of equal numbers being their mean.
    private static func midranks(_ numbers: [Double]) -> [Double] {
        let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        var ranks = [Double](repeating: 0, count: numbers.count)
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, numbers[order[end]] == numbers[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}
