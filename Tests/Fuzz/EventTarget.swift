import Glibc
import Imaging
import MutationKit
import VigilCore
import Wire

/// Changed events, and records of the other topics, as the worker reads them; the files that a
/// taken event names are opened below the allowed roots.
struct EventTarget: FuzzTarget {
    /// The value of a record and its headers. Schemas' examples are its seeds.
    private enum Kind: CaseIterable {
        case event, structured, finding, energy, letter
    }

    private let seeds: [(kind: Kind, value: [UInt8])]
    private let decoder = StudyEventDecoder()
    private let letters = DeadLetterEncoder(group: "fuzz", instance: "slot-1")
    private let roots: FuzzRoots

    init(folder: String) throws {
        roots = try FuzzRoots(folder: folder)
        var seeds: [(kind: Kind, value: [UInt8])] = []
        for (name, kind) in [
            ("study-event/examples", Kind.event), ("finding/examples", .finding),
            ("finding/examples-v1", .finding), ("energy/examples", .energy),
            ("dead-letter/examples", .letter),
        ] {
            let examples = Files.checkout + "/Schemas/\(name)"
            for path in try Files.list("\(examples)/valid", ".json")
                + Files.list("\(examples)/invalid", ".json")
            {
                let isStructured = kind == .event && path.contains("/structured-")
                seeds.append((isStructured ? .structured : kind, try Files.read(path)))
            }
        }
        self.seeds = seeds
    }

    private static let pieces: [[UInt8]] = [
        "\"priority\":\"stat\"", "\"priority\":255", "{\"system\":\"hl7\",\"code\":\"S\"}", "null",
        "\"expirytime\":\"9999-12-31T23:59:59Z\"", "\"uid\":\"1.2.3\"", "\\ud83d", "\\u0000",
        "[[[[[[[[[[", "{\"a\":", "1e400", "-0", "9223372036854775808", "\"data_base64\":\"AA==\"",
        "\"instances\":[", "\"status\":\"cancelled\"", "\"expected\":{\"series\":4294967295}",
        "2026-02-29T25:61:61Z", "\u{feff}", ",,", "\"",
    ].map { Array($0.utf8) }

    func input(_ random: inout SplitMix64) -> FuzzInput {
        // Study events come from outside, the others from Vigil's own topics.
        var seed = random.below(seeds.count)
        while random.below(3) > 0, seeds[seed].kind != .event { seed = random.below(seeds.count) }
        let isURI = random.below(3) == 0
        var value =
            isURI ? roots.event(uri: roots.uri(&random)) : seeds[seed].value
        var headers = isURI ? Self.headers(.event) : Self.headers(seeds[seed].kind)
        for _ in 0..<random.below(isURI ? 2 : 5) {
            switch random.below(8) {
            case 0, 1: ByteMutation.splice(&value, Self.pieces, &random)
            case 2 where random.below(4) == 0: ByteMutation.cut(&value, &random)
            case 3, 4: ByteMutation.change(&headers[random.below(headers.count)].bytes, &random)
            default: ByteMutation.change(&value, &random)
            }
        }
        if random.below(16) == 0 { headers.remove(at: random.below(headers.count)) }
        return FuzzInput(seed: seed, parts: headers + [.init(name: "value", bytes: value)])
    }

    private static func headers(_ kind: Kind) -> [FuzzInput.Part] {
        let type =
            switch kind {
            case .finding: WireNames.findingType
            case .energy: WireNames.energyType
            default: WireNames.studyType
            }
        var headers = [
            "ce_specversion": "1.0", "ce_id": "event-1", "ce_source": "urn:hospital:pacs",
            "ce_type": type, "ce_time": "2026-11-24T04:17:58Z", "ce_priority": "urgent",
            "ce_expirytime": "9999-12-31T23:59:59Z",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ]
        if kind == .structured { headers = ["content-type": "application/cloudevents+json"] }
        return headers.sorted { $0.key < $1.key }.map {
            FuzzInput.Part(name: $0.key, bytes: Array($0.value.utf8))
        }
    }

    func read(_ input: FuzzInput) throws -> Bool {
        let value = input.parts.last.map(\.bytes)
        let record = InboundRecord(
            position: RecordPosition(
                topic: "radiology.study.received.v1", partition: 2, offset: 41),
            key: nil, value: value,
            headers: input.parts.dropLast().map { RecordHeader($0.name, $0.bytes) },
            timestamp: Timestamp(milliseconds: Int64(input.seed) << 48))
        _ = try? FindingDecoder.decode(record)
        _ = StudyHistory.read(record)
        _ = try? EnergyDecoder.decode(record)
        if let value, let json = try? JSONParser.parse(value) { _ = try? DeadLetter(json: json) }
        let event: StudyEvent
        do throws(WireError) { event = try decoder.decode(record) } catch {
            try bury(record, error)
            return false
        }
        for instance in event.instances.prefix(8) { try roots.check(instance.uri) }
        return true
    }

    /// What is refused goes to the dead letters as it came, and can be read there.
    private func bury(_ record: InboundRecord, _ error: WireError) throws {
        let now = Timestamp(microseconds: 1_795_493_878_000_000)
        let letter = letters.encode(record, stage: .parse, error: error, attempts: 1, at: now)
        let isSame =
            letter.value == record.value
            && letter.headers.prefix(record.headers.count).elementsEqual(record.headers)
        guard isSame else { throw Breach("a dead letter is not what came") }
        let again = InboundRecord(
            position: RecordPosition(topic: letter.topic, partition: 0, offset: 0),
            key: letter.key, value: letter.value, headers: letter.headers, timestamp: nil)
        guard (try? DeadLetterDecoder.decode(again))?.errorCode == error.code.text else {
            throw Breach("a dead letter cannot be read")
        }
    }
}
