package import VigilCore

/// How one stream stands, over all partitions.
package struct DriftStanding: Sendable, Hashable {
    package let name: DriftName
    /// How many studies told of it.
    package let studies: Int
    /// The e-value: the mean of the partitions', of which those without a study have the 1 that
    /// each began with. Of random order it is 1 at most on the average, at any time.
    package let evidence: Double
    /// Since when numbers have been as the winning bet says; nil while nothing was bet.
    package let since: Timestamp?
    /// The calibrations that answered last, in order.
    package let calibrations: [Digest]
    /// Its first alarm; nil: it had none.
    package internal(set) var alarm: DriftAlarm?
}

extension DriftMonitor {
    /// How all streams stand, the strongest evidence first.
    ///
    /// - Parameter count: the topic's partitions, known before any was read.
    package func standings(partitions count: Int) -> [DriftStanding] {
        var parts: [DriftName: [DriftStream]] = [:]
        for partition in partitions.keys.sorted().compactMap({ partitions[$0] }) {
            for (name, stream) in partition.streams { parts[name, default: []].append(stream) }
        }
        let weights = Double(max(count, partitions.count, 1))
        return parts.map { name, streams in
            let best = streams.max { $0.evidence < $1.evidence }
            let rest = weights - Double(streams.count)
            return DriftStanding(
                name: name, studies: streams.reduce(0) { $0 + $1.ranks.total },
                evidence: streams.reduce(rest) { $0 + $1.evidence } / weights,
                since: best.flatMap { $0.ranks.total > DriftBets.learning ? $0.bets.since : nil },
                calibrations: Set(streams.compactMap(\.calibration)).sorted {
                    $0.bytes.lexicographicallyPrecedes($1.bytes)
                }, alarm: alarms[name])
        }.sorted {
            $0.evidence == $1.evidence
                ? DriftName.isBefore($0.name, $1.name) : $0.evidence > $1.evidence
        }
    }

    /// Raises alarms by what is known now: of K streams the k strongest where the k-th has K / (k
    /// times the level) at least (e-BH: Wang and Ramdas, False discovery rate control with
    /// e-values, 2022), which needs nothing of how streams depend on each other. What was raised
    /// stays.
    ///
    /// - Returns: the streams that had no alarm before.
    package mutating func raise(partitions count: Int, at time: Timestamp) -> [DriftStanding] {
        let standings = standings(partitions: count)
        let bounds = standings.indices.map {
            Double(standings.count) / (Double($0 + 1) * Self.level)
        }
        guard let last = standings.indices.last(where: { standings[$0].evidence >= bounds[$0] })
        else { return [] }
        var raised: [DriftStanding] = []
        for var standing in standings[...last] where standing.alarm == nil {
            let alarm = DriftAlarm(
                at: time, evidence: standing.evidence, bound: bounds[last],
                studies: standing.studies, since: standing.since ?? time,
                calibrations: standing.calibrations)
            alarms[standing.name] = alarm
            standing.alarm = alarm
            raised.append(standing)
        }
        return raised
    }
}
