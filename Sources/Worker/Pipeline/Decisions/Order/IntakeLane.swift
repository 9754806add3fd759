internal import VigilCore

/// Topics whose partitions are paused and resumed together.
package enum IntakeLane: CaseIterable, Sendable {
    /// The input topic and those from which studies come back.
    case ordinary
    /// `topics.urgent`, and what was forwarded of it.
    case urgent
}

/// What is in flight of a lane.
struct LaneLoad: Sendable {
    var records = 0
    /// Of all its records.
    var bytes = 0
    var isPaused = false
}

extension WorkerLimits {
    /// The lane of a topic.
    package func lane(of topic: String) -> IntakeLane {
        urgentTopics.contains(topic) ? .urgent : .ordinary
    }
}

extension WorkerCore {
    /// Counts a record in or, with -1, out.
    mutating func count(_ record: InboundRecord, by sign: Int) {
        let lane = limits.lane(of: record.position.topic)
        loads[lane, default: LaneLoad()].records += sign
        loads[lane, default: LaneLoad()].bytes += sign * record.byteCount
    }

    /// What to do with a lane's partitions, if anything has to change. Two watermarks, since every
    /// pause throws away what the client had fetched ahead.
    package mutating func flowChange(_ lane: IntakeLane = .ordinary) -> FlowChange? {
        var load = loads[lane, default: LaneLoad()]
        defer { loads[lane] = load }
        let ledgerIsFull = ledgers.contains {
            $1.isFull && limits.lane(of: $0.topic) == lane
        }
        let isFull = load.records >= limits.inFlightMax || load.bytes >= limits.inFlightBytesMax
        if !load.isPaused, isFull || ledgerIsFull {
            load.isPaused = true
            return .pause
        }
        let hasRoom =
            load.records <= limits.resumeBelow && load.bytes <= limits.inFlightBytesMax / 2
        if load.isPaused, hasRoom, !ledgerIsFull {
            load.isPaused = false
            return .resume
        }
        return nil
    }

    /// Whether a lane is paused now, for partitions that were just assigned.
    package func isPaused(_ lane: IntakeLane) -> Bool { loads[lane]?.isPaused ?? false }
}
