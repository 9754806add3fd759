import Testing
import VigilCore
import Wire

/// Which records become study events, and what the others are refused for.
struct StudyEventDecoderTests {
    private let decoder = StudyEventDecoder()

    private func refusal(_ record: InboundRecord) -> WireError? {
        Samples.error { () throws(WireError) in try decoder.decode(record) }
    }

    private func structured(
        _ members: String, contentType: String = "application/cloudevents+json"
    ) -> InboundRecord {
        Samples.inbound(
            value: Array("{\(members)}".utf8), headers: [RecordHeader("content-type", contentType)])
    }

    private static let attributes =
        #""specversion":"1.0","id":"e","source":"urn:s","type":"org.vigil.study.received.v1""#

    @Test("the least event is taken")
    func least() throws {
        let event = try decoder.decode(Samples.event())
        #expect(event.id == "event-1")
        #expect(event.source == "urn:hospital:pacs")
        #expect(event.study == DicomUID("1.2.3"))
        #expect(event.priority == .stat)
        #expect(event.instances == [InstanceReference(uri: "file:///in/a.dcm")])
        #expect(event.time == nil)
        #expect(event.traceparent == nil)
    }

    @Test("each priority is taken", arguments: Priority.allCases)
    func priorities(priority: Priority) throws {
        let body = Samples.leastBody.replacing("stat", with: priority.rawValue)
        #expect(try decoder.decode(Samples.event(body)).priority == priority)
    }

    @Test("unknown members, unknown headers and unusable optional attributes do no harm")
    func tolerant() throws {
        let body = """
            {"new":[1,{"x":null}],"study":{"uid":"1.2.3","more":1},"priority":"asap",
             "instances":[{"uri":"file:///in/a.dcm","size":5}]}
            """
        let headers =
            Samples.eventHeaders(["ce_time": "yesterday", "ce_traceparent": "nonsense"]) + [
                RecordHeader("x", [0xff, 0xfe]), RecordHeader("x", nil), RecordHeader("", "y"),
            ]
        let event = try decoder.decode(
            Samples.inbound(value: Array(body.utf8), headers: headers))
        #expect(event.time == nil)
        #expect(event.traceparent == nil)
        #expect(event.priority == .asap)
    }

    @Test("time and trace context are passed on; the transport's trace goes first")
    func passedOn() throws {
        let other = "00-11111111111111111111111111111111-2222222222222222-00"
        let event = try decoder.decode(
            Samples.event(
                Samples.leastBody,
                [
                    "ce_time": "2026-11-24T04:17:58Z", "traceparent": Samples.traceparent,
                    "ce_traceparent": other,
                ]))
        #expect(event.time == "2026-11-24T04:17:58Z")
        #expect(event.traceparent == Samples.traceparent)
        let attribute = try decoder.decode(
            Samples.event(
                Samples.leastBody, ["ce_traceparent": other, "ce_tracestate": "rojo=1,congo=t61"]))
        #expect(attribute.traceparent == other)
        #expect(attribute.tracestate == "rojo=1,congo=t61")
    }

    @Test(
        "a tracestate counts only in its form and beside a traceparent of the same place",
        arguments: [
            (["traceparent": Samples.traceparent, "tracestate": "rojo=00f067"], "rojo=00f067"),
            (["traceparent": Samples.traceparent, "ce_tracestate": "rojo=00f067"], nil),
            (["tracestate": "rojo=00f067"], nil),
            (["traceparent": "nonsense", "tracestate": "rojo=00f067"], nil),
            (["traceparent": Samples.traceparent, "tracestate": "rojo"], nil),
            (["traceparent": Samples.traceparent, "tracestate": "rojo=1,=2"], nil),
            (["traceparent": Samples.traceparent, "tracestate": "rojo=a\nb"], nil),
            (
                [
                    "traceparent": Samples.traceparent,
                    "tracestate": "rojo=" + String(repeating: "x", count: 508),
                ], nil
            ),
        ] as [([String: String], String?)])
    func traceState(headers: [String: String], expected: String?) throws {
        let event = try decoder.decode(Samples.event(Samples.leastBody, headers))
        #expect(event.tracestate == expected)
    }

    @Test(
        "structured mode is taken whatever the case and parameters of the content type",
        arguments: [
            "application/cloudevents+json", "Application/CloudEvents+JSON; charset=UTF-8",
            "application/cloudevents+json;charset=utf-8",
        ])
    func structuredMode(contentType: String) throws {
        let members = "\(Self.attributes),\"time\":\"2026-11-24T04:17:58Z\",\"data\":"
        let event = try decoder.decode(
            structured(members + Samples.leastBody, contentType: contentType))
        #expect(event.id == "e")
        #expect(event.time == "2026-11-24T04:17:58Z")
        #expect(event.priority == .stat)
    }

    @Test("data in base64 is taken, and refused when it is none")
    func base64() throws {
        // printf '%s' BODY | base64 -w0
        let data =
            "eyJzdHVkeSI6eyJ1aWQiOiIxLjIuMyJ9LCJwcmlvcml0eSI6InN0YXQiLCJpbnN0YW5jZXMiOlt7InVyaSI6"
            + "ImZpbGU6Ly8vaW4vYS5kY20ifV19"
        let event = try decoder.decode(structured("\(Self.attributes),\"data_base64\":\"\(data)\""))
        #expect(event.study == DicomUID("1.2.3"))
        for wrong in ["e", "e===", "ey=J", "!!!!", "eyJ", "YQ="] {
            #expect(
                refusal(structured("\(Self.attributes),\"data_base64\":\"\(wrong)\""))
                    == .wrongType(.data), "\(wrong)")
        }
    }

    @Test("structured events with faults are refused, each for its own")
    func structuredFaults() {
        let data = "\"data\":\(Samples.leastBody)"
        #expect(refusal(structured(Self.attributes)) == .missingField(.data))
        #expect(
            refusal(structured("\(Self.attributes),\"data\":\"text\"")) == .wrongType(.data))
        #expect(
            refusal(structured("\(Self.attributes.replacing("1.0", with: "0.3")),\(data)"))
                == .unsupportedSpecVersion)
        #expect(
            refusal(structured("\(Self.attributes.replacing(#""e""#, with: "7")),\(data)"))
                == .wrongType(.id))
        #expect(
            refusal(structured("\"specversion\":\"1.0\",\"id\":\"e\",\(data)"))
                == .missingField(.source))
        for type in [
            "application/cloudevents-batch+json", "application/cloudevents+avro",
            "application/cloudevents", "application/cloudevents+jsonx",
        ] {
            #expect(
                refusal(structured("\(Self.attributes),\(data)", contentType: type))
                    == .unsupportedFormat, "\(type)")
        }
        let list = Samples.inbound(
            value: Array("[]".utf8),
            headers: [RecordHeader("Content-Type", "application/cloudevents+json")])
        #expect(refusal(list) == .wrongType(.record))
    }

    @Test("a foreign type is taken, another major version and Vigil's other types are not")
    func versions() throws {
        for type in [
            "org.example.study", "org.vigil.study.received.v1", "x.v1", "v2", "a.version2",
        ] {
            _ = try decoder.decode(Samples.event(Samples.leastBody, ["ce_type": type]))
        }
        for type in [
            "org.vigil.study.received.v2", "org.example.study.v3", "x.v0", "x.V2",
            "x.v99999999999999999999999",
        ] {
            #expect(
                refusal(Samples.event(Samples.leastBody, ["ce_type": type]))
                    == .unknownVersion(supported: 1), "\(type)")
        }
        #expect(
            refusal(Samples.event(Samples.leastBody, ["ce_type": WireNames.findingType]))
                == .unexpectedType)
        #expect(
            refusal(
                Samples.event(
                    Samples.leastBody, ["ce_dataschema": "urn:vigil:schema:study-event:v2"]))
                == .unknownVersion(supported: 1))
        _ = try decoder.decode(
            Samples.event(Samples.leastBody, ["ce_dataschema": "https://example.org/any"]))
    }

    @Test("a type without version takes that of Vigil's own topic")
    func topicVersion() throws {
        let foreign: [String: String?] = ["ce_type": "org.example.study"]
        let topic = "radiology.study.received.v2"
        #expect(
            refusal(Samples.event(Samples.leastBody, foreign, topic: topic))
                == .unknownVersion(supported: 1))
        _ = try decoder.decode(Samples.event(Samples.leastBody, topic: topic))
        _ = try decoder.decode(Samples.event(Samples.leastBody, foreign, topic: "other.v2"))
    }

    @Test("an event of our own source is refused")
    func loop() {
        #expect(
            refusal(Samples.event(Samples.leastBody, ["ce_source": WireNames.workerSource]))
                == .ownEvent)
    }

    @Test("missing, empty, ambiguous and garbled headers are refused, each for its own")
    func headers() {
        let fields: [WireField] = [.specVersion, .id, .source, .type]
        for field in fields {
            let name = "ce_\(field.rawValue)"
            #expect(
                refusal(Samples.event(Samples.leastBody, [name: nil]))
                    == .missingField(field))
            let others = Samples.eventHeaders([name: nil])
            func refusalAdding(_ more: [RecordHeader]) -> WireError? {
                self.refusal(
                    Samples.inbound(value: Array(Samples.leastBody.utf8), headers: others + more))
            }
            #expect(refusalAdding([RecordHeader(name, nil)]) == .missingField(field))
            #expect(refusalAdding([RecordHeader(name, "")]) == .wrongType(field))
            #expect(refusalAdding([RecordHeader(name, [0xc3, 0x28])]) == .headerNotText(field))
            #expect(
                refusalAdding([RecordHeader(name, "a"), RecordHeader(name, "b")])
                    == .ambiguousHeader(field))
            let long = String(repeating: "x", count: 2049)
            #expect(refusalAdding([RecordHeader(name, long)]) == .wrongType(field))
        }
        let twice = Samples.eventHeaders() + [RecordHeader("ce_id", "event-1")]
        #expect(
            refusal(Samples.inbound(value: Array(Samples.leastBody.utf8), headers: twice)) == nil)
        #expect(
            refusal(Samples.event(Samples.leastBody, ["ce_specversion": "0.3"]))
                == .unsupportedSpecVersion)
    }

    @Test("too many and too large headers are refused")
    func headerBounds() {
        let value = Array(Samples.leastBody.utf8)
        let flood = Samples.eventHeaders() + (0..<253).map { RecordHeader("h\($0)", "") }
        #expect(
            refusal(Samples.inbound(value: value, headers: flood))
                == .tooManyHeaders(count: 257, limit: 256))
        let huge =
            Samples.eventHeaders() + [
                RecordHeader("big", [UInt8](repeating: 0, count: 1 << 20))
            ]
        guard case .headersTooLarge = refusal(Samples.inbound(value: value, headers: huge)) else {
            Issue.record("a header of 1 MiB was taken")
            return
        }
    }

    @Test("a tombstone, an empty value and what is not JSON are refused")
    func values() {
        let headers = Samples.eventHeaders()
        #expect(refusal(Samples.inbound(value: nil, headers: headers)) == .tombstone)
        #expect(refusal(Samples.inbound(value: [], headers: headers)) == .notJSON(.truncated))
        #expect(refusal(Samples.event("no JSON")) == .notJSON(.syntax(offset: 1)))
        #expect(refusal(Samples.event("[]")) == .wrongType(.data))
        let large = [UInt8](repeating: 0x20, count: 1 << 20 + 1)
        #expect(
            refusal(Samples.inbound(value: large, headers: headers))
                == .tooLarge(bytes: large.count, limit: 1 << 20))
    }

    @Test("the number of instances and the length of a URI are bounded")
    func bounds() throws {
        var limits = WireLimits()
        limits.instances = 3
        limits.uriBytes = 20
        let bounded = StudyEventDecoder(limits: limits)
        func body(_ count: Int, _ uri: String) -> InboundRecord {
            let list = Array(repeating: "{\"uri\":\"\(uri)\"}", count: count)
            return Samples.event(
                "{\"study\":{\"uid\":\"1\"},\"priority\":\"stat\",\"instances\":["
                    + list.joined(separator: ",") + "]}")
        }
        #expect(try bounded.decode(body(3, "file:///12345678901")).instances.count == 3)
        #expect(
            Samples.error { () throws(WireError) in try bounded.decode(body(4, "file:///a")) }
                == .tooManyInstances(count: 4, limit: 3))
        #expect(
            Samples.error { () throws(WireError) in
                try bounded.decode(body(1, "file:///1234567890123"))
            } == .badURI(index: 0))
    }

    @Test("a key longer than any identifier is refused")
    func largeKey() throws {
        let event = Samples.event()
        func keyed(_ count: Int) -> InboundRecord {
            Samples.inbound(
                value: event.value, headers: event.headers,
                key: [UInt8](repeating: 1, count: count))
        }
        #expect(throws: Never.self) { try StudyEventDecoder().decode(keyed(64 << 10)) }
        #expect(throws: WireError.tooLarge(bytes: 65_537, limit: 65_536)) {
            try StudyEventDecoder().decode(keyed(65_537))
        }
    }

    @Test("mutated and cut events never trap")
    func mutations() {
        let seed =
            Array(
                #"{"specversion":"1.0","id":"e","source":"s","type":"t.v1","data":"#.utf8)
            + Array(Samples.leastBody.utf8) + [UInt8(ascii: "}")]
        var random = SplitMix64(seed: 0x5745_4e54)
        var taken = 0
        for round in 0..<20_000 {
            var bytes = seed
            if round.isMultiple(of: 4) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : seed[Int.random(in: 0..<seed.count, using: &random)]
            }
            let headers = [
                RecordHeader("content-type", "application/cloudevents+json"),
                RecordHeader("ce_id", Array(bytes.prefix(9))),
            ]
            let record = Samples.inbound(value: bytes, headers: headers)
            if refusal(record) == nil { taken += 1 }
            _ = refusal(
                Samples.inbound(
                    value: bytes,
                    headers: Samples.eventHeaders() + [RecordHeader("ce_type", bytes)]))
        }
        #expect(taken > 0)
    }
}
