internal import VigilCore

/// A change of the consumer's flow.
package enum FlowChange: Sendable, Equatable {
    case pause
    case resume
}

/// How much is in flight of each lane, and whether its partitions are paused. Pure; a part of
/// ``WorkerCore``.
struct IntakeFlow: Sendable {
    private struct Load: Sendable {
        var records = 0
        /// Of all its records.
        var bytes = 0
        var isPaused = false
    }

    private let limits: WorkerLimits.Intake
    private var loads: [IntakeLane: Load] = [:]

    init(_ limits: WorkerLimits.Intake) {
        self.limits = limits
    }

    /// Bytes of all lanes.
    var bytes: Int { loads.values.reduce(0) { $0 + $1.bytes } }

    /// Counts a record in or, with -1, out.
    mutating func count(_ record: InboundRecord, by sign: Int) {
        let lane = limits.lane(of: record.position.topic)
        loads[lane, default: Load()].records += sign
        loads[lane, default: Load()].bytes += sign * record.byteCount
    }

    /// What to do with a lane's partitions, if anything has to change. Two watermarks, since every
    /// pause throws away what the client had fetched ahead.
    ///
    /// - Parameter ledgerIsFull: whether one of its partitions has to stand still.
    mutating func change(_ lane: IntakeLane, ledgerIsFull: Bool) -> FlowChange? {
        var load = loads[lane, default: Load()]
        defer { loads[lane] = load }
        let isFull = load.records >= limits.recordsMax || load.bytes >= limits.bytesMax
        if !load.isPaused, isFull || ledgerIsFull {
            load.isPaused = true
            return .pause
        }
        let hasRoom = load.records <= limits.resumeBelow && load.bytes <= limits.bytesMax / 2
        if load.isPaused, hasRoom, !ledgerIsFull {
            load.isPaused = false
            return .resume
        }
        return nil
    }

    /// Whether a lane is paused now.
    func isPaused(_ lane: IntakeLane) -> Bool { loads[lane]?.isPaused ?? false }
}

extension WorkerCore {
    /// What to do with a lane's partitions, if anything has to change.
    package mutating func flowChange(_ lane: IntakeLane = .ordinary) -> FlowChange? {
        let ledgerIsFull = partitions.full.contains {
            limits.intake.lane(of: $0.topic) == lane
        }
        return studies.flow.change(lane, ledgerIsFull: ledgerIsFull)
    }

    /// Whether a lane is paused now, for partitions that were just assigned.
    package func isPaused(_ lane: IntakeLane) -> Bool { studies.flow.isPaused(lane) }
}
