import Testing
import VigilCore

/// The JSON reader and writer: what they take, what they refuse, and that they agree.
struct JSONTests {
    private func parse(_ text: String, _ limits: JSONLimits = .message) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8), limits: limits)
    }

    private func error(_ text: String, _ limits: JSONLimits = .message) -> JSONError? {
        error(Array(text.utf8), limits)
    }

    private func error(_ bytes: [UInt8], _ limits: JSONLimits = .message) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONParser.parse(bytes, limits: limits)
            return nil
        } catch { return error }
    }

    @Test(
        "values survive writing and reading",
        arguments: [
            "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808",
            "0.1", "1e+300", "5e-324", "-0.0", "1.7976931348623157e+308", #""""#, #""aé𝄞\n\"\\""#,
            "[]", "{}", #"[1,[2.5,{"b":[],"a":{}}],null]"#, #"{"\u0001":"\u001f"}"#,
        ])
    func roundTrip(text: String) throws {
        let value = try parse(text)
        #expect(JSONWriter.text(value) == text)
        #expect(try parse(JSONWriter.text(value)) == value)
    }

    @Test("numbers keep their exact value")
    func numbers() throws {
        #expect(try parse("9007199254740993") == .integer(9_007_199_254_740_993))
        #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try parse("1E2").intValue == 100)
        #expect(try parse("1.5").intValue == nil)
        #expect(try parse("1e300").intValue == nil)
        #expect(try parse("-0").doubleValue?.sign == .minus)
        #expect(JSONWriter.text(.number(.nan)) == "null")
        #expect(JSONWriter.text(.number(-.infinity)) == "null")
    }

    @Test("escapes are read, surrogate pairs joined")
    func escapes() throws {
        #expect(
            try parse(#""\"\\\/\b\f\n\r\t\u00e9\uD834\uDD1E\u0000""#)
                == "\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1d11e}\0")
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "{", "[", "\"", "tru", "trux", "nul", "+1", "01", "-", "-a", "1.", ".5", "1e",
            "1e+", "[1,]", "[,1]", "[1 2]", "{,}", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{\"a\":}",
            "1 2", "\"\t\"", #""\x""#, #""\u12""#, #""\u12g4""#, "'a'", "NaN", "Infinity", "//",
            "\u{feff}1", "[1]]", "{\"a\":1}}", "\u{a0}1",
        ])
    func refused(text: String) {
        switch error(text) {
        case .syntax, .truncated: break
        case let other: Issue.record("\(text): \(String(describing: other))")
        }
    }

    @Test("half surrogate pairs and bytes that are not UTF-8 are refused")
    func badText() {
        for text in [#""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#] {
            #expect(error(text) == .badText(offset: 3), "\(text)")
        }
        for bytes: [UInt8] in [
            [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80],
        ] {
            #expect(error([0x22] + bytes + [0x22]) == .badText(offset: 1))
        }
    }

    @Test("a repeated name is refused, also among many; a look-alike name is not")
    func duplicates() throws {
        #expect(error(#"{"a":1,"a":2}"#) == .duplicateName(offset: 7))
        #expect(error(#"{"a":1,"\u0061":2}"#) == .duplicateName(offset: 7))
        let many = (0..<40).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(try parse("{\(many)}")["k39"] == 39)
        #expect(error("{\(many),\"k3\":0}") != nil)
        #expect(try parse("{\"\u{e9}\":1,\"e\u{301}\":2}").objectValue?.count == 2)
    }

    @Test("size, depth and number of values are bounded")
    func limits() throws {
        let limits = JSONLimits(bytes: 200, depth: 4, values: 20)
        #expect(
            error(String(repeating: " ", count: 201), limits) == .tooLarge(bytes: 201, limit: 200))
        #expect(error("[[[[1]]]]", limits) == nil)
        #expect(error("[[[[[1]]]]]", limits) == .tooDeep(limit: 4))
        #expect(error(#"{"a":{"a":{"a":{"a":{}}}}}"#, limits) == .tooDeep(limit: 4))
        #expect(
            error("[" + Array(repeating: "1", count: 20).joined(separator: ",") + "]", limits)
                == .tooManyValues(limit: 20))
        let bomb = String(repeating: "[", count: 900_000)
        #expect(error(bomb) == .tooDeep(limit: 64))
        #expect(error("1e400") == .numberOutOfRange(offset: 0))
        #expect(error(String(repeating: "1", count: 2000)) == .numberOutOfRange(offset: 0))
    }

    @Test("objects keep order, look up, replace and remove")
    func objects() {
        var object = JSONObject()
        for index in 0..<20 { object["k\(index)"] = .integer(Int64(index)) }
        object["k3"] = "x"
        object["k5"] = nil
        object["absent"] = nil
        #expect(object.count == 19)
        #expect(object["k3"] == "x")
        #expect(object["k5"] == nil)
        #expect(object["k19"] == 19)
        #expect(object.members.map(\.name).prefix(6) == ["k0", "k1", "k2", "k3", "k4", "k6"])
        let value: JSONValue = ["b": 1, "a": ["z": 1, "y": 2]]
        #expect(JSONWriter.text(value, order: .sorted) == #"{"a":{"y":2,"z":1},"b":1}"#)
    }

    @Test("mutated and cut text never traps, and what is taken is written back equal")
    func mutations() {
        let seed = Array(
            #"{"a":[1,-2.5e3,"x\u00e9\n",true,null],"b":{"c":"é𝄞"},"d":12345678901234567890}"#.utf8)
        var random = SplitMix64(seed: 0x4a53_4f4e)
        for round in 0..<40_000 {
            var bytes = seed
            if round.isMultiple(of: 3) {
                bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            }
            for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] =
                    Bool.random(using: &random)
                    ? seed[Int.random(in: 0..<seed.count, using: &random)]
                    : UInt8.random(in: 0...255, using: &random)
            }
            guard let value = try? JSONParser.parse(bytes) else { continue }
            let written = JSONWriter.bytes(value)
            #expect((try? JSONParser.parse(written)).map { JSONWriter.bytes($0) } == written)
        }
    }
}
