internal import Synchronization
internal import VigilCore
package import WorkerCore

/// Studies that decoders have begun to read and left, to be gone on with by whichever is free. Any
/// thread.
package final class ReadingShelf: Sendable {
    private let readings = Mutex<[StudyTicket: StudyReading]>([:])

    /// Nothing.
    package init() {}

    /// Takes a study out; nil when nothing was read of it.
    package func take(_ ticket: StudyTicket) -> StudyReading? {
        readings.withLock { $0.removeValue(forKey: ticket) }
    }

    /// Puts a study back.
    package func put(_ reading: StudyReading, of ticket: StudyTicket) {
        readings.withLock { $0[ticket] = reading }
    }

    /// Those that lie here.
    package var tickets: [StudyTicket] { readings.withLock { Array($0.keys) } }

    /// Forgets studies that nobody goes on with.
    package func forget(_ tickets: [StudyTicket]) {
        readings.withLock { held in
            for ticket in tickets { held[ticket] = nil }
        }
    }
}
