import Context
import Pipeline
import Testing
import VigilCore
import Wire

/// A study and the results of its patient, come in any order, with workers dying in between: what
/// is said of the study in the end hangs on what is known then, and on nothing else.
@Suite("A study and late results in any order")
struct LateOrderTests {
    /// What may happen, one after the other.
    private enum Step: Equatable {
        case study
        case result(MadeResult)
    }

    /// How far a worker comes before the next step, or before it dies.
    private enum Pace: CaseIterable { case not, reads, decides, publishes, revises, all }

    private static let codes: [(code: String, unit: String, high: Double, low: Double)] = [
        ("2524-7", "mmol/L", 4.5, 1), ("1988-5", "mg/L", 260, 4), ("59408-5", "%", 84, 98),
    ]

    /// Results of one patient: versions, corrections and retractions among them.
    private static func results(_ random: inout SplitMix64) -> [MadeResult] {
        var made: [MadeResult] = []
        for (number, kind) in codes.enumerated() {
            for sample in 0..<Int.random(in: 0...2, using: &random) {
                let id = "r\(number)-\(sample)"
                let observed = Int.random(in: -7200 ... -60, using: &random)
                func result(_ status: ObservationStatus, _ issued: Int, value: Bool = true) {
                    let isHigh = Bool.random(using: &random)
                    made.append(
                        MadeResult(
                            id: id, code: kind.code, unit: kind.unit,
                            value: value ? isHigh ? kind.high : kind.low : nil, status: status,
                            observed: observed, issued: observed + issued))
                }
                result(.preliminary, 60)
                if Bool.random(using: &random) { result(.final, 120) }
                switch Int.random(in: 0..<5, using: &random) {
                case 0: result(.corrected, 180)
                case 1: result(.enteredInError, 240)
                case 2: result(.final, 0, value: false)
                default: break
                }
            }
        }
        return made
    }

    /// Plays steps in their order; without paces nothing goes wrong.
    private static func play(
        _ steps: [Step], ordered: Priority, _ random: inout SplitMix64, isQuiet: Bool
    ) throws -> [Finding] {
        let scene = try LateScene(ordered: ordered)
        for step in steps {
            switch step {
            case .study: scene.sendStudy()
            case .result(let result): scene.say(result)
            }
            guard !isQuiet else { continue }
            try live(scene, &random)
        }
        try scene.settle()
        return try scene.records
    }

    /// Lets a worker come as far as it does, and perhaps die.
    private static func live(_ scene: LateScene, _ random: inout SplitMix64) throws {
        let pace = Pace.allCases.randomElement(using: &random) ?? .all
        guard pace != .not else { return }
        try scene.read()
        if pace != .reads {
            try scene.decide()
            if pace != .decides { scene.publish() }
        }
        switch pace {
        case .revises: scene.beginRevising()
        case .all:
            if Int.random(in: 0..<6, using: &random) == 0 { lose(in: scene, &random) }
            scene.revise()
        case .not, .reads, .decides, .publishes: break
        }
        if Int.random(in: 0..<4, using: &random) == 0 { try scene.crash() }
        scene.parts.transactions.end()
    }

    /// The answer to the next commit gets lost, whether or not it was done.
    private static func lose(in scene: LateScene, _ random: inout SplitMix64) {
        scene.cluster.fail(
            .commit,
            ClientFault(
                error: FailureWay.retriable.error(of: .commit),
                isDone: Bool.random(using: &random)))
    }

    /// The record without what may differ: number, previous digest and why it is a revision, and
    /// where records stand.
    private static func canonical(_ finding: Finding) -> JSONValue {
        var finding = finding
        finding.revision = nil
        if let context = finding.decision.context {
            finding.decision.context = Finding.Context(
                state: context.state, weights: context.weights, patient: context.patient,
                time: context.time,
                observations: context.observations.map {
                    Finding.Observation(
                        item: $0.item, id: $0.id, observed: $0.observed, status: $0.status,
                        position: RecordPosition(topic: "", partition: 0, offset: 0),
                        value: $0.value)
                })
        }
        finding.decision.decidedAt = Timestamp(microseconds: 0)
        finding.run = Finding.Run()
        guard var object = finding.json.objectValue else { return .null }
        object["record_digest"] = nil
        return .object(object)
    }

    private static func classes(_ finding: Finding) -> [String] {
        finding.findings.map(\.answer.word.description)
            + [finding.priority.ai?.rawValue ?? "", finding.priority.effective.rawValue]
    }

    /// Each record but the first is a revision of the one before, and says something else.
    private static func expectChain(_ records: [Finding]) {
        #expect(!records.isEmpty)
        for (before, after) in zip(records, records.dropFirst()) {
            #expect(after.revision?.closing == .context)
            #expect(after.revision?.number == (before.revision?.number ?? 1) + 1)
            #expect(after.revision?.previous == before.deterministicDigest)
            #expect(classes(before) != classes(after))
            #expect(after.cause == before.cause && after.findingID == before.findingID)
        }
    }

    @Test("1,000 orders of arrival, with deaths and lost answers, end in what a quiet worker says")
    func orders() throws {
        var (revised, whole, taken) = (0, 0, 0)
        for seed in 0..<1000 {
            var random = SplitMix64(seed: UInt64(seed / 5))
            let ordered: Priority = Bool.random(using: &random) ? .routine : .asap
            let results = Self.results(&random).map { Step.result($0) }
            let quiet = try Self.play(
                results + [.study], ordered: ordered, &random, isQuiet: true)
            var own = SplitMix64(seed: UInt64(1000 + seed))
            let steps = (results + [.study]).shuffled(using: &own)
            let records = try Self.play(steps, ordered: ordered, &own, isQuiet: false)
            Self.expectChain(records)
            let (last, wanted) = (try #require(records.last), try #require(quiet.last))
            #expect(quiet.count == 1 && records.count { $0.revision == nil } == 1, "seed \(seed)")
            #expect(Self.classes(last) == Self.classes(wanted), "seed \(seed)")
            #expect(last.priority.effective <= ordered)
            // What no class hangs on may have come since; where nothing has, all is equal.
            let decided = LateRules.late.review(
                last, try Self.known(quiet: wanted),
                origin: RecordPosition(topic: LateScene.place.topic, partition: 0, offset: 0),
                at: Timestamp(microseconds: 0))
            guard case .unchanged = decided else {
                Issue.record("a class would change still, seed \(seed)")
                continue
            }
            if Self.told(last) == Self.told(wanted) {
                #expect(Self.canonical(last) == Self.canonical(wanted), "seed \(seed)")
                whole += 1
            }
            if records.count > 1 { revised += 1 }
            taken += zip(records, records.dropFirst()).count {
                $0.priority.effective < $1.priority.effective
            }
        }
        #expect(revised > 100 && whole > 200 && taken > 20, "\(revised), \(whole), \(taken)")
    }

    /// What is known to a quiet worker, as its record tells it.
    private static func known(quiet finding: Finding) throws -> PatientContext {
        let context = try #require(finding.decision.context)
        return PatientContext(
            .known(
                context.observations.map {
                    KnownValue(
                        ContextValue(
                            item: $0.item, value: $0.value ?? .nan, observed: $0.observed,
                            status: $0.status),
                        from: ContextSource(id: $0.id, partition: 0, offset: $0.position.offset))
                }), of: context.patient, at: context.time)
    }

    /// By which values a finding was decided.
    private static func told(_ finding: Finding) -> [String] {
        finding.decision.context?.observations.map {
            "\($0.item) \($0.id) \($0.observed) \($0.status) \($0.value ?? .nan)"
        } ?? []
    }
}
