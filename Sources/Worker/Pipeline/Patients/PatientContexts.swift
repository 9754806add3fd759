internal import Context
internal import Synchronization
internal import VigilCore
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
    private let decoder = ContextRecordDecoder()
    private let state = Mutex(State())

    /// Nothing is known.
    package init(topic: String) { self.topic = topic }

    /// What is known of a study's patient at a time.
    func known(of patient: StudyPatient, at time: Timestamp) -> PatientContext {
        guard case .named(let name) = patient else { return .unclear }
        return state.withLock { state in
            state.isCurrent ? .known(state.table.known(of: name, at: time)) : .notRead
        }
    }

    /// Takes a record of the topic in, and says what became of it.
    func take(_ record: InboundRecord) -> ContextTable.Intake {
        switch decoder.decode(record) {
        case .refused(let refusal): ContextTable.Intake(refusal)
        case .record(let record): state.withLock { $0.table.take(record) }
        }
    }

    /// Whether all is read that stood on the topic when reading it began.
    package var isCurrent: Bool { state.withLock { $0.isCurrent } }

    func mark(isCurrent: Bool) { state.withLock { $0.isCurrent = isCurrent } }

    /// The topic is gone: what it said says nothing of the one that takes its place.
    func startAgain() { state.withLock { $0 = State() } }

    /// Forgets what says nothing any more.
    func expire(at time: Timestamp) { state.withLock { $0.table.expire(at: time) } }

    /// Of how many patients something is kept, and how many values of all.
    package var size: (patients: Int, values: Int) {
        state.withLock { ($0.table.patientCount, $0.table.valueCount) }
    }
}
