/// How much sooner studies are read with triage than in the order of arrival.
package struct DelayReport: Sendable {
    /// Studies with a finding that triage looks for, or without.
    package struct Group: Sendable {
        package let count: Int
        /// Seconds from arrival to notification; nil: the run does not say.
        package let notification: Estimate?
        /// Mean seconds from arrival to reading in the order of arrival.
        package let firstCome: Estimate
        /// The same with triage.
        package let triaged: Estimate
        /// Mean of first come less triaged: above 0, triage is sooner.
        package let gain: Estimate
        /// For each study, sorted, in seconds.
        package let firstComeWaits: [Double]
        package let triagedWaits: [Double]
    }

    /// With a finding that triage looks for.
    package let positives: Group
    /// Without.
    package let negatives: Group
    /// Studies that triage raised.
    package let raised: Int
    /// Whether the times of arrival come from the data; else they are made at random.
    package let hasArrivals: Bool
    /// Whether the times of notification come from the data; else each is taken as at once.
    package let hasNotifications: Bool
    package let room: ReadingRoom
    /// Labels that make a study a positive one.
    package let codes: [String]
}

/// Makes a ``DelayReport`` of studies that have truth and scores.
struct DelayStudy {
    /// One study that has truth and scores.
    struct Subject {
        let patient: Int
        let hasFinding: Bool
        let isRaised: Bool
        let rank: Int
        /// In seconds; nil: not known.
        let arrival: Double?
        let notification: Double?
    }

    let subjects: [Subject]
    let room: ReadingRoom
    let codes: [String]
    let seed: UInt64

    private var hasArrivals: Bool { subjects.allSatisfy { $0.arrival != nil } }

    /// Means over the random worlds, or the one world of the data.
    private func waits() -> (firstCome: [Double], triaged: [Double]) {
        var firstCome = [Double](repeating: 0, count: subjects.count)
        var triaged = firstCome
        let worlds = hasArrivals ? 1 : max(1, room.worlds)
        for world in 0..<worlds {
            let arrivals =
                hasArrivals
                ? subjects.map { $0.arrival ?? 0 }
                : room.randomArrivals(subjects.count, seed: seed &+ UInt64(world))
            let visits = zip(subjects, arrivals).map { subject, arrival in
                ReadingRoom.Visit(
                    arrival: arrival,
                    notified: subject.isRaised ? arrival + (subject.notification ?? 0) : nil,
                    rank: subject.rank)
            }
            for (index, wait) in room.waits(visits, isTriaged: false).enumerated() {
                firstCome[index] += wait / Double(worlds)
            }
            for (index, wait) in room.waits(visits, isTriaged: true).enumerated() {
                triaged[index] += wait / Double(worlds)
            }
        }
        return (firstCome, triaged)
    }

    /// One number a study, whose mean is wanted.
    private struct Series {
        let rows: [Int]
        let values: [Double]
    }

    /// Makes the report; patients are drawn again as often as for the other intervals.
    func report(
        bootstrap: PatientBootstrap, replicates: Int, confidence: Double
    ) -> DelayReport {
        let (firstCome, triaged) = waits()
        let sides = [true, false].map { side in
            subjects.indices.filter { subjects[$0].hasFinding == side }
        }
        let series = sides.flatMap { rows in
            [
                Series(rows: rows, values: rows.map { firstCome[$0] }),
                Series(rows: rows, values: rows.map { triaged[$0] }),
                Series(rows: rows, values: rows.map { firstCome[$0] - triaged[$0] }),
                Series(rows: rows, values: rows.map { subjects[$0].notification ?? .nan }),
            ]
        }
        let means = means(series, bootstrap, replicates, confidence)
        func group(_ side: Int) -> DelayReport.Group {
            let notification = means[4 * side + 3]
            return DelayReport.Group(
                count: sides[side].count,
                notification: notification.value.isFinite ? notification : nil,
                firstCome: means[4 * side], triaged: means[4 * side + 1],
                gain: means[4 * side + 2],
                firstComeWaits: series[4 * side].values.sorted(),
                triagedWaits: series[4 * side + 1].values.sorted())
        }
        return DelayReport(
            positives: group(0), negatives: group(1), raised: subjects.count { $0.isRaised },
            hasArrivals: hasArrivals,
            hasNotifications: subjects.allSatisfy { !$0.isRaised || $0.notification != nil },
            room: room, codes: codes)
    }

    private func means(
        _ series: [Series], _ bootstrap: PatientBootstrap, _ replicates: Int,
        _ confidence: Double
    ) -> [Estimate] {
        let patients = series.map { $0.rows.map { subjects[$0].patient } }
        var resampled = [[Double]](repeating: [], count: series.count)
        var bootstrap = bootstrap
        for _ in 0..<replicates {
            let weights = bootstrap.next()
            for (index, part) in series.enumerated() {
                var (sum, total) = (0.0, 0.0)
                for (value, patient) in zip(part.values, patients[index]) {
                    sum += value * weights[patient]
                    total += weights[patient]
                }
                resampled[index].append(sum / total)
            }
        }
        return series.enumerated().map { index, part in
            let value = part.values.reduce(0, +) / Double(part.values.count)
            guard replicates > 0 else { return Estimate(value: value) }
            return Estimate(
                value: value,
                interval: Estimate.percentiles(resampled[index], confidence: confidence))
        }
    }
}
