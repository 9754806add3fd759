import Testing
import VigilCore
import WorkerCore

struct RevisableFindingsTests {
    private let now = Timestamp(microseconds: -1)

    private func name(_ number: Int) throws -> Pseudonym {
        let digits = String(number)
        return try #require(
            Pseudonym(hex: String(repeating: "0", count: 32 - digits.count) + digits))
    }

    private func finding(
        of patient: Int, until: Int64 = 0, bytes: Int = 100
    ) throws -> RevisableFinding {
        RevisableFinding(
            study: try #require(DicomUID("1.2.3")), patient: try name(patient),
            context: Finding.Context(
                state: .nothingKnown, weights: Finding.Input(digest: Digest(of: [1])),
                observations: []),
            until: Timestamp(microseconds: until),
            origin: RecordPosition(topic: "in", partition: 0, offset: 0),
            record: Array(repeating: 0, count: bytes))
    }

    @Test("what changes of a patient marks that patient's studies, each once")
    func marks() throws {
        var findings = RevisableFindings(bytesMax: 1 << 20)
        for study in 0..<6 {
            #expect(
                findings.note(try finding(of: study % 2), of: try name(100 + study), at: now) == 0)
        }
        #expect(!findings.hasQueued)
        for _ in 0..<3 { findings.mark(patient: try name(1)) }
        findings.mark(patient: try name(7))
        var taken: [Pseudonym] = []
        while let next = findings.takeNext() { taken.append(next) }
        #expect(Set(taken) == Set(try [101, 103, 105].map(name)) && taken.count == 3)
        findings.markAll()
        taken = []
        while let next = findings.takeNext() { taken.append(next) }
        #expect(taken.count == 6)
    }

    @Test("a newer record of a study takes the older one's place, and may be of no patient")
    func replaces() throws {
        var findings = RevisableFindings(bytesMax: 1 << 20)
        let study = try name(5)
        _ = findings.note(try finding(of: 1), of: study, at: now)
        _ = findings.note(try finding(of: 2), of: study, at: now)
        findings.mark(patient: try name(1))
        #expect(!findings.hasQueued && findings.count == 1)
        findings.mark(patient: try name(2))
        #expect(findings.hasQueued)
        _ = findings.note(nil, of: study, at: now)
        #expect(findings.count == 0 && findings[study] == nil)
    }

    @Test("memory is bounded, and those whose time is over first go first")
    func bounded() throws {
        var findings = RevisableFindings(bytesMax: 100 * 1600)
        var forgotten = 0
        for study in 0..<1000 {
            forgotten += findings.note(
                try finding(of: study, until: Int64(study), bytes: 1100), of: try name(study),
                at: now)
            #expect(findings.count <= 100)
        }
        #expect(findings.count + forgotten == 1000 && findings.count >= 75)
        let (newest, oldest) = (try name(999), try name(0))
        #expect(findings[newest] != nil && findings[oldest] == nil)
        // One that is larger than all the room leaves none behind.
        _ = findings.note(
            try finding(of: 1, until: 9999, bytes: 1 << 20), of: try name(1), at: now)
        #expect(findings.count <= 100)
    }

    @Test("those whose time is over make room, and nobody misses them")
    func over() throws {
        var findings = RevisableFindings(bytesMax: 100 * 1600)
        var forgotten = 0
        for study in 0..<1000 {
            // Each is looked after for as long as 40 others take.
            let time = Timestamp(microseconds: Int64(study))
            forgotten += findings.note(
                try finding(of: study, until: Int64(study + 40), bytes: 1100),
                of: try name(study), at: time)
            #expect(findings.count <= 100)
        }
        #expect(forgotten == 0)
        let newest = try name(960)
        #expect(findings[newest] != nil)
    }

    @Test("with no room nothing is kept")
    func off() throws {
        var findings = RevisableFindings(bytesMax: 0)
        _ = findings.note(try finding(of: 1), of: try name(1), at: now)
        #expect(findings.count == 0)
    }
}
