package import VigilCore

/// Watches what findings' records tell of studies for a change, stream by stream: each quantity of
/// each kind of study, in each partition of the topic apart.
///
/// What it knows of a partition follows from the partition's records up to an offset and from
/// nothing else. So two of them unite, whoever read which partitions how far, and nothing is
/// counted twice.
package struct DriftMonitor: Sendable, Hashable {
    /// Of so many streams a partition is followed, the first that came.
    package static let streamsMax = 4096
    /// The share of false alarms among alarms, and the probability at most that a stream without a
    /// change ever has one.
    package static let level = 0.05

    /// What is known of one partition.
    struct Partition: Sendable, Hashable {
        /// Of the last record that was taken in.
        var offset: Int64
        var streams: [DriftName: DriftStream] = [:]
        /// Numbers that came of streams beyond the bound.
        var unfollowed = 0
    }

    var partitions: [TopicPartition: Partition] = [:]
    /// The first alarm of each stream.
    var alarms: [DriftName: DriftAlarm] = [:]

    package init() {}

    /// Numbers that came of more streams than are followed.
    package var unfollowed: Int { partitions.values.reduce(0) { $0 &+ $1.unfollowed } }

    /// Takes a record in, unless its partition is known further already. Of a study its first
    /// record counts: revisions are no new studies.
    ///
    /// - Parameters:
    ///   - digest: of the record, by which ties of ranks are drawn.
    ///   - published: the record's time.
    package mutating func take(
        _ finding: Finding, _ digest: Digest, at position: RecordPosition, published: Timestamp
    ) {
        let place = position.topicPartition
        var partition = partitions.removeValue(forKey: place) ?? Partition(offset: -1)
        defer { partitions[place] = partition }
        guard position.offset > partition.offset else { return }
        partition.offset = position.offset
        guard finding.revision?.number ?? 1 == 1 else { return }
        let seed = digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var draw = SplitMix64(seed: seed)
        for observation in DriftObservation.all(of: finding) {
            // Drawn for each, followed or not, so that the next one's does not hang on it.
            let part = draw.unit()
            guard
                partition.streams[observation.name] != nil
                    || partition.streams.count < Self.streamsMax
            else {
                partition.unfollowed += 1
                continue
            }
            partition.streams[observation.name, default: DriftStream()].take(
                observation.value, part: part, calibration: observation.calibration,
                at: published)
        }
    }

    /// Takes in what another one knows: of each partition whoever read further.
    package mutating func formUnion(_ other: DriftMonitor) {
        partitions.merge(other.partitions) { $0.offset < $1.offset ? $1 : $0 }
        alarms.merge(other.alarms) { $1.at < $0.at ? $1 : $0 }
    }
}

/// That a stream has changed.
package struct DriftAlarm: Sendable, Hashable {
    /// The newest study's time when it was raised.
    package let at: Timestamp
    /// The e-value then, and what had to be reached.
    package let evidence: Double
    package let bound: Double
    /// Studies of the stream until then.
    package let studies: Int
    /// Since when numbers have been as the winning bet says: a guess.
    package let since: Timestamp
    /// The calibrations that answered last, in order.
    package let calibrations: [Digest]
}
