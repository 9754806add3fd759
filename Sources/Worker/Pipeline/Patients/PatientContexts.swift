internal import Context
internal import Synchronization
package import VigilCore
internal import Wire

/// What is known of patients, as the topic of context has it. The transport thread writes it, those
/// that read studies ask it.
package final class PatientContexts: Sendable {
    private struct State {
        var table = ContextTable()
        var isCurrent = false
    }

    /// The topic's name.
    package let topic: String
    /// How findings are revised for what becomes known later; nil: they are not.
    let late: LateRule?
    private let decoder = ContextRecordDecoder()
    private let state = Mutex(State())

    /// Nothing is known.
    package init(topic: String, late: LateRule? = nil) {
        self.topic = topic
        self.late = late
    }

    /// What is known now of a study's patient: from each item's window before a time on, and up to
    /// the end of the time in which the study may be revised. Neither hangs on when it is asked
    /// while that lasts, so that it does not hang on the order in which things come.
    ///
    /// - Parameter time: when the study was there.
    package func known(
        of patient: StudyPatient, at time: Timestamp, now: Timestamp
    ) -> PatientContext {
        guard case .named(let name) = patient else {
            return PatientContext(.unclear, of: nil, at: nil)
        }
        let end = max(time.later(by: late?.window ?? .zero), now)
        let found: PatientContext.State = state.withLock { state in
            state.isCurrent ? .known(state.table.known(of: name, at: time, until: end)) : .notRead
        }
        return PatientContext(found, of: name, at: time)
    }

    /// Takes a record of the topic in, and says what became of it, and whom it is about.
    func take(_ record: InboundRecord) -> (ContextTable.Intake, of: Pseudonym?) {
        switch decoder.decode(record) {
        case .refused(let refusal): (ContextTable.Intake(refusal), nil)
        case .record(let record): (state.withLock { $0.table.take(record) }, record.patient)
        }
    }

    /// Whether all is read that stood on the topic when reading it began.
    package var isCurrent: Bool { state.withLock { $0.isCurrent } }

    func mark(isCurrent: Bool) { state.withLock { $0.isCurrent = isCurrent } }

    /// The topic is gone: what it said says nothing of the one that takes its place.
    func startAgain() { state.withLock { $0 = State() } }

    /// Forgets what says nothing any more, even of a study that may still be revised.
    func expire(at time: Timestamp) {
        let time = time.later(by: .zero - (late?.window ?? .zero))
        state.withLock { $0.table.expire(at: time) }
    }

    /// Of how many patients something is kept, and how many values of all.
    package var size: (patients: Int, values: Int) {
        state.withLock { ($0.table.patientCount, $0.table.valueCount) }
    }
}
