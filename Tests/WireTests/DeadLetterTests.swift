import Testing
import VigilCore
import Wire

/// Dead letters keep what failed and say why.
struct DeadLetterTests {
    private let encoder = DeadLetterEncoder(group: "vigil", instance: "7")

    private func letter(
        of record: InboundRecord, error: WireError = .badPriority, attempts: Int = 1,
        at time: Timestamp = Samples.time(10)
    ) -> OutboundRecord {
        encoder.encode(record, stage: .parse, error: error, attempts: attempts, at: time)
    }

    @Test("key, value and headers are kept byte for byte, headers first")
    func kept() {
        let headers = [
            RecordHeader("ce_id", [0xff, 0x00]), RecordHeader("", nil), RecordHeader("ce_id", "2"),
            RecordHeader("vigil-stage", "forged"),
        ]
        for value: [UInt8]? in [nil, [], [0, 1, 0xff]] {
            let record = Samples.inbound(value: value, headers: headers, key: [0xfe])
            let out = letter(of: record)
            #expect(out.value == value)
            #expect(out.key == [0xfe])
            #expect(Array(out.headers.prefix(4)) == headers)
            #expect(out.headers[4].name == "__connect.errors.topic")
            #expect(out.topic == "radiology.study.received.v1.dlq")
        }
    }

    @Test("both families of headers and our own are there, in their own binary forms")
    func headers() {
        let out = letter(of: Samples.event(), attempts: 3)
        var bytes: [String: [UInt8]] = [:]
        for header in out.headers { bytes[header.name] = header.value }
        func text(_ name: String) -> String? {
            bytes[name].map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(text("__connect.errors.topic") == Samples.studyTopic)
        #expect(text("__connect.errors.partition") == "2")
        #expect(text("__connect.errors.offset") == "41")
        #expect(text("__connect.errors.connector.name") == "vigil")
        #expect(text("__connect.errors.task.id") == "7")
        #expect(text("__connect.errors.stage") == "parse")
        #expect(text("__connect.errors.exception.class.name") == "org.vigil.error.bad_priority")
        #expect(bytes["kafka_dlt-original-partition"] == [0, 0, 0, 2])
        #expect(bytes["kafka_dlt-original-offset"] == [0, 0, 0, 0, 0, 0, 0, 41])
        #expect(bytes["kafka_dlt-original-timestamp"] == [0, 0, 1, 0xa2, 0x0c, 0x23, 0xc3, 0x7b])
        #expect(text("kafka_dlt-original-consumer-group") == "vigil")
        #expect(text("vigil-attempt") == "3")
        #expect(text("vigil-error-code") == "bad_priority")
        #expect(text("vigil-stage") == "parse")
        #expect(text("vigil-first-failure-time") == Samples.time(10).description)
        let message = "\(WireError.badPriority)"
        #expect(text("__connect.errors.exception.message") == message)
        #expect(text("kafka_dlt-exception-message") == message)
    }

    @Test("the headers follow the schema and read back")
    func roundTrip() throws {
        let out = letter(of: Samples.event(), attempts: 3)
        let read = try DeadLetterDecoder.decode(Samples.inbound(out))
        #expect(
            read.origin == RecordPosition(topic: Samples.studyTopic, partition: 2, offset: 41))
        #expect(read.stage == .parse)
        #expect(read.attempts == 3)
        #expect(read.errorCode == "bad_priority")
        #expect(read.timestamp == Timestamp(milliseconds: 1_795_500_000_123))
        let validator = SchemaValidator(root: try SchemaFiles.schema("dead-letter"))
        #expect(try validator.accepts(read.json))
        #expect(try DeadLetter(json: read.json) == read)
    }

    @Test("a replayed dead letter counts on, keeps its first failure, and its newest headers count")
    func replayed() throws {
        let first = letter(of: Samples.event(), attempts: 2)
        let again = letter(
            of: Samples.inbound(first), error: .badUID, attempts: 3, at: Samples.time(9000))
        #expect(again.topic == "radiology.study.received.v1.dlq")
        let own = Samples.event().headers
        #expect(Array(again.headers.prefix(own.count)) == own)
        let fold = again.headers[own.count]
        #expect(fold.name == DeadLetterRounds.foldName)
        #expect(
            String(decoding: fold.value ?? [], as: UTF8.self)
                == "1, \(Samples.time(10)) bad_priority")
        let read = try DeadLetterDecoder.decode(Samples.inbound(again))
        #expect(read.attempts == 5)
        #expect(read.errorCode == "bad_uid")
        #expect(read.firstFailure == Samples.time(10))
        #expect(read.lastFailure == Samples.time(9000))
    }

    @Test("a letter that fails a thousand times has no more headers than after two, and counts on")
    func manyRounds() throws {
        var record = Samples.event()
        var counts: Set<Int> = []
        for round in 1...1000 {
            let out = letter(of: record, attempts: 1)
            // What a replay sends, as letters of earlier versions with all rounds are sent too.
            let sent = DeadLetterRounds(out.headers).foldedEarlier
            #expect(DeadLetterRounds(sent).foldedEarlier == sent)
            record = Samples.inbound(
                value: out.value,
                headers: sent + [RecordHeader(DeadLetterRounds.replayName, "a/0/1 now")])
            if round > 1 { counts.insert(record.headers.count) }
            #expect(try DeadLetterDecoder.decode(Samples.inbound(out)).attempts == round)
        }
        #expect(counts.count == 1)
        #expect((counts.first ?? 999) < 60)
        #expect(record.headers.reduce(0) { $0 + $1.name.count + ($1.value?.count ?? 0) } < 8192)
        let fold = record.headers.first { $0.name == DeadLetterRounds.foldName }?.value ?? []
        #expect(String(decoding: fold, as: UTF8.self).hasPrefix("999, "))
    }

    @Test("a letter that an earlier version replayed until nobody took it is folded, and is taken")
    func unfoldedRounds() throws {
        let once = letter(of: Samples.event())
        let round = once.headers.dropFirst(Samples.event().headers.count)
        let replay = RecordHeader(DeadLetterRounds.replayName, "a/0/1 now")
        let many = (0..<14).reduce(Samples.event().headers) { headers, _ in
            headers + round + [replay]
        }
        #expect(many.count > WireLimits().headers)
        let folded = DeadLetterRounds(many).foldedEarlier
        #expect(folded.count == Samples.event().headers.count + 1 + round.count)
        let connect = RecordHeader("__connect.errors.topic", "of another program")
        #expect(DeadLetterRounds([connect]).foldedEarlier == [connect])
        for text in [
            "", "-1", "9223372036854775807, x", "a, b", String(repeating: "1", count: 4096),
        ] {
            let forged = [RecordHeader(DeadLetterRounds.foldName, text)] + round
            #expect(DeadLetterRounds(forged).foldedWhole.count == 1)
        }
    }

    @Test("an original too large for any letter is told of by size and digest, and not copied")
    func omitted() throws {
        let value = [UInt8](repeating: 0x78, count: DeadLetterEncoder.originalBytesMax)
        let headers = [RecordHeader("ce_id", "1")]
        let whole = Samples.inbound(value: value.dropLast(7), headers: headers, key: [1])
        #expect(letter(of: whole).value == whole.value)
        for key in [[UInt8](repeating: 1, count: 2), [UInt8](repeating: 1, count: 5000)] {
            let out = letter(of: Samples.inbound(value: value, headers: headers, key: key))
            #expect(out.value == nil && out.key == (key.count == 2 ? key : nil))
            #expect(!out.headers.contains { $0.name == "ce_id" })
            let read = try DeadLetterDecoder.decode(Samples.inbound(out))
            #expect(read.omitted?.bytes == value.count + key.count + 6)
            #expect(read.omitted?.digest == Digest(of: value).hex)
            #expect(try DeadLetter(json: read.json) == read)
        }
        let many = (0..<5).map { RecordHeader("\($0)", [UInt8](repeating: 0, count: 1 << 20)) }
        #expect(letter(of: Samples.inbound(value: nil, headers: many)).headers.count < 30)
    }

    @Test("forged attempts and times do no harm")
    func forged() throws {
        for attempt in ["-5", "x", "99999999999999999999", "9223372036854775807", ""] {
            let headers = [
                RecordHeader("vigil-attempt", attempt),
                RecordHeader("vigil-first-failure-time", attempt),
            ]
            let out = letter(of: Samples.inbound(value: nil, headers: headers), attempts: 0)
            let read = try DeadLetterDecoder.decode(Samples.inbound(out))
            #expect(read.attempts >= 1)
            #expect(read.firstFailure == Samples.time(10))
        }
    }

    @Test(
        "the dead-letter topic follows the input's",
        arguments: [
            ("in", "in.dlq"), ("in.retry.3", "in.dlq"), ("in.dlq", "in.dlq"),
            ("in.retry.x", "in.retry.x.dlq"), ("retry.3", "retry.3.dlq"),
        ])
    func topic(input: String, topic: String) {
        #expect(DeadLetterEncoder.topic(for: input) == topic)
    }

    @Test("every error has a code of its own and says nothing of the message")
    func errors() {
        let errors: [WireError] = [
            .tombstone, .tooLarge(bytes: 2, limit: 1), .tooManyHeaders(count: 2, limit: 1),
            .headersTooLarge(bytes: 2, limit: 1), .headerNotText(.id), .ambiguousHeader(.id),
            .notJSON(.truncated), .missingField(.priority), .wrongType(.study),
            .unsupportedSpecVersion, .unsupportedFormat, .unknownVersion(supported: 1),
            .unexpectedType, .ownEvent, .badUID, .badPriority, .expired, .noInstances,
            .tooManyInstances(count: 2, limit: 1), .unsupportedScheme(index: 0),
            .badURI(index: 0), .badRecord("x"),
        ]
        #expect(Set(errors.map(\.code)).count == errors.count)
        for error in errors {
            #expect(error.disposition == .deadLetter)
            #expect(!error.what.text.isEmpty && !error.remedy.text.isEmpty)
        }
    }
}
