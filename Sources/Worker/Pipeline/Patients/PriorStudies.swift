internal import Context
internal import Synchronization
internal import VigilCore
internal import Wire

/// Patients' earlier studies, as the topic of findings has them. The transport thread writes it,
/// those that read studies ask it.
package final class PriorStudies: Sendable {
    private struct State {
        var table: PriorTable
        var isCurrent = false
    }

    /// What became of a record.
    enum Intake: Sendable {
        case taken
        case unreadable
        /// Of a study without a key.
        case nothing
    }

    /// The topic's name.
    package let topic: String
    private let patientsMax: Int
    private let spread: Double?
    private let state: Mutex<State>

    /// Nothing is known.
    ///
    /// - Parameters:
    ///   - topic: of findings.
    ///   - patientsMax: of how many patients studies are kept.
    ///   - spread: as of ``Finding/PriorQuestion/spread``.
    package init(topic: String, patientsMax: Int, spread: Double?) {
        self.topic = topic
        self.patientsMax = patientsMax
        self.spread = spread
        state = Mutex(State(table: PriorTable(patientsMax: patientsMax)))
    }

    /// What is known now of a patient's study before this one.
    ///
    /// - Parameter time: when this study was there.
    func known(
        of patient: StudyPatient, at time: Timestamp, study: Pseudonym, kind: Finding.StudyKind
    ) -> KnownPrior {
        guard case .named(let name) = patient else {
            return KnownPrior(
                .unclear,
                Finding.PriorQuestion(patient: nil, time: nil, kind: kind, spread: spread))
        }
        let found = state.withLock { state -> KnownPrior.Found in
            guard state.isCurrent else { return .notRead }
            return state.table.prior(of: name, before: time, besides: study, like: kind)
        }
        return KnownPrior(
            found, Finding.PriorQuestion(patient: name, time: time, kind: kind, spread: spread))
    }

    /// Takes in the record of the topic that is a study's newest.
    func take(_ record: InboundRecord) -> Intake {
        let key = record.key.map { String(decoding: $0, as: UTF8.self) }
        guard let study = key.flatMap({ Pseudonym(hex: $0) }) else { return .nothing }
        guard record.value != nil else {
            state.withLock { $0.table.remove(study: study) }
            return .taken
        }
        let read = try? FindingDecoder.decodeNamed(record)
        let reading = read.map { EarlierStudy.read($0.finding, digest: $0.digest) }
        switch read?.finding.pseudonym == study ? reading : nil {
        case .study(let earlier)?:
            state.withLock { $0.table.take(earlier) }
            return .taken
        case .nothing?:
            state.withLock { $0.table.remove(study: study) }
            return .taken
        case .contradictory?, nil:
            state.withLock { $0.table.markUnreadable(study: study) }
            return .unreadable
        }
    }

    /// Whether all is read that stood on the topic when reading it began.
    package var isCurrent: Bool { state.withLock { $0.isCurrent } }

    func mark(isCurrent: Bool) { state.withLock { $0.isCurrent = isCurrent } }

    /// The topic is gone: what it said says nothing of the one that takes its place.
    func startAgain() {
        state.withLock { $0 = State(table: PriorTable(patientsMax: patientsMax)) }
    }

    /// Of how many patients something is kept, and how many studies of all.
    package var size: (patients: Int, studies: Int) {
        state.withLock { ($0.table.patientCount, $0.table.studyCount) }
    }
}
