import Signing
import Testing
import Triage
import VigilCore

/// What a calibration must be to be believed.
struct CalibrationFileTests {
    private func read(
        _ payload: [UInt8]
    ) throws(TriageError) -> CalibrationFile {
        try CalibrationFile(payload: payload, rules: TriageRules(), file: "a.calibration")
    }

    private func refusal(_ payload: [UInt8]) -> CalibrationRefusal? {
        do throws(TriageError) { _ = try read(payload) } catch {
            if case .calibrationRefused(_, let refusal, _) = error { return refusal }
        }
        return nil
    }

    private func refusal(_ file: CalibrationFile) -> CalibrationRefusal? {
        refusal(JSONWriter.bytes(file.json))
    }

    /// The payload with one text in place of another that is there once or more.
    private func changed(_ text: String, to other: String) throws -> [UInt8] {
        let whole = JSONWriter.text(try MadeCalibration.file().json)
        let parts = whole.split(separator: text, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "\(text) is not there")
        return Array((parts[0] + other + parts[1]).utf8)
    }

    @Test("a calibration is read as it was written, in any order of members")
    func roundTrip() throws {
        let file = try MadeCalibration.file()
        #expect(try read(JSONWriter.bytes(file.json)) == file)
        #expect(try read(JSONWriter.bytes(file.json, order: .sorted)) == file)
    }

    @Test(
        "what breaks a rule is refused with its reason",
        arguments: [
            ("calibration/1\"", "calibration/2\"", CalibrationRefusal.unknownVersion),
            ("\"code\":\"effusion\"", "\"code\":\"mood\"", .unknownFinding),
            ("\"below\":0.1", "\"below\":1.5", .badNumber),
            ("\"below\":0.1", "\"below\":-0.1", .badNumber),
            ("\"below\":0.1", "\"below\":1e999", .unreadable),
            ("\"below\":0.1", "\"below\":NaN", .unreadable),
            ("\"below\":0.1", "\"below\":null", .badNumber),
            ("\"below\":0.1", "\"below\":\"0.1\"", .badNumber),
            ("\"below\":0.1", "\"below\":0.6", .thresholdsCrossed),
            ("\"from\":0.5", "\"from\":0", .badNumber),
            ("\"from\":0.5", "\"from\":1e-300", .badNumber),
            ("\"alpha\":0.05", "\"alpha\":0", .badNumber),
            ("\"alpha\":0.05", "\"alpha\":0.01", .claimNotBorne),
            ("\"alpha\":0.05", "\"alpha\":0.001", .tooFewStudies),
            ("\"delta\":0.05,\"studies\"", "\"delta\":0.4,\"studies\"", .claimNotBorne),
            ("\"lost\":8", "\"lost\":7", .inconsistent),
            ("\"studies\":300,\"lost\"", "\"studies\":301,\"lost\"", .inconsistent),
            ("\"p_value\":", "\"p_value\":1", .inconsistent),
            ("\"coverage\":0.", "\"coverage\":1.", .inconsistent),
            ("\"site\":\"north\"", "\"site\":\"\"", .malformed),
            ("\"site\":\"north\"", "\"sites\":\"north\"", .malformed),
            ("\"site\":\"north\"", "\"site\":\"north\",\"more\":1", .inconsistent),
            ("\"expires_at\":\"2027", "\"expires_at\":\"2020", .badNumber),
            ("\"expires_at\":\"2027", "\"expires_at\":\"soon", .malformed),
            ("\"stratum\":1", "\"stratum\":3", .badOrder),
            ("\"stratum\":1", "\"stratum\":-1", .badNumber),
            ("\"coverage_floor\":0.25", "\"coverage_floor\":0.99", .coverageBelowFloor),
            ("\"sequences\":1", "\"sequences\":2", .badNumber),
            ("\"studies\":1000", "\"studies\":1e30", .badNumber),
            ("[\"site\",\"view\"]", "[\"site\",\"site\"]", .badOrder),
            ("[\"site\",\"view\"]", "[\"site\"]", .malformed),
            ("\"south\",\"lateral\"", "\"south\",\"frontal\"", .badOrder),
            ("\"pneumothorax\",\"head\":\"site-probe\"", "\"effusion\"", .badOrder),
            ("\"head\":\"site-probe\"", "\"head\":null", .malformed),
            ("\"method\":\"beta\"", "\"method\":\"isotonic\"", .malformed),
            ("\"a\":1.25", "\"a\":-1.25", .badNumber),
            ("\"by\":\"policy\"", "\"by\":\"risk\"", .inconsistent),
        ])
    func refused(from: String, to: String, reason: CalibrationRefusal) throws {
        #expect(refusal(try changed(from, to: to)) == reason)
    }

    @Test("fewer than 59 positives at 5 %, or 299 at 1 %, may claim nothing")
    func tooFew() throws {
        func file(_ alpha: Double, _ count: Int) throws -> CalibrationFile {
            let rule = StratumRule(
                stratum: nil,
                clearing: .below(
                    0.1,
                    RiskProof(
                        claim: try MadeCalibration.claim(alpha), count: count, losses: 0)),
                flagging: .init(from: 0.5, by: .policy),
                positives: .init(flagged: count, notFlagged: 0, abstained: 0),
                negatives: .init(flagged: 0, notFlagged: 100, abstained: 0))
            return try MadeCalibration.file(findings: [MadeCalibration.finding(rules: [rule])])
        }
        #expect(try refusal(file(0.05, 58)) == .tooFewStudies)
        #expect(try refusal(file(0.05, 59)) == nil)
        #expect(try refusal(file(0.01, 298)) == .tooFewStudies)
        #expect(try refusal(file(0.01, 299)) == nil)
    }

    @Test("a part of a joint promise may not err with more than its part")
    func joint() throws {
        let promise = CalibrationFile.Promise(
            delta: 0.05, isJoint: true, sequences: 6, coverageFloor: 0)
        #expect(try refusal(MadeCalibration.file(promise: promise)) == .claimNotBorne)
    }

    @Test("rules begin with that of all studies, and come once and in order")
    func order() throws {
        let (all, first, second) = (
            try MadeCalibration.rule(), try MadeCalibration.rule(stratum: 0),
            try MadeCalibration.rule(stratum: 1)
        )
        for (rules, isRead) in [
            ([all], true), ([all, first, second], true), ([all, second], true), ([first], false),
            ([all, second, first], false), ([all, first, first], false), ([all, all], false),
            ([], false),
        ] {
            let finding = try MadeCalibration.finding(rules: rules)
            #expect((try refusal(MadeCalibration.file(findings: [finding])) == nil) == isRead)
        }
    }

    @Test("texts that are cut, changed or no text give a reason and never trap")
    func fuzzed() throws {
        let whole = JSONWriter.bytes(try MadeCalibration.file().json)
        for count in stride(from: 0, to: whole.count, by: 7) {
            #expect(refusal(Array(whole.prefix(count))) == .unreadable)
        }
        var generator = SplitMix64(seed: 77)
        var read = 0
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0...generator.below(3) {
                bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
            }
            if refusal(bytes) == nil { read += 1 }
        }
        // Names and words may change, counts and thresholds that follow from others may not.
        #expect(read < 20_000)
        for text in ["", "\0", "[]", "null", String(repeating: "[", count: 99)] {
            #expect(refusal(Array(text.utf8)) == .unreadable)
        }
        #expect(refusal([UInt8](repeating: 32, count: (4 << 20) + 1)) == .tooLarge)
    }

    @Test("only a file that a known key signed as a calibration is opened")
    func signed() throws {
        let (key, other) = (try SigningKey.make(), try SigningKey.make())
        let file = try MadeCalibration.file()
        func refusal(_ text: String, _ keys: [SigningKey]) -> CalibrationRefusal? {
            do throws(TriageError) {
                _ = try SignedCalibration(
                    Array(text.utf8), keys: keys.map(\.verifying), rules: TriageRules(),
                    file: "a.calibration")
            } catch {
                if case .calibrationRefused(_, let refusal, _) = error { return refusal }
            }
            return nil
        }
        let text = try SignedCalibration.text(of: file, key: key)
        #expect(refusal(text, [key]) == nil)
        #expect(refusal(text, [other]) == .unknownKey)
        #expect(refusal(text, []) == .unknownKey)
        #expect(refusal(JSONWriter.text(file.json), [key]) == .unsigned)
        let envelope = try SignedEnvelope(
            JSONWriter.bytes(file.json), type: "application/json", key: key)
        #expect(refusal(envelope.text, [key]) == .otherPayload)
        let foreign = try SignedCalibration.text(
            of: try MadeCalibration.file(site: "elsewhere"), key: key)
        let mixed = try JSONParser.parse(Array(text.utf8))["signatures"]
        var forged = try #require(try JSONParser.parse(Array(foreign.utf8)).objectValue)
        forged["signatures"] = mixed
        #expect(refusal(JSONWriter.text(.object(forged)), [key]) == .wrongSignature)
        #expect(refusal("", [key]) == .unreadable)
        #expect(refusal(String(repeating: " ", count: (8 << 20) + 1), [key]) == .tooLarge)
        let bad = try SignedEnvelope(
            Array("{}".utf8), type: CalibrationFile.payloadType, key: key)
        #expect(refusal(bad.text, [key]) == .malformed)
    }

    @Test("it holds for its model, preprocessing and adapters, from its making to its expiry")
    func standing() throws {
        let file = try MadeCalibration.file()
        let scorer = MadeCalibration.scorer
        let (made, expires) = (MadeCalibration.made, MadeCalibration.expires)
        func before(_ time: Timestamp) -> Timestamp {
            Timestamp(microseconds: time.microseconds - 1)
        }
        #expect(file.refusal(for: scorer, at: made) == nil)
        #expect(file.refusal(for: scorer, at: before(expires)) == nil)
        #expect(file.refusal(for: scorer, at: expires) == .expired)
        #expect(file.refusal(for: scorer, at: before(made)) == .notYet)
        let others: [(ScoringModel, CalibrationRefusal)] = [
            (
                .init(
                    model: Digest(of: [7]), preprocessing: scorer.preprocessing,
                    adapters: scorer.adapters), .otherModel
            ),
            (
                .init(
                    model: scorer.model, preprocessing: Digest(of: [7]),
                    adapters: scorer.adapters), .otherPreprocessing
            ),
            (
                .init(
                    model: scorer.model, preprocessing: scorer.preprocessing, adapters: []),
                .otherAdapters
            ),
        ]
        for (other, reason) in others { #expect(file.refusal(for: other, at: made) == reason) }
    }
}
