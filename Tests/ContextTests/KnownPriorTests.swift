import Context
import Foundation
import Testing
import VigilCore

/// What a finding says of an earlier study of its patient.
struct KnownPriorTests {
    private func changes(
        from before: Finding, to now: Finding, spread: Double? = 0.5,
        kind: Finding.StudyKind = MadePrior.kind
    ) throws -> [Finding.ScoreChange] {
        let question = MadePrior.question(48, spread: spread)
        let asked = Finding.PriorQuestion(
            patient: question.patient, time: question.time, kind: kind, spread: spread)
        let known = KnownPrior(.study(try MadePrior.asEarlier(before, at: 24)), asked)
        let prior = known.prior(of: now)
        #expect(prior.state == .compared && prior.earlier?.record == Digest(of: [7]))
        // What a record tells is enough to say the same again.
        #expect(KnownPrior(told: prior).prior(of: now) == prior)
        #expect(prior.changes.count == now.findings.count)
        #expect(prior.changes.map(\.head) == now.findings.map(\.head))
        return prior.changes
    }

    private func change(
        _ before: (Float?, Finding.Answer), _ now: (Float?, Finding.Answer),
        spread: Double? = 0.5
    ) throws -> Finding.ScoreChange {
        try #require(
            changes(
                from: MadePrior.finding(8, probability: before.0, answer: before.1),
                to: MadePrior.finding(9, probability: now.0, answer: now.1), spread: spread
            ).first)
    }

    @Test("a change is told where answers differ and scores by more than in an unchanged patient")
    func words() throws {
        #expect(try change((0.1, .notFlagged), (0.9, .flagged)).word == .newSince)
        #expect(try change((0.9, .flagged), (0.1, .notFlagged)).word == .resolvedSince)
        #expect(try change((0.9, .flagged), (0.88, .flagged)).word == .unchanged)
        #expect(try change((0.1, .notFlagged), (0.1, .notFlagged)).word == .unchanged)
    }

    @Test("the interval is the difference of log-odds and 1.96 √2 s to either side")
    func interval() throws {
        let made = try change((0.25, .notFlagged), (0.75, .flagged), spread: 0.3)
        let difference = try #require(made.difference)
        #expect(abs(difference.value - 2 * log(3.0)) < 1e-6)
        #expect(abs(difference.high - difference.value - 1.96 * 2.0.squareRoot() * 0.3) < 1e-12)
        #expect(abs(difference.value - difference.low - 1.96 * 2.0.squareRoot() * 0.3) < 1e-12)
    }

    @Test("nothing is told of what cannot be compared, and why")
    func doubts() throws {
        func doubt(
            _ before: (Float?, Finding.Answer), _ now: (Float?, Finding.Answer),
            spread: Double? = 0.5
        ) throws -> Finding.ScoreChange.Doubt? {
            let made = try change(before, now, spread: spread)
            #expect(made.word == .unknown)
            return made.doubt
        }
        #expect(try doubt((0.45, .notFlagged), (0.55, .flagged)) == .withinSpread)
        #expect(try doubt((0.55, .flagged), (0.45, .notFlagged)) == .withinSpread)
        #expect(try doubt((0.6, .flagged), (0.99, .flagged)) == .scoreChanged)
        #expect(try doubt((0.1, .notFlagged), (0.9, .flagged), spread: nil) == .noInterval)
        #expect(try doubt((0.1, .abstained([.rotated])), (0.9, .flagged)) == .abstained)
        #expect(try doubt((0.1, .notFlagged), (0.9, .abstained([.stopped]))) == .abstained)
        for none in [nil, Float.nan, 0, 1] {
            #expect(try doubt((none, .notFlagged), (0.9, .flagged)) == .noUsableScore)
            #expect(try doubt((0.1, .notFlagged), (none, .flagged)) == .noUsableScore)
        }
    }

    @Test("what another model, preprocessing or calibration said is compared with nothing")
    func otherRules() throws {
        let now = try MadePrior.finding()
        let others: [(Finding, Finding.ScoreChange.Doubt)] = [
            (try MadePrior.finding(8, model: 9), .otherModel),
            (try MadePrior.finding(8, preprocessing: 9), .otherPreprocessing),
            (try MadePrior.finding(8, calibration: 9), .otherAnswers),
        ]
        for (before, doubt) in others {
            #expect(try changes(from: before, to: now).allSatisfy { $0.doubt == doubt })
        }
        let view = try changes(from: now, to: now, kind: MadePrior.lateral)
        #expect(view.allSatisfy { $0.word == .unknown && $0.doubt == .otherView })
        let none = Finding.StudyKind(view: nil, modality: "DX")
        #expect(try changes(from: now, to: now, kind: none).allSatisfy { $0.doubt == .viewUnknown })
    }

    @Test("a finding that laboratory values alone have raised is not new")
    func raisedByContext() throws {
        let fused = Finding.Fused(
            score: 0.9, shares: [Finding.Fused.Share(part: .image, share: LogOdds(units: 0))])
        let before = try MadePrior.finding(8, probability: 0.1, answer: .notFlagged)
        let raised = try MadePrior.finding(9, probability: 0.1, answer: .flagged, fused: fused)
        let made = try changes(from: before, to: raised)
        #expect(made.allSatisfy { $0.word == .unknown && $0.doubt == .flaggedByContext })
        // One that its image would have flagged as well is.
        let both = try MadePrior.finding(9, probability: 0.9, answer: .flagged, fused: fused)
        #expect(try changes(from: before, to: both).allSatisfy { $0.word == .newSince })
    }

    @Test("a record that names two patients or two times is none to compare with")
    func contradictory() throws {
        var finding = try MadePrior.finding()
        #expect(EarlierStudy.read(finding, digest: Digest(of: [])) == .nothing)
        finding.assessed?.prior = Finding.Prior(
            state: .noneKnown, asked: MadePrior.question(24), earlier: nil, changes: [])
        func context(_ patient: Int, _ hours: Int) -> Finding.Context {
            Finding.Context(
                state: .nothingKnown, weights: Finding.Input(digest: Digest(of: [])),
                patient: MadePrior.pseudonym(patient), time: MadePrior.time(hours),
                observations: [])
        }
        for (patient, hours, isSame) in [(1, 24, true), (2, 24, false), (1, 25, false)] {
            finding.decision.context = context(patient, hours)
            let reading = EarlierStudy.read(finding, digest: Digest(of: []))
            #expect((reading != .contradictory) == isSame)
        }
        finding.assessed = nil
        finding.decision.context = context(1, 24)
        #expect(EarlierStudy.read(finding, digest: Digest(of: [])) == .nothing)
    }

    @Test("the other states are told as they are, and again from a record")
    func states() throws {
        let finding = try MadePrior.finding()
        let found: [(KnownPrior.Found, Finding.Prior.State)] = [
            (.noneKnown, .noneKnown), (.notKept, .notKept), (.unreadable, .unreadable),
            (.notRead, .notRead), (.unclear, .patientUnclear),
        ]
        for (known, state) in found {
            let prior = KnownPrior(known, MadePrior.question(24)).prior(of: finding)
            #expect(prior.state == state && prior.changes.isEmpty && prior.earlier == nil)
            #expect(KnownPrior(told: prior).prior(of: finding) == prior)
        }
    }
}
