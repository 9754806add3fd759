package import VigilCore

/// What is known of patients, bounded in memory: a table over the compacted topic of context. Any
/// order of arrival of the same records ends in an equal table while it is not full.
package struct ContextTable: Sendable, Hashable {
    /// What became of a record: how many statements are used, what was taken back, and why the
    /// others are not used.
    package struct Intake: Sendable, Hashable {
        package internal(set) var taken = 0
        package internal(set) var takenBack = 0
        package internal(set) var refused: [ContextRefusal: Int] = [:]

        init() {}

        /// Of a record that cannot be read.
        package init(_ refusal: ContextRefusal) { refused = [refusal: 1] }
    }

    private let patientsMax: Int
    private let valuesMax: Int
    private var patients: [PatientKey: PatientHistory] = [:]
    /// How many values are held of all patients.
    package private(set) var valueCount = 0

    /// - Parameters:
    ///   - patientsMax: of how many patients something is kept.
    ///   - valuesMax: how many values of all; each takes some 80 bytes.
    package init(patientsMax: Int = 500_000, valuesMax: Int = 4_000_000) {
        self.patientsMax = patientsMax
        self.valuesMax = valuesMax
    }

    /// Of how many patients something is known.
    package var patientCount: Int { patients.count }

    /// Takes a record in.
    package mutating func take(_ record: ContextRecord) -> Intake {
        var intake = Intake()
        let key = PatientKey(record.patient)
        guard patients[key] != nil || hasRoom else {
            // What is taken back of somebody who is not known needs no room later either.
            if case .statements(let said, let refused) = record.content {
                intake.refused[.crowded] = said.count
                intake.count(refused)
            }
            return intake
        }
        let change = Self.take(record, &patients[key, default: PatientHistory()], &intake)
        valueCount += change.values
        if change.isEmpty { patients[key] = nil }
        return intake
    }

    private var hasRoom: Bool { patients.count < patientsMax && valueCount < valuesMax }

    private static func take(
        _ record: ContextRecord, _ history: inout PatientHistory, _ intake: inout Intake
    ) -> (values: Int, isEmpty: Bool) {
        let before = history.count
        switch record.content {
        case .retraction:
            history.raiseFloor(ContextIdentity.hash(record.id), to: .takenBack)
            intake.takenBack += 1
        case .statements(let said, let refused):
            intake.count(refused)
            for statement in said { take(statement, of: record, &history, &intake) }
        }
        return (history.count - before, history.isEmpty)
    }

    private static func take(
        _ statement: ContextStatement, of record: ContextRecord, _ history: inout PatientHistory,
        _ intake: inout Intake
    ) {
        let id = ContextIdentity.hash(statement.resource)
        if statement.status.takesBack {
            history.raiseFloor(id, to: .takenBack)
            intake.takenBack += 1
            return
        }
        // What was corrected counts no more, whatever is thought of what stands in its place.
        if statement.status.corrects {
            history.raiseFloor(id, to: ContextVersion(statement))
        }
        switch ContextJudge.judge(statement, record: record) {
        case .used(let entry):
            history.take(entry)
            intake.taken += 1
        case .refused(let refusal): intake.count([refusal])
        }
    }

    /// What is known of a patient at a time: of each item the newest value within its window.
    package func values(of patient: Pseudonym, at time: Timestamp) -> [ContextValue] {
        known(of: patient, at: time).map(\.value)
    }

    /// The same with where it stands on the topic.
    ///
    /// - Parameter end: what was so of the patient later counts too, up to this time; nil: none.
    package func known(
        of patient: Pseudonym, at time: Timestamp, until end: Timestamp? = nil
    ) -> [KnownValue] {
        patients[PatientKey(patient)]?.known(at: time, until: end ?? time) ?? []
    }

    /// Forgets what says nothing any more at a time.
    package mutating func expire(at time: Timestamp) {
        var kept: [PatientKey: PatientHistory] = [:]
        valueCount = 0
        for (key, history) in patients {
            var history = history
            history.expire(at: time)
            guard !history.isEmpty else { continue }
            kept[key] = history
            valueCount += history.count
        }
        patients = kept
    }
}

extension ContextTable.Intake {
    fileprivate mutating func count(_ refusals: [ContextRefusal]) {
        for refusal in refusals { refused[refusal, default: 0] += 1 }
    }
}
