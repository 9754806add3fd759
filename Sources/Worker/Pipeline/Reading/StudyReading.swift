internal import Control
internal import Energy
internal import Imaging
package import VigilCore
internal import WorkerCore

/// A study on its way through the decoders, one instance after the other: which come next, and what
/// is known of those that were read. It may be left between two instances and gone on with later,
/// on another thread.
package struct StudyReading: Sendable {
    /// Its instances, in the order of the event.
    package let event: StudyEvent
    var known: KnownBefore
    /// When the event was taken in.
    let taken: MonotonicTime
    /// The instance that is read next.
    var next = 0
    /// Images that were handed over so far.
    package internal(set) var images = 0
    var told = ToldInstances()
    /// Holds the objects against the event.
    var identity = IdentityGate()
    /// Bytes of the files so far.
    var bytes: Int64 = 0
    var took = ReadingTimes()
    /// What reading cost, by the parts that were measured.
    var energy: EnergyReading?
    /// The slices of each series, of a model of volumes.
    var series: [SeriesSlices] = []
    /// Whether all instances are read and the series chosen that become volumes.
    var isAssembling = false

    /// A study of which nothing was read.
    ///
    /// - Parameters:
    ///   - decided: when it was decided before, to decide the same again; nil: now.
    ///   - contextTime: when it was there, from when back its patient's values count; nil: now.
    package init(
        _ event: StudyEvent, revision: Finding.Revision? = nil,
        order: Finding.Order? = nil, decided: Timestamp? = nil, contextTime: Timestamp? = nil,
        taken: MonotonicTime
    ) {
        self.event = event
        known = KnownBefore(
            revision: revision, order: order, decided: decided, contextTime: contextTime,
            isInParts: revision != nil)
        self.taken = taken
    }

    /// What decoders took over it so far.
    package var spent: Duration { took.sum }

    /// What it has taken so far, to be held against the bounds.
    var use: StudyBudget.Use {
        StudyBudget.Use(
            images: images, bytes: bytes, readingTime: spent, processorTime: took.processor)
    }

    /// Bytes of memory that it keeps between two instances.
    package var holds: Int {
        series.reduce(0) { $0 + $1.slices.reduce(0) { $0 + $1.count } } * MemoryLayout<Int16>.stride
    }

    /// Whether volumes are to be made of it, once all instances are read.
    var hasVolumes: Bool {
        identity.mismatches.isEmpty && known.control?.stop == nil && !told.instances.isEmpty
            && (!isAssembling || !series.isEmpty)
    }

    /// All about the study, once it is read to its end.
    func whole(at wall: Timestamp, _ now: MonotonicTime, nothing: EnergyReading) -> PreparedStudy {
        var last = self
        let renumbered = last.told.drop()
        return PreparedStudy(
            images: images, instances: last.told.instances, traits: last.told.traits,
            scanners: Set(last.told.scanners.map { $0 ?? Scanner([]) }),
            renumbered: renumbered,
            gated: GateReport(
                leftOut: last.told.leftOut.sorted { ($0.place ?? 0) < ($1.place ?? 0) },
                mismatches: identity.mismatches, unknown: last.told.unknown),
            decodedAt: wall, readyAt: now,
            queued: max(.zero, now - taken - spent), took: took, known: known,
            energy: energy ?? nothing)
    }
}
