internal import VigilCore

/// Studies on their way through the decoders: those that wait, those that failed and wait for
/// another attempt, and those that are being read. Pure; a part of ``WorkerCore``.
struct DecodingLine: Sendable {
    /// Whether a decoder has a study.
    enum KeptDecoder: Sendable {
        case free
        case busy
    }

    /// Those that wait for a decoder.
    var waiting = UrgencyQueue()
    /// Those that wait for another attempt.
    private(set) var delayed = DeadlineQueue<StudyTicket>()
    /// Those that a decoder reads now.
    var running: Set<StudyTicket> = []
    /// The decoder that is kept for `stat` studies; nil until it has asked for one.
    var kept: KeptDecoder?
    /// How many topics are waited for that tell of patients.
    var contextsAwaited = 0
    /// Bytes that studies keep of what was read of them so far.
    private(set) var held: [StudyTicket: Int] = [:]

    /// Nothing.
    init() {}

    /// Bytes that all of them keep.
    var heldBytes: Int { held.values.reduce(0, +) }

    /// Whether a study waits for another attempt.
    func isDelayed(_ ticket: StudyTicket) -> Bool { delayed.contains { $0 == ticket } }

    /// Lets a study wait for another attempt.
    mutating func delay(_ ticket: StudyTicket, until time: MonotonicTime) {
        delayed.insert(ticket, deadline: time)
    }

    /// Takes out a study whose next attempt is due.
    mutating func takeDue(by now: MonotonicTime) -> StudyTicket? {
        guard let due = delayed.first, due.deadline <= now else { return nil }
        return delayed.popFirst()
    }

    /// Notes what a study keeps until it is read to its end; nothing any more with 0.
    mutating func keep(_ bytes: Int, of ticket: StudyTicket) {
        held[ticket] = bytes > 0 ? bytes : nil
    }

    /// Takes a study out that has its outcome.
    mutating func end(_ ticket: StudyTicket) {
        held[ticket] = nil
        waiting.remove(ticket)
        if isDelayed(ticket) { delayed.removeAll { $0 == ticket } }
    }

    /// Takes studies out that are gone. What a decoder still reads of them ends by itself.
    mutating func forget(_ gone: Set<StudyTicket>) {
        waiting.removeAll { gone.contains($0) }
        delayed.removeAll { gone.contains($0) }
    }
}
