import Signing
import Testing
import Triage
import VigilCore

/// What may run at a site.
struct ChangeEnvelopeTests {
    private static let scorer = MadeCalibration.scorer
    private static let policy = TriagePolicy(
        version: "1",
        operatingPoints: [
            OperatingPoint(code: "effusion", threshold: 0.5, priority: .stat),
            OperatingPoint(code: "site-probe/nodule", threshold: 0.9, priority: .asap),
        ].compactMap { $0 })

    /// An envelope that holds ``running(_:)``, with one text in place of another.
    private func payload(_ text: String = "", _ other: String = "") throws -> [UInt8] {
        let adapters = Self.scorer.adapters.map { "\"\($0.hex)\"" }.joined(separator: ",")
        let whole = """
            {"schema":"vigil.envelope/1","site":"north",
            "made_at":"2026-09-01T00:00:00.000000Z","expires_at":"2027-09-01T00:00:00.000000Z",
            "models":[{"name":"reader","digest":"\(Self.scorer.model.hex)",
            "preprocessing":"\(Self.scorer.preprocessing.hex)","adapters":[\(adapters)],
            "precisions":["fp32","int8"],
            "evaluation":{"digest":"\(Digest(of: [7]).hex)","measures":[{"code":"effusion",
            "measure":"auroc","value":0.93,"low":0.9,"high":0.95}]}}],
            "policies":["\(Self.policy.digest.hex)"],
            "thresholds":[{"code":"effusion","least":0.4,"most":0.6}],
            "measures":[{"code":"effusion","measure":"auroc","least":0.875}]}
            """.filter { !$0.isNewline }
        guard !text.isEmpty else { return Array(whole.utf8) }
        let parts = whole.split(separator: text, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "\(text) is not there")
        return Array((parts[0] + other + parts[1]).utf8)
    }

    private func refusal(_ text: String, _ other: String) throws -> EnvelopeRefusal? {
        let payload = try payload(text, other)
        do throws(TriageError) {
            _ = try ChangeEnvelope(payload: payload, file: "site.envelope")
        } catch {
            if case .envelopeRefused(_, let refusal, _) = error { return refusal }
        }
        return nil
    }

    private func running(
        model: [UInt8] = [1], preprocessing: [UInt8] = [2], adapters: [[UInt8]] = [[3]],
        precision: String = "int8", policy: TriagePolicy = policy,
        calibrations: CalibratedTriage? = nil
    ) -> RunningModel {
        RunningModel(
            name: "reader",
            scorer: ScoringModel(
                model: Digest(of: model), preprocessing: Digest(of: preprocessing),
                adapters: adapters.map { Digest(of: $0) }),
            precision: precision, policy: policy, calibrations: calibrations)
    }

    private func envelope(_ text: String = "", _ other: String = "") throws -> ChangeEnvelope {
        try ChangeEnvelope(payload: payload(text, other), file: "site.envelope")
    }

    @Test("an envelope is read as it was written, and holds what it names")
    func holds() throws {
        let envelope = try envelope()
        let again = try ChangeEnvelope(
            payload: JSONWriter.bytes(envelope.json), file: "site.envelope")
        #expect(again == envelope)
        #expect(envelope.refusal(of: running()) == nil)
        #expect(envelope.refusal(of: running(precision: "fp32")) == nil)
    }

    @Test(
        "what breaks a rule is refused with its reason",
        arguments: [
            ("envelope/1", "envelope/2", EnvelopeRefusal.unknownVersion),
            ("\"least\":0.4", "\"least\":0.7", .badNumber),
            ("\"least\":0.4", "\"least\":-0.1", .badNumber),
            ("\"least\":0.4", "\"least\":\"0.4\"", .badNumber),
            ("\"least\":0.4", "\"least\":1e999", .unreadable),
            ("\"least\":0.4,", "", .malformed), ("\"models\"", "\"model\"", .malformed),
            ("\"measure\":\"auroc\",\"least\"", "\"measure\":\"mood\",\"least\"", .malformed),
            ("\"value\":0.93", "\"value\":0.96", .badNumber),
            ("2027-09", "2026-08", .badNumber), ("2027-09", "soon", .malformed),
            ("{\"schema\"", "{\"but\":1,\"schema\"", .inconsistent),
            ("\"name\":\"reader\"", "\"name\":\"reader\",\"any\":true", .inconsistent),
            ("\"least\":0.875", "\"least\":0.91", .measureTooLow),
            (
                "\"effusion\",\"measure\":\"auroc\",\"least\"",
                "\"mass\",\"measure\":\"auroc\",\"least\"",
                .notMeasured
            ),
            ("}", "", .unreadable),
        ])
    func refused(text: String, other: String, reason: EnvelopeRefusal) throws {
        #expect(try refusal(text, other) == reason)
    }

    @Test("anything else than what it names is outside")
    func outside() throws {
        let envelope = try envelope()
        #expect(envelope.refusal(of: running(model: [4])) == .otherModel)
        #expect(envelope.refusal(of: running(preprocessing: [4])) == .otherPreprocessing)
        #expect(envelope.refusal(of: running(adapters: [])) == .otherAdapters)
        #expect(envelope.refusal(of: running(adapters: [[3], [4]])) == .otherAdapters)
        #expect(envelope.refusal(of: running(precision: "bf16")) == .otherPrecision)
        let other = TriagePolicy(version: "2", operatingPoints: [])
        #expect(envelope.refusal(of: running(policy: other)) == .otherPolicy)
    }

    @Test("thresholds count by the finding, of the model and of heads, and of calibrations")
    func thresholds() throws {
        let narrow = try envelope("\"effusion\",\"least\":0.4", "\"nodule\",\"least\":0.4")
        #expect(narrow.refusal(of: running()) == .otherThreshold)
        let file = try MadeCalibration.file(
            findings: [
                MadeCalibration.finding(rules: [
                    MadeCalibration.rule(), MadeCalibration.rule(stratum: 1, from: 0.75),
                ])
            ])
        let signed = MadeCalibration.opened(file)
        let calibrated = CalibratedTriage([signed], scorer: Self.scorer)
        #expect(try envelope().refusal(of: running(calibrations: calibrated)) == .otherThreshold)
        let wide = try envelope("\"most\":0.6", "\"most\":0.75")
        #expect(wide.refusal(of: running(calibrations: calibrated)) == nil)
        func listing(_ digest: Digest) throws -> ChangeEnvelope {
            try ChangeEnvelope(
                payload: Array(
                    String(decoding: payload("\"most\":0.6", "\"most\":0.75"), as: UTF8.self)
                        .replacing(
                            "\"evaluation\"",
                            with: "\"calibrations\":[\"\(digest.hex)\"],\"evaluation\""
                        )
                        .utf8), file: "site.envelope")
        }
        let known = try listing(signed.digest)
        #expect(known.refusal(of: running(calibrations: calibrated)) == nil)
        #expect(known.refusal(of: running()) == .otherCalibration)
        let another = try listing(Digest(of: [8]))
        #expect(another.refusal(of: running(calibrations: calibrated)) == .otherCalibration)
    }

    @Test("it holds at its site from when it was made until it expires")
    func validity() throws {
        let envelope = try envelope()
        let (made, end) = (envelope.validity.made, envelope.validity.expires)
        #expect(envelope.refusal(site: "north", at: made) == nil)
        #expect(envelope.refusal(site: "south", at: made) == .otherSite)
        #expect(envelope.refusal(site: nil, at: made) == .otherSite)
        #expect(envelope.refusal(site: "north", at: made.later(by: .seconds(-1))) == .notYet)
        #expect(envelope.refusal(site: "north", at: end) == .expired)
        #expect(envelope.refusal(site: "north", at: end.later(by: .microseconds(-1))) == nil)
    }

    @Test("who signed it has to be known, and one flipped bit shows")
    func signed() throws {
        let (key, other) = (try SigningKey.make(), try SigningKey.make())
        let text = try SignedChangeEnvelope.text(of: try envelope(), key: key)
        func refusal(_ text: [UInt8], _ key: VerifyingKey) -> EnvelopeRefusal? {
            do throws(TriageError) {
                _ = try SignedChangeEnvelope(text, keys: [key], file: "site.envelope")
            } catch {
                if case .envelopeRefused(_, let refusal, _) = error { return refusal }
            }
            return nil
        }
        var bytes = Array(text.utf8)
        #expect(refusal(bytes, key.verifying) == nil)
        #expect(refusal(bytes, other.verifying) == .unknownKey)
        let place = try #require(text.firstRange(of: "\"payload\":\"")).upperBound
        let index = text.utf8.distance(from: text.startIndex, to: place) + 40
        bytes[index] = bytes[index] == 0x41 ? 0x42 : 0x41
        #expect(refusal(bytes, key.verifying) == .wrongSignature)
        #expect(refusal(Array("{}".utf8), key.verifying) != nil)
        let calibration = try SignedCalibration.text(of: MadeCalibration.file(), key: key)
        #expect(refusal(Array(calibration.utf8), key.verifying) == .otherPayload)
    }
}
