package import VigilCore

/// Of patients the newest studies that were assessed, by the newest record of each: so many
/// patients at most, those whose newest study is oldest go first. What it answers does not hang on
/// the order in which records of several studies come, but that it says `notKept` where something
/// was forgotten that might have been the answer. Pure.
package struct PriorTable: Sendable {
    /// Studies kept of one patient.
    package static let studiesMax = 4

    private struct Entry: Sendable {
        let study: KeptStudy
        /// Whether the study's newest record was read.
        var isReadable = true

        var time: Timestamp { study.record.time }
        var order: (Timestamp, String) { (time, study.record.study.safeText) }
    }

    private struct Patient: Sendable {
        /// The newest first.
        var entries: [Entry] = []
        /// When the newest study was there that is kept no longer.
        var forgotten: Timestamp?
    }

    private let patientsMax: Int
    private var parts = SharedParts()
    private var patients: [Pseudonym: Patient] = [:]
    private var patientOf: [Pseudonym: Pseudonym] = [:]
    /// When the newest study was there of a patient of whom nothing is kept.
    private var forgotten: Timestamp?

    /// Nothing is known.
    package init(patientsMax: Int) { self.patientsMax = patientsMax }

    /// Of how many patients something is kept.
    package var patientCount: Int { patients.count }
    /// How many studies are kept, of all patients.
    package var studyCount: Int { patientOf.count }

    /// Takes in what stands of a study now, which was said last of it.
    package mutating func take(_ study: EarlierStudy) {
        remove(study: study.record.study)
        var patient = patients[study.patient] ?? Patient()
        patient.entries.append(Entry(study: parts.kept(study)))
        patient.entries.sort { $0.order > $1.order }
        patientOf[study.record.study] = study.patient
        while patient.entries.count > Self.studiesMax {
            let gone = patient.entries.removeLast()
            patientOf[gone.study.record.study] = nil
            patient.forgotten = patient.forgotten.map { max($0, gone.time) } ?? gone.time
        }
        patients[study.patient] = patient
        shrink()
    }

    /// What was said of a study stands no longer, or is nothing to compare with.
    package mutating func remove(study: Pseudonym) {
        guard let name = patientOf.removeValue(forKey: study) else { return }
        patients[name]?.entries.removeAll { $0.study.record.study == study }
        // What was forgotten of the patient is remembered as long as there is room.
        if patients[name]?.entries.isEmpty == true, patients[name]?.forgotten == nil {
            patients[name] = nil
        }
    }

    /// The newest record of a study cannot be read.
    package mutating func markUnreadable(study: Pseudonym) {
        guard let name = patientOf[study], var patient = patients[name] else { return }
        for index in patient.entries.indices
        where patient.entries[index].study.record.study == study {
            patient.entries[index].isReadable = false
        }
        patients[name] = patient
    }

    /// The newest earlier study of the same kind; without one the newest of any.
    ///
    /// - Parameter study: itself, which is not its own prior.
    package func prior(
        of patient: Pseudonym, before time: Timestamp, besides study: Pseudonym,
        like kind: Finding.StudyKind
    ) -> KnownPrior.Found {
        let known = patients[patient]
        let lost = [forgotten, known?.forgotten].compactMap { $0 }.max()
        let earlier = (known?.entries ?? []).filter {
            $0.time < time && $0.study.record.study != study
        }
        let same = earlier.first { kind.isSame(as: $0.study.record.kind) == true }
        // What was forgotten may have been there since, or the only one of the kind.
        if let lost, same.map({ lost >= $0.time }) ?? true { return .notKept }
        guard let found = same ?? earlier.first else { return .noneKnown }
        return found.isReadable ? .study(found.study.whole(of: patient)) : .unreadable
    }

    private mutating func shrink() {
        guard patients.count > patientsMax else { return }
        // An eighth at a time, so that the search is paid for by many.
        let count = max(1, patients.count - patientsMax, patientsMax / 8)
        let oldest = patients.sorted { order($0) < order($1) }.prefix(count)
        for (name, patient) in oldest {
            for entry in patient.entries { patientOf[entry.study.record.study] = nil }
            let last = [patient.entries.first?.time, patient.forgotten, forgotten]
            forgotten = last.compactMap { $0 }.max()
            patients[name] = nil
        }
    }

    private func order(_ element: (key: Pseudonym, value: Patient)) -> (Timestamp, String) {
        let time = element.value.entries.first?.time ?? element.value.forgotten
        return (time ?? Timestamp(microseconds: .min), element.key.safeText)
    }
}
