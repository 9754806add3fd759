import Context
import Testing
import VigilCore

/// Which earlier study of a patient is found, within which bounds, after any order of arrival.
struct PriorTableTests {
    private func table(_ studies: [EarlierStudy], patientsMax: Int = 100) -> PriorTable {
        var table = PriorTable(patientsMax: patientsMax)
        for study in studies { table.take(study) }
        return table
    }

    private func prior(
        _ table: PriorTable, of patient: Int = 1, before hours: Int, besides study: Int = 999,
        like kind: Finding.StudyKind = MadePrior.kind
    ) -> KnownPrior.Found {
        table.prior(
            of: MadePrior.pseudonym(patient), before: MadePrior.time(hours),
            besides: MadePrior.pseudonym(study), like: kind)
    }

    @Test("the newest study before this one is found, and never one that came at its time or later")
    func newest() {
        let studies = [1, 2, 3].map { MadePrior.study($0, of: 1, at: 10 * $0) }
        let table = table(studies)
        #expect(prior(table, before: 25) == .study(studies[1]))
        #expect(prior(table, before: 20) == .study(studies[0]))
        #expect(prior(table, before: 10) == .noneKnown)
        #expect(prior(table, before: 35, besides: 3) == .study(studies[1]))
    }

    @Test("another patient's study is never found")
    func others() {
        let table = table([MadePrior.study(1, of: 2, at: 10)])
        #expect(prior(table, before: 20) == .noneKnown)
        #expect(prior(table, of: 2, before: 20) != .noneKnown)
    }

    @Test("a study of the same view goes before a newer one of another")
    func views() {
        let (frontal, lateral) = (
            MadePrior.study(1, of: 1, at: 10),
            MadePrior.study(2, of: 1, at: 20, kind: MadePrior.lateral)
        )
        let both = table([lateral, frontal])
        #expect(prior(both, before: 30) == .study(frontal))
        #expect(prior(both, before: 30, like: MadePrior.lateral) == .study(lateral))
        #expect(prior(table([lateral]), before: 30) == .study(lateral))
    }

    @Test("what was taken back is found no longer, and the one before it is")
    func takenBack() {
        let studies = [1, 2].map { MadePrior.study($0, of: 1, at: 10 * $0) }
        var table = table(studies)
        table.remove(study: MadePrior.pseudonym(2))
        #expect(prior(table, before: 30) == .study(studies[0]))
        table.remove(study: MadePrior.pseudonym(1))
        #expect(prior(table, before: 30) == .noneKnown)
        #expect(table.patientCount == 0 && table.studyCount == 0)
    }

    @Test("a newer record of a study takes the place of the one before, of another patient as well")
    func revised() {
        let moved = MadePrior.study(1, of: 2, at: 11)
        let table = table([MadePrior.study(1, of: 1, at: 10), moved])
        #expect(prior(table, before: 30) == .noneKnown)
        #expect(prior(table, of: 2, before: 30) == .study(moved))
    }

    @Test("where the newest record of a study cannot be read that is told, until one can")
    func unreadable() {
        let studies = [1, 2].map { MadePrior.study($0, of: 1, at: 10 * $0) }
        var table = table(studies)
        table.markUnreadable(study: MadePrior.pseudonym(2))
        table.markUnreadable(study: MadePrior.pseudonym(77))
        #expect(prior(table, before: 30) == .unreadable)
        #expect(prior(table, before: 15) == .study(studies[0]))
        table.take(studies[1])
        #expect(prior(table, before: 30) == .study(studies[1]))
    }

    @Test("of one patient the newest four are kept, and what is not kept is told")
    func ofOnePatient() {
        let studies = (1...6).map { MadePrior.study($0, of: 1, at: 10 * $0) }
        let table = table(studies.shuffled())
        #expect(table.studyCount == PriorTable.studiesMax)
        #expect(prior(table, before: 70) == .study(studies[5]))
        #expect(prior(table, before: 30) == .notKept)
    }

    @Test("a full table keeps so many patients, those with the newest studies")
    func bounded() {
        let studies = (1...500).map { MadePrior.study($0, of: $0, at: $0) }
        let table = table(studies.shuffled(), patientsMax: 100)
        #expect(table.patientCount <= 100 && table.studyCount == table.patientCount)
        #expect(prior(table, of: 500, before: 501) == .study(studies[499]))
        #expect(prior(table, of: 1, before: 501) == .notKept)
        // Of one that was never seen nobody can tell whether it was forgotten.
        #expect(prior(table, of: 777, before: 501) == .notKept)
    }

    /// What all studies together say, nothing being forgotten.
    private func whole(
        _ studies: [EarlierStudy], of patient: Int, before hours: Int
    ) -> KnownPrior.Found {
        let earlier = studies.filter {
            $0.patient == MadePrior.pseudonym(patient) && $0.record.time < MadePrior.time(hours)
        }
        let same = earlier.filter { $0.record.kind == MadePrior.kind }
        let newest = (same.isEmpty ? earlier : same).max {
            ($0.record.time, $0.record.study.safeText) < ($1.record.time, $1.record.study.safeText)
        }
        return newest.map { .study($0) } ?? .noneKnown
    }

    @Test("in any order of arrival the answer is that of all that stands, or that it is not kept")
    func orders() {
        var (random, kept) = (SystemRandomNumberGenerator(), 0)
        for _ in 0..<300 {
            let studies = (0..<40).map { number in
                MadePrior.study(
                    number, of: .random(in: 1...12, using: &random),
                    at: .random(in: 1...60, using: &random),
                    kind: .random(using: &random) ? MadePrior.kind : MadePrior.lateral)
            }
            let gone = Set((0..<40).filter { _ in Int.random(in: 0..<6, using: &random) == 0 })
            var table = PriorTable(patientsMax: 9)
            for number in studies.indices.shuffled(using: &random) {
                table.take(studies[number])
                if gone.contains(number) { table.remove(study: MadePrior.pseudonym(number)) }
            }
            let stands = studies.indices.filter { !gone.contains($0) }.map { studies[$0] }
            for patient in 1...12 {
                let hours = Int.random(in: 1...70, using: &random)
                let found = prior(table, of: patient, before: hours)
                if found == .notKept { continue }
                kept += 1
                #expect(found == whole(stands, of: patient, before: hours))
            }
        }
        // It is not always said that nothing is kept.
        #expect(kept > 300)
    }
}
