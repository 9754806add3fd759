internal import Energy
internal import Imaging
package import VigilCore
package import Wire

/// A study on its way through the decoders, one instance after the other: which come next, and what
/// is known of those that were read. It may be left between two instances and gone on with later,
/// on another thread.
package struct StudyReading: Sendable {
    /// Its instances, in the order of the event.
    package let event: StudyEvent
    /// How the study came together; nil for an event that was complete by itself.
    package let revision: FindingRecord.Revision?
    /// When the event was taken in.
    let taken: MonotonicTime
    /// The instance that is read next.
    var next = 0
    /// Images that were handed over so far.
    package internal(set) var images = 0
    /// What the finding tells of each instance that was read.
    var instances: [FindingRecord.Instance] = []
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
        _ event: StudyEvent, revision: FindingRecord.Revision? = nil, taken: MonotonicTime
    ) {
        self.event = event
        self.revision = revision
        self.taken = taken
    }

    /// What decoders took over it so far.
    package var spent: Duration { fetched + decoded + preprocessed }

    /// Bytes of memory that it keeps between two instances.
    package var holds: Int {
        series.reduce(0) { $0 + $1.slices.reduce(0) { $0 + $1.count } } * MemoryLayout<Int16>.stride
    }

    /// All about the study, once it is read to its end.
    func whole(at wall: Timestamp, _ now: MonotonicTime, nothing: EnergyReading) -> PreparedStudy {
        PreparedStudy(
            images: images, instances: instances, decodedAt: wall, readyAt: now,
            queued: max(.zero, now - taken - spent), fetched: fetched, decoded: decoded,
            preprocessed: preprocessed, revision: revision, energy: energy ?? nothing)
    }
}
