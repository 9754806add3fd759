import Pipeline
import Processes
import ReportKit
import Reporting
import Synchronization
import VigilCore
import Wire

/// Drafts of made findings, and what the findings say.
struct MadeDrafts {
    let language: String
    let count: Int
    let seed: UInt64

    private func each(
        _ body: (Int, Finding, [String: ReportFacts.Location], ReportWriter) throws -> Void
    ) throws {
        let writer = ReportWriter(try MadeFinding.templates(language))
        var random = SplitMix64(seed: seed)
        for number in 1...count {
            let (finding, places) = MadeFinding.random(&random)
            try body(number, finding, places, writer)
        }
    }

    /// Prints each draft with its record.
    func tell() throws {
        try each { number, finding, places, writer in
            let draft = try writer.draft(
                of: finding, record: MadeFinding.digest, locations: places)
            tell(draft, number, finding, places)
        }
    }

    /// How many bytes they have together.
    func bytes() throws -> Int {
        var bytes = 0
        try each { _, finding, places, writer in
            let draft = try writer.draft(
                of: finding, record: MadeFinding.digest, locations: places)
            bytes += JSONWriter.bytes(draft.json).count
        }
        return bytes
    }

    /// Prints how many microseconds each draft took, gate, JSON and digests included, as a worker
    /// makes them.
    func times() throws {
        let encoder = ReportEncoder(topic: "draft")
        let clock = SystemClock()
        try each { _, finding, places, writer in
            let begun = clock.monotonic()
            let draft = try writer.draft(
                of: finding, record: finding.deterministicDigest, locations: places)
            _ = encoder.encode(draft, of: finding, time: Timestamp(microseconds: 0))
            print((clock.monotonic() - begun) / .microseconds(1))
        }
    }

    /// The same as ``tell()`` by the sentences of a program, which is asked as a worker asks it.
    func tell(by path: String) throws {
        let program = try GeneratorProgram(path, memory: 1 << 30, user: 65_534)
        let isOver = Mutex(false)
        let wakeUp = try WakeUp()
        let clock = SystemClock()
        let desk = GeneratorDesk(program, wakeUp: wakeUp, clock: clock) { fault, isEnded in
            print(JSONWriter.text(["fault": .string(fault.rawValue), "ended": .bool(isEnded)]))
        }
        let thread = try OwnedThread { desk.run { !isOver.withLock { $0 } } }
        defer {
            isOver.withLock { $0 = true }
            wakeUp.signal()
            thread.join()
        }
        try each { number, finding, places, writer in
            guard let request = writer.request(of: finding, locations: places) else { return }
            let offer = Mutex<GeneratorOffer?>(nil)
            let answered = try WakeUp()
            desk.ask(request, until: clock.monotonic() + .seconds(30)) { told in
                offer.withLock { $0 = told }
                answered.signal()
            }
            _ = try WakeUp.wait(on: [answered.fileDescriptor], timeout: .seconds(60))
            guard case .answer(let sentences)? = offer.withLock({ $0 }) else { return }
            let draft = try writer.draft(
                of: finding, record: MadeFinding.digest, locations: places, offered: sentences)
            tell(draft, number, finding, places)
        }
    }

    private func tell(
        _ draft: ReportDraft<SafeText>, _ number: Int, _ finding: Finding,
        _ places: [String: ReportFacts.Location]
    ) {
        print(
            JSONWriter.text([
                "study": .integer(Int64(number)), "language": .string(language),
                "record": Truth(finding, places).json, "draft": draft.json,
            ]))
    }
}

/// What the record says, from its own members and not from the draft's.
private struct Truth {
    let json: JSONValue

    init(_ finding: Finding, _ places: [String: ReportFacts.Location]) {
        let results = finding.findings.map { result -> JSONValue in
            [
                "code": .string(Codes.own(result.code)), "answer": .string("\(result.answer.word)"),
                "side": places[Codes.own(result.code)]?.side.map { .string($0.rawValue) } ?? .null,
                "promised": .bool(
                    !finding.decision.isUncalibrated
                        && result.calibrated?.guarantee?.risk == .falseNegatives),
                "uncertain": .bool(result.answer == .abstained([.uncertain])),
            ]
        }
        json = ["is_assessed": .bool(finding.assessed != nil), "findings": .array(results)]
    }
}
