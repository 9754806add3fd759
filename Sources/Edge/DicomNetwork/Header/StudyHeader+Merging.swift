package import StudyHeaders
internal import VigilCore

extension StudyHeader {
    /// One header of the headers of a study's instances, at least one. Where instances differ in
    /// what they say of patient or study, the first says it that says anything; each instance
    /// stands once, in the order of its SOP instance UID.
    ///
    /// - Throws: ``DicomHeaderError/severalStudies`` for instances of different studies, or of
    ///   patients with different numbers.
    package static func merging(
        _ headers: [StudyHeader]
    ) throws(DicomHeaderError) -> StudyHeader {
        guard var merged = headers.first else { throw .missing("instance") }
        for header in headers.dropFirst() {
            let ids = [merged.patient.id, header.patient.id].filter { !$0.isEmpty }
            guard header.study.instanceUID == merged.study.instanceUID, Set(ids).count < 2 else {
                throw .severalStudies
            }
            merged.patient.fill(from: header.patient)
            merged.study.fill(from: header.study)
            merged.instances += header.instances
        }
        var seen: Set<PatientText> = []
        merged.instances = merged.instances
            .sorted { $0.sopInstanceUID.disclosed < $1.sopInstanceUID.disclosed }
            .filter { seen.insert($0.sopInstanceUID).inserted }
        return merged
    }
}

extension PatientHeader {
    fileprivate mutating func fill(from other: PatientHeader) {
        for text in [\PatientHeader.id, \.issuer, \.name, \.birthDate]
        where self[keyPath: text].isEmpty {
            self[keyPath: text] = other[keyPath: text]
        }
        if sex.isEmpty { sex = other.sex }
    }
}

extension StudyIdentifiers {
    fileprivate mutating func fill(from other: StudyIdentifiers) {
        let texts = [
            \StudyIdentifiers.id, \.date, \.time, \.accessionNumber, \.referringPhysician,
        ]
        for text in texts where self[keyPath: text].isEmpty {
            self[keyPath: text] = other[keyPath: text]
        }
        if characterSet.isEmpty { characterSet = other.characterSet }
    }
}
