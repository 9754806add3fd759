package import VigilCore

/// The findings that are decided anew when more becomes known of their patients, of all studies of
/// the topic of findings, since a partition that is taken over brings its studies with it; so many
/// bytes of them at most, those whose time is over first go first. And which are to be looked at.
/// Pure; a part of ``WorkerCore``.
package struct RevisableFindings: Sendable {
    /// What a finding takes besides its record, and each value that it was decided by, about.
    private static let overhead = (finding: 500, value: 120)

    private let bytesMax: Int
    private var findings: [Pseudonym: RevisableFinding] = [:]
    private var ofPatient: [Pseudonym: Set<Pseudonym>] = [:]
    /// Those to be looked at, the next one last, and the same without an order.
    private var queue: [Pseudonym] = []
    private var queued: Set<Pseudonym> = []
    private var bytes = 0

    /// - Parameter bytesMax: 0 keeps none.
    package init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Whether findings are revised at all.
    var isAsked: Bool { bytesMax > 0 }
    /// How many are known.
    package var count: Int { findings.count }
    /// Whether some are to be looked at.
    package var hasQueued: Bool { !queue.isEmpty }

    /// What was said last of a study; nil where that is not revised.
    package subscript(study: Pseudonym) -> RevisableFinding? { findings[study] }

    /// Takes in what was said last of a study.
    ///
    /// - Parameters:
    ///   - finding: nil: nothing that is revised.
    ///   - wall: now.
    /// - Returns: how many were forgotten for want of room before their time was over.
    package mutating func note(
        _ finding: RevisableFinding?, of study: Pseudonym, at wall: Timestamp
    ) -> Int {
        forget(study)
        guard isAsked, let finding else { return 0 }
        findings[study] = finding
        ofPatient[finding.patient, default: []].insert(study)
        bytes += Self.size(finding)
        guard bytes > bytesMax else { return 0 }
        // A quarter at a time, so that the sorting is paid for by many.
        let oldest = findings.sorted {
            ($0.value.until, $0.key.safeText) < ($1.value.until, $1.key.safeText)
        }
        let over = oldest.prefix { $0.value.until <= wall }.count
        let gone = oldest.prefix(max(1, findings.count / 4, over))
        for (study, _) in gone { forget(study) }
        return gone.count - over
    }

    private static func size(_ finding: RevisableFinding) -> Int {
        finding.record.count + overhead.finding
            + overhead.value * finding.context.observations.count
    }

    /// A study's finding is revised no more.
    mutating func forget(_ study: Pseudonym) {
        guard let old = findings.removeValue(forKey: study) else { return }
        bytes -= Self.size(old)
        ofPatient[old.patient]?.remove(study)
        if ofPatient[old.patient]?.isEmpty == true { ofPatient[old.patient] = nil }
    }

    /// A study's finding is to be looked at.
    package mutating func mark(_ study: Pseudonym) {
        if queued.insert(study).inserted { queue.append(study) }
    }

    /// Something of a patient has changed.
    package mutating func mark(patient: Pseudonym) {
        for study in ofPatient[patient] ?? [] { mark(study) }
    }

    /// Anything may have changed.
    package mutating func markAll() {
        for study in findings.keys { mark(study) }
    }

    /// The next to be looked at; nil when there is none.
    package mutating func takeNext() -> Pseudonym? {
        guard let next = queue.popLast() else { return nil }
        queued.remove(next)
        return next
    }
}
