import Context
import KafkaTransport
import MutationKit
import Pipeline
import VigilCore
import Wire
import WorkerCore

/// Changed records of Vigil's own topics, as a worker and the commands read them back: findings and
/// tombstones, notes of retry and deferral topics, dead letters, energy, context, drafts, leaves
/// of the audit log, and what stands beside committed offsets. Whoever may write to a topic may
/// write any of them.
struct RecordTarget: FuzzTarget {
    private enum Kind: Int, CaseIterable {
        case finding, tombstone, retry, deferral, placement, letter, energy, context, report
        case evidence, audit, offsets
    }

    private static let study = DicomUID("1.2.3")
    private let retries = RetryTopics(input: "in", count: 3, firstPause: .seconds(30))
    private let deferrals = DeferralTopic(input: "in")
    private let placed = PlacedTopics(input: "in", hasUrgent: true)
    private let letters = DeadLetterEncoder(group: "fuzz", instance: "slot-1")
    private let event: InboundRecord
    private let seeds: [(kind: Kind, key: [UInt8], value: [UInt8], headers: [FuzzInput.Part])]
    private var context = ContextTable(patientsMax: 1000, valuesMax: 10_000)
    private var histories = StudyHistories(countMax: 100)

    init() throws {
        func examples(_ name: String) throws -> [[UInt8]] {
            let folder = Files.checkout + "/Schemas/\(name)"
            let paths =
                try Files.list("\(folder)/valid", ".json")
                + Files.list("\(folder)/invalid", ".json")
            return try paths.map { try Files.read($0) }
        }
        let key = Array(String(repeating: "0a", count: 16).utf8)
        event = Self.record(
            "in", key: key,
            value: Array(
                #"{"study":{"uid":"1.2.3"},"expected":{"series":2},"instances":[]}"#.utf8),
            headers: Self.headers([
                "ce_specversion": "1.0", "ce_id": "1", "ce_source": "x",
                "ce_type": WireNames.studyType,
            ]))
        var seeds: [(kind: Kind, key: [UInt8], value: [UInt8], headers: [FuzzInput.Part])] = []
        for value in try examples("finding/examples") + examples("finding/examples-v1") {
            let headers = Self.headers(["ce_type": WireNames.findingType, "ce_revision": "2"])
            seeds.append((.finding, key, value, headers))
        }
        let retracted = [
            "ce_type": WireNames.retractionTypeV1, "ce_revision": "3", "ce_causationid": "event-9",
            "ce_findingid": "6fa459ea-ee8a-5ca4-894e-db77e160355e",
        ]
        seeds.append((.tombstone, key, [], Self.headers(retracted)))
        for (kind, name, text) in Self.notes {
            seeds.append((kind, key, event.value ?? [], Self.headers([name: text])))
        }
        for value in try examples("dead-letter/examples") {
            seeds.append((.letter, key, value, []))
        }
        for value in try examples("energy/examples") {
            seeds.append((.energy, key, value, Self.headers(["ce_type": WireNames.energyType])))
        }
        for value in try examples("context/examples") {
            let headers = Self.headers([
                "ce_specversion": "1.0", "ce_id": "1", "ce_source": "x",
                "ce_type": WireNames.contextType,
            ])
            seeds.append((.context, key + Array("/obs-1".utf8), value, headers))
        }
        for value in try examples("report-draft/examples") {
            seeds.append((.report, key, value, Self.headers(["ce_type": WireNames.reportType])))
        }
        for value in try examples("audit-leaf/examples") + examples("audit-checkpoint/examples") {
            seeds.append((.audit, Array("a/b/c".utf8), value, []))
        }
        for value in try examples("finding-evidence/examples") {
            let headers = Self.headers(["ce_type": WireNames.evidenceType])
            seeds.append((.evidence, key, value, headers))
        }
        for text in ["vigil1:gAB/", "vigil2:41.1795500000123.0123456789abcdef", "vigil3:2.1:"] {
            seeds.append((.offsets, key, Array(text.utf8), Self.headers(["offset": "41"])))
        }
        self.seeds = seeds
    }

    /// A note of each kind that an event comes back with, and its header.
    private static let notes: [(Kind, String, String)] = {
        let note =
            #"{"topic":"in","partition":2,"offset":41,"#
            + #""timestamp":"2026-11-24T04:17:58Z","#
        let retry =
            #""attempts":3,"first_failure":"2026-11-24T04:18:00Z","due":"2026-11-24T04:19:00Z"}"#
        let deferral =
            #""decided":"2026-11-24T04:18:00Z","not_before":"2026-11-24T09:00:00Z","#
            + #""intensity_g_per_kwh":310.5,"expected_g_per_kwh":142,"reason":"hour"}"#
        let placement =
            #""log_append_time":true,"study":"\#(String(repeating: "0a", count: 16))"}"#
        return [
            (.retry, "vigil-retry", note + retry), (.deferral, "vigil-deferral", note + deferral),
            (.placement, "vigil-placement", note + placement),
        ]
    }()

    private static func headers(_ values: [String: String]) -> [FuzzInput.Part] {
        values.sorted { $0.key < $1.key }.map {
            FuzzInput.Part(name: $0.key, bytes: Array($0.value.utf8))
        }
    }

    private static func record(
        _ topic: String, key: [UInt8]?, value: [UInt8]?, headers: [FuzzInput.Part]
    ) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: topic, partition: 2, offset: 41), key: key,
            value: value, headers: headers.map { RecordHeader($0.name, $0.bytes) },
            timestamp: Timestamp(milliseconds: 1_795_500_000_123))
    }

    private static let pieces: [[UInt8]] = [
        "9223372036854775807", "9223372036854775806", "-9223372036854775808", "-2147483648",
        "2147483647", "2147483648", "99", "-1", "0", "1e300", "0.5", "null", "true", "[]", "{}",
        "\"\"", "\"topic\":\"\"", "\"topic\":\"\(String(repeating: "x", count: 3000))\"",
        "\"topic\":\"..\"", "\"partition\":99", "\"partition\":-2147483648",
        "\"offset\":9223372036854775807", "\"number\":9223372036854775807", "\"attempts\":1000000",
        "\"due\":\"9999-12-31T23:59:59Z\"", "\"not_before\":\"0000-01-01T00:00:00Z\"",
        "\"parts\":[{\"topic\":\"in\",\"partition\":0,\"offset\":9}]", "vigil1:", "vigil2:", "////",
        "ce_revision", "\\u0000", "\u{feff}", ",", "\"",
    ].map { Array($0.utf8) }

    func input(_ random: inout SplitMix64) -> FuzzInput {
        let number = random.below(seeds.count)
        let seed = seeds[number]
        var parts =
            seed.headers + [
                .init(name: "key", bytes: seed.key), .init(name: "value", bytes: seed.value),
            ]
        for _ in 0...random.below(4) {
            let place = random.below(parts.count)
            switch random.below(8) {
            case 0, 1, 2: ByteMutation.splice(&parts[place].bytes, Self.pieces, &random)
            case 3: parts[place].bytes = Self.pieces[random.below(Self.pieces.count)]
            case 4 where random.below(4) == 0: ByteMutation.cut(&parts[place].bytes, &random)
            default: ByteMutation.change(&parts[place].bytes, &random)
            }
        }
        if random.below(32) == 0 { parts.remove(at: random.below(parts.count - 1)) }
        return FuzzInput(seed: number, parts: parts)
    }

    mutating func read(_ input: FuzzInput) throws -> Bool {
        let kind = seeds[input.seed].kind
        let value = input.parts.last?.bytes ?? []
        let key = input.parts.last { $0.name == "key" }?.bytes
        let headers = input.parts.filter { !["key", "value"].contains($0.name) }
        func record(_ topic: String, _ value: [UInt8]?) -> InboundRecord {
            Self.record(topic, key: key, value: value, headers: headers)
        }
        switch kind {
        case .finding: return try follow(record("out", value))
        case .tombstone:
            _ = FindingTombstone.cause(of: record("out", nil))
            return try follow(record("out", nil))
        case .retry: return try tryAgain(record("in.retry.\(1 + value.count % 3)", value))
        case .deferral: return try takeUp(record(deferrals.name, value))
        case .placement: return try takeOver(record(placed.ordinary, value))
        case .letter:
            _ = try? DeadLetterDecoder.decode(record("in.dlq", value))
            guard let json = try? JSONParser.parse(value),
                let letter = try? DeadLetter(json: json)
            else { return false }
            try check(letter.origin)
            _ = letter.json
            return true
        case .energy: return (try? EnergyDecoder.decode(record("energy", value))) != nil
        case .context: return try know(record(WireNames.contextTopic, value))
        case .report:
            guard let draft = try? ReportDecoder.decode(record("report", value)) else {
                return false
            }
            // What is read is written and read again as the same.
            guard try ReportDecoder.decode(value: JSONWriter.bytes(draft.json)) == draft else {
                throw Breach("a draft is read otherwise than it was written")
            }
            return true
        case .audit:
            guard let read = try? AuditRecord.read(record("audit", value)) else { return false }
            guard case .leaf(let leaf, _) = read else { return true }
            guard try AuditRecord.leaf(in: leaf.bytes) == leaf else {
                throw Breach("a leaf is read otherwise than it was written")
            }
            return true
        case .evidence:
            guard let maps = try? EvidenceDecoder.decode(record("evidence", value)) else {
                return false
            }
            guard try EvidenceDecoder.decode(value: JSONWriter.bytes(maps.json)) == maps else {
                throw Breach("maps are read otherwise than they were written")
            }
            return true
        case .offsets:
            let told = headers.first.flatMap { Int64(String(decoding: $0.bytes, as: UTF8.self)) }
            return follow(told ?? 41, String(decoding: value, as: UTF8.self))
        }
    }

    private func check(_ position: RecordPosition) throws {
        guard RecordPosition.isLegal(topic: position.topic), position.partition >= 0,
            position.offset >= 0
        else { throw Breach("a position that cannot be is taken for one") }
    }

    /// A finding of a study in parts, and a late part of its study.
    private mutating func follow(_ record: InboundRecord) throws -> Bool {
        guard let (study, history) = StudyHistory.read(record) else { return false }
        histories.note(history, of: study)
        guard let late = Self.study, let known = histories[study] else {
            throw Breach("a history is not kept")
        }
        for part in known.parts { try check(part) }
        let (event, places) = (event, Set(known.parts.prefix(1)))
        let assembler = StudyAssembler(events: StudyEventDecoder(), instancesMax: 512) {
            $0.map { places.contains($0) ? event : nil }
        }
        let part = StudyEvent(
            id: "late", source: "fuzz", time: nil, traceparent: nil, study: late,
            priority: .routine, instances: [InstanceReference(uri: "file:///a")])
        _ = try? assembler.plan(part, of: study, after: known, record: event)
        return true
    }

    /// What is said of a patient is known within its bounds, or counted as not used.
    private mutating func know(_ inbound: InboundRecord) throws -> Bool {
        guard case .record(let record) = ContextRecordDecoder().decode(inbound) else {
            return false
        }
        let intake = context.take(record)
        if case .statements(let said, let refused) = record.content,
            intake.taken + intake.takenBack + intake.refused.values.reduce(0, +)
                != said.count + refused.count
        {
            throw Breach("something said of a patient is dropped in silence")
        }
        let now = Timestamp(milliseconds: 1_795_500_000_123)
        guard context.values(of: record.patient, at: now).allSatisfy({ $0.value.isFinite }) else {
            throw Breach("a value that is no number is used")
        }
        return intake.taken > 0
    }

    private func tryAgain(_ record: InboundRecord) throws -> Bool {
        let now = Timestamp(microseconds: 1_795_493_878_000_000)
        let note = retries.note(of: record)
        if let note { try check(note.origin) }
        let next = retries.next(record, attempts: 3, first: now, now: now)
        let letter = letters.encode(
            deferrals.original(of: retries.original(of: record)), stage: .fetch,
            error: WireError.partGone, attempts: 3 + (note?.attempts ?? 0), at: now)
        let again = Self.record(letter.topic, key: nil, value: nil, headers: [])
        guard next != nil || again.position.topic.hasSuffix(".dlq") else {
            throw Breach("a study that fails goes nowhere")
        }
        return note != nil
    }

    private func takeUp(_ record: InboundRecord) throws -> Bool {
        guard let note = deferrals.note(of: record) else { return false }
        try check(note.origin)
        let now = Timestamp(microseconds: 1_795_493_878_000_000)
        let wait = Duration.microseconds(note.notBefore.microseconds - now.microseconds)
        _ = MonotonicTime(nanoseconds: 1) + wait
        _ = deferrals.record(deferrals.original(of: record), note)
        return true
    }

    private func takeOver(_ record: InboundRecord) throws -> Bool {
        guard let note = placed.note(of: record) else { return false }
        try check(note.origin)
        let again = placed.record(
            placed.original(of: record), note, topic: placed.ordinary, partition: 3)
        guard again.headers.count(where: { $0.name == "vigil-placement" }) == 1 else {
            throw Breach("a placed event has not one note")
        }
        return true
    }

    private func follow(_ offset: Int64, _ metadata: String) -> Bool {
        var ledger = OffsetLedger(nextOffset: offset, metadata: metadata)
        let next = max(0, min(offset, Int64.max - 100_000))
        for place in [next, next + 1, next + 7, next + OffsetLedger.spanMax] {
            ledger.begin(place)
            if ledger.canReach(place) { ledger.complete(place) }
        }
        let commit = ledger.committable
        return OffsetLedger(nextOffset: commit.nextOffset, metadata: commit.metadata)
            .shouldSkip(next)
    }
}

extension StudyAssembler {
    /// What is to be done for one late part.
    fileprivate func plan(
        _ event: StudyEvent, of study: Pseudonym, after history: StudyHistory,
        record: InboundRecord
    ) throws(StageFailure) -> StudyAssembly.Plan {
        let member = StudyAssembly.Member(
            ticket: StudyTicket(number: 1), record: record, event: event,
            origin: record.position)
        return try plan(
            StudyAssembly(study: study, members: [member], history: history, closing: .late))
    }
}
