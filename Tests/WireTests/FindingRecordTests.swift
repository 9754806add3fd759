import Testing
import VigilCore
import Wire

/// Finding records: exact bytes, what they leave out, and that they read back.
struct FindingRecordTests {
    private let encoder = FindingEncoder()

    private func encoded(_ record: Finding) -> OutboundRecord {
        encoder.encode(record, time: Samples.time(263))
    }

    private func text(_ record: OutboundRecord, _ header: String) -> String? {
        record.headers.first { $0.name == header }?.value.map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test("the bytes are those of the committed example")
    func golden() throws {
        let example = SchemaFiles.bytes("finding/examples/valid/full.json")
        #expect(encoded(try Samples.finding()).value.map { $0 + [0x0a] } == example)
    }

    @Test("what is written follows the schema and reads back equal")
    func roundTrip() throws {
        var record = try Samples.finding()
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding"))
        #expect(try validator.accepts(record.json))
        #expect(try FindingDecoder.decode(Samples.inbound(encoded(record))) == record)
        record.run = Finding.Run()
        record.assessed?.prompts = nil
        record.decision.policy = nil
        record.urgency = nil
        record.reasons = []
        #expect(try validator.accepts(record.json))
        #expect(try FindingDecoder.decode(value: encoded(record).value) == record)
    }

    @Test("what is not known is left out rather than empty")
    func leftOut() throws {
        var record = try Samples.finding()
        record.run = Finding.Run()
        record.assessed?.prompts = nil
        record.reasons = []
        record.leftOut = []
        let members = try #require(record.json.objectValue)
        for name in ["run", "prompt_set_digest", "reasons", "left_out"] {
            #expect(members[name] == nil)
        }
        let text = JSONWriter.text(record.json)
        for empty in [":null", ":\"\"", ":{}"] { #expect(!text.contains(empty)) }
    }

    @Test("a score that is not finite is left out")
    func notFinite() throws {
        var record = try Samples.finding()
        record.urgency = .nan
        record.assessed?.findings = [
            Finding.Result(
                code: "x", label: "X", probability: .nan, logitDifference: .infinity,
                threshold: 0.5, answer: .abstained([.noUsableScore]), evidence: nil)
        ]
        let validator = SchemaValidator(root: try SchemaFiles.schema("finding"))
        #expect(try validator.accepts(record.json))
        let read = try Finding(json: record.json)
        #expect(read.urgency == nil)
        #expect(read.findings[0].probability == nil)
        #expect(read.findings[0].logitDifference == nil)
    }

    @Test("floats are written shortly and read back to the same bits")
    func floats() throws {
        var record = try Samples.finding()
        var random = SplitMix64(seed: 11)
        for _ in 0..<2000 {
            let probability = Float.random(in: 0...1, using: &random)
            let logit = Float(bitPattern: UInt32.random(in: 0..<0x7f80_0000, using: &random))
            record.assessed?.findings = [
                Finding.Result(
                    code: "x", label: "X", probability: probability, logitDifference: logit,
                    threshold: nil, answer: .notFlagged, evidence: nil)
            ]
            let read = try Finding(json: try JSONParser.parse(JSONWriter.bytes(record.json)))
            #expect(read.findings[0].probability?.bitPattern == probability.bitPattern)
            #expect(read.findings[0].logitDifference?.bitPattern == logit.bitPattern)
        }
        #expect(JSONWriter.text(try Samples.finding().json).contains("\"probability\":0.73,"))
    }

    @Test("the priority is never lowered, whatever is asked for")
    func neverLowered() throws {
        for ordered in Priority.allCases {
            for asked in Priority.allCases {
                let priorities = Finding.Priorities(
                    order: Finding.Order(event: ordered), ai: asked, effective: asked)
                #expect(priorities.effective <= ordered)
                #expect(priorities.effective == min(ordered, asked))
            }
        }
    }

    @Test("headers name the event, its cause and its class, and hold no UID")
    func headers() throws {
        let record = try Samples.finding()
        let out = encoded(record)
        #expect(out.topic == "radiology.finding.prioritized.v2")
        #expect(out.key == Array(record.pseudonym.safeText.utf8))
        #expect(text(out, "ce_specversion") == "1.0")
        #expect(text(out, "ce_type") == "org.vigil.finding.prioritized.v2")
        #expect(text(out, "ce_assessment") == "assessed")
        #expect(text(out, "ce_source") == "urn:vigil:worker")
        #expect(text(out, "ce_time") == Samples.time(263).description)
        #expect(text(out, "ce_subject") == record.pseudonym.safeText)
        #expect(text(out, "ce_causationid") == Samples.cause.id)
        #expect(text(out, "ce_triagepriority") == "stat")
        #expect(text(out, "ce_modeldigest") == record.assessed?.model.digest.hex)
        #expect(text(out, "ce_dataclassification") == "confidential")
        #expect(text(out, "ce_dataschema") == "urn:vigil:schema:finding:v2")
        #expect(text(out, "content-type") == "application/json")
        #expect(text(out, "traceparent") == Samples.traceparent)
        let uid = Array(record.study.sensitiveValue.utf8)
        for header in out.headers {
            let attribute = header.name.dropFirst(3)
            #expect(
                !header.name.hasPrefix("ce_")
                    || (attribute.count <= 20
                        && attribute.allSatisfy { $0.isLowercase || $0.isNumber })
            )
            #expect(header.value?.firstRange(of: uid) == nil)
        }
    }

    @Test("run and the times do not touch the digest and the identity; all else does")
    func deterministic() throws {
        let record = try Samples.finding()
        var replay = record
        replay.run = Finding.Run()
        replay.decision.decidedAt = Samples.time(99_999)
        #expect(replay.deterministicDigest == record.deterministicDigest)
        let later = encoder.encode(replay, time: Samples.time(999))
        #expect(text(later, "ce_id") == text(encoded(record), "ce_id"))
        var other = record
        other.urgency = 0.7300001
        #expect(other.deterministicDigest != record.deterministicDigest)
        other = record
        other.decision.policy = Finding.Input(digest: Samples.digest("another"))
        #expect(other.deterministicDigest != record.deterministicDigest)
        other = record
        other.cause = EventIdentity(id: "another", source: Samples.cause.source)
        #expect(text(encoded(other), "ce_id") != text(encoded(record), "ce_id"))
    }

    @Test("a finding's identity depends on each of its fields, and not on the order of series")
    func identity() throws {
        let (a, b) = (try Samples.pseudonym("1.1"), try Samples.pseudonym("1.2"))
        let digests = ["m", "p", "q", "x"].map { Samples.digest($0) }
        func id(
            _ study: Pseudonym, _ series: [Pseudonym], _ m: Int, _ p: Int, _ q: Int?
        ) -> UUIDv5 {
            FindingIdentity.finding(
                study: study, series: series, model: digests[m], preprocessing: digests[p],
                prompts: q.map { digests[$0] })
        }
        let base = id(a, [a, b], 0, 1, 2)
        #expect(base == id(a, [b, a, a], 0, 1, 2))
        let others = [
            id(b, [a, b], 0, 1, 2), id(a, [a], 0, 1, 2), id(a, [a, b], 3, 1, 2),
            id(a, [a, b], 0, 3, 2), id(a, [a, b], 0, 1, 3), id(a, [a, b], 0, 1, nil),
        ]
        #expect(Set(others + [base]).count == 7)
        func adapted(_ adapters: [Int]) -> UUIDv5 {
            FindingIdentity.finding(
                study: a, series: [a, b], model: digests[0], preprocessing: digests[1],
                prompts: digests[2], adapters: adapters.map { digests[$0] })
        }
        #expect(adapted([]) == base)
        #expect(adapted([1, 3]) == adapted([3, 1, 1]))
        #expect(Set([[], [1], [3], [1, 3]].map(adapted)).count == 4)
    }

    @Test("a later major version is refused, and a mutated record never traps")
    func versionsAndMutations() throws {
        let out = encoded(try Samples.finding())
        let headers = [RecordHeader("ce_type", "org.vigil.finding.prioritized.v3")]
        #expect(
            Samples.error { () throws(WireError) in
                try FindingDecoder.decode(Samples.inbound(value: out.value, headers: headers))
            } == .unknownVersion(supported: 2))
        let seeds = SchemaFiles.examples(of: "finding").filter(\.isValid).map(\.bytes)
        let revised = [RecordHeader("ce_revision", "2")]
        var random = SplitMix64(seed: 12)
        for round in 0..<10_000 {
            let seed = seeds[round % seeds.count]
            var bytes = seed
            for _ in 0...Int.random(in: 0...2, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    seed[Int.random(in: 0..<seed.count, using: &random)]
            }
            _ = try? FindingDecoder.decode(value: bytes)
            _ = StudyHistory.read(Samples.inbound(value: bytes, headers: revised))
        }
    }

    @Test("the digest of what was read is that of what was written, unknown members included")
    func digestOfJSON() throws {
        let record = try Samples.finding()
        var json = try JSONParser.parse(JSONWriter.bytes(record.json))
        #expect(Finding.digest(of: json) == record.deterministicDigest)
        #expect(json["record_digest"]?.stringValue == record.deterministicDigest.hex)
        var object = try #require(json.objectValue)
        object["future"] = .bool(true)
        json = .object(object)
        #expect(Finding.digest(of: json) != record.deterministicDigest)
    }
}
