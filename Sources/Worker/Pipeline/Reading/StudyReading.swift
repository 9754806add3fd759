internal import Energy
internal import Imaging
package import VigilCore
package import Wire
internal import WorkerCore

/// A study on its way through the decoders, one instance after the other: which come next, and what
/// is known of those that were read. It may be left between two instances and gone on with later,
/// on another thread.
package struct StudyReading: Sendable {
    /// Its instances, in the order of the event.
    package let event: StudyEvent
    /// How the study came together; nil for an event that was complete by itself.
    package let revision: FindingRecord.Revision?
    /// What people ordered, where more is known than what the event says.
    let order: FindingRecord.Order?
    /// When the event was taken in.
    let taken: MonotonicTime
    /// The instance that is read next.
    var next = 0
    /// Images that were handed over so far.
    package internal(set) var images = 0
    /// What the finding tells of each instance that is shown to the model, and where each stands in
    /// the event.
    var instances: [FindingRecord.Instance] = []
    var positions: [Int] = []
    /// What it tells of those that are not shown.
    var leftOut: [FindingRecord.LeftOut] = []
    /// Of ``instances``, those of which nothing is part of a volume.
    var dropped: [Int: LeftOutReason] = [:]
    /// Holds the objects against the event.
    var identity = IdentityGate()
    /// Bytes of the files so far.
    var bytes: Int64 = 0
    var fetched = Duration.zero
    var decoded = Duration.zero
    var preprocessed = Duration.zero
    /// Processor time of the calling threads and of the decoders.
    var processor = Duration.zero
    /// What reading cost, by the parts that were measured.
    var energy: EnergyReading?
    /// The slices of each series, of a model of volumes.
    var series: [SeriesSlices] = []
    /// Whether all instances are read and the series chosen that become volumes.
    var isAssembling = false

    /// A study of which nothing was read.
    package init(
        _ event: StudyEvent, revision: FindingRecord.Revision? = nil,
        order: FindingRecord.Order? = nil, taken: MonotonicTime
    ) {
        self.order = order
        self.event = event
        self.revision = revision
        self.taken = taken
    }

    /// What decoders took over it so far.
    package var spent: Duration { fetched + decoded + preprocessed }

    /// What it has taken so far, to be held against the bounds.
    var use: StudyBudget.Use {
        StudyBudget.Use(
            images: images, bytes: bytes, readingTime: spent, processorTime: processor)
    }

    /// Bytes of memory that it keeps between two instances.
    package var holds: Int {
        series.reduce(0) { $0 + $1.slices.reduce(0) { $0 + $1.count } } * MemoryLayout<Int16>.stride
    }

    /// Whether volumes are to be made of it, once all instances are read.
    var hasVolumes: Bool {
        identity.mismatches.isEmpty && !instances.isEmpty && (!isAssembling || !series.isEmpty)
    }

    /// All about the study, once it is read to its end.
    func whole(at wall: Timestamp, _ now: MonotonicTime, nothing: EnergyReading) -> PreparedStudy {
        var last = self
        let renumbered = last.drop()
        return PreparedStudy(
            images: images, instances: last.instances, renumbered: renumbered,
            leftOut: last.leftOut.sorted { ($0.place ?? 0) < ($1.place ?? 0) },
            mismatches: identity.mismatches, decodedAt: wall, readyAt: now,
            queued: max(.zero, now - taken - spent), fetched: fetched, decoded: decoded,
            preprocessed: preprocessed, revision: revision, order: order,
            energy: energy ?? nothing)
    }
}
