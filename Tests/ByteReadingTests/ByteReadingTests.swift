import ByteReading
import Testing
import VigilCore

/// Readers of bytes from outside.
struct ByteReadingTests {
    private func failure(_ read: () throws(ByteFailure) -> Void) -> ByteFailure? {
        do throws(ByteFailure) {
            try read()
            return nil
        } catch { return error }
    }

    /// All fields of a message.
    private func fields(_ bytes: [UInt8]) throws(ByteFailure) -> [ProtobufField] {
        var message = ProtobufReader(ByteReader(bytes))
        var fields: [ProtobufField] = []
        while let field = try message.next() { fields.append(field) }
        return fields
    }

    @Test("numbers are read in order, the least byte first")
    func numbers() throws {
        var reader = ByteReader([1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 9])
        let (pair, none) = (try reader.number(bytes: 2), try reader.number(bytes: 0))
        #expect(pair == 0x0201 && none == 0)
        let (three, four) = (try reader.byte(), try reader.byte())
        #expect(three == 3 && four == 4)
        let greatest = try reader.number(bytes: 8)
        #expect(greatest == .max)
        #expect(reader.remaining == 1 && !reader.isAtEnd)
        let beyond = failure { () throws(ByteFailure) in _ = try reader.number(bytes: 2) }
        #expect(beyond == ByteFailure(.end, at: 12))
        let nine = try reader.byte()
        #expect(nine == 9)
        #expect(reader.isAtEnd)
    }

    @Test("a part of bytes ends where it was to end, and one that leaves them is cut")
    func parts() throws {
        let bytes = Array(UInt8(0)..<10)
        var part = ByteReader(bytes, range: 4..<6)
        let both = try part.take(2)
        #expect(both == 4..<6)
        let beyond = failure { () throws(ByteFailure) in _ = try part.byte() }
        #expect(beyond == ByteFailure(.end, at: 6))
        #expect(ByteReader(bytes, range: 8..<1000).remaining == 2)
        #expect(ByteReader(bytes, range: 20..<1000).remaining == 0)
        #expect(ByteReader(bytes[5...]).offset == 5)
    }

    @Test("lengths that cannot be, and counts below nothing, are refused where they stand")
    func lengths() {
        var reader = ByteReader([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
        let length = failure { () throws(ByteFailure) in _ = try reader.length(bytes: 8) }
        #expect(length == ByteFailure(.length(.max), at: 8))
        for count in [-1, 1, Int.max, Int.min] {
            let taken = failure { () throws(ByteFailure) in _ = try reader.take(count) }
            #expect(taken?.fault == .end)
        }
    }

    @Test("the fields of a message are read with their places")
    func message() throws {
        // 1: 300, 2: "ab", 3: 4 bytes, 4: 8 bytes
        let bytes: [UInt8] = [
            0x08, 0xac, 0x02, 0x12, 2, 0x61, 0x62, 0x1d, 1, 0, 0, 0, 0x21, 2, 0, 0, 0, 0, 0, 0, 0,
        ]
        let expected = [
            ProtobufField(number: 1, content: .number(300), start: 0),
            ProtobufField(number: 2, content: .bytes(5..<7), start: 3),
            ProtobufField(number: 3, content: .fixed(8..<12), start: 7),
            ProtobufField(number: 4, content: .fixed(13..<21), start: 12),
        ]
        #expect(try fields(bytes) == expected)
        #expect(ByteReader(bytes).number(in: 8..<12) == 1)
    }

    @Test(
        "a message that breaks the encoding is refused",
        arguments: [
            ([0x08], ByteFailure.Fault.end),
            ([UInt8](repeating: 0xff, count: 11), .endlessNumber),
            ([0x00, 1], .fieldNumber),
            ([0x80, 0x80, 0x80, 0x80, 0x10, 1], .fieldNumber),
            ([0x0b], .wireType(3)),
            ([0x0a, 5, 1], .length(5)),
            ([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], .length(.max)),
            ([0x0d, 1, 2, 3], .end),
        ])
    func refused(bytes: [UInt8], expected: ByteFailure.Fault) {
        let failure = failure { () throws(ByteFailure) in _ = try fields(bytes) }
        #expect(failure?.fault == expected)
    }

    @Test("any bytes are read to an end or a refusal, and no field leaves them")
    func anyBytes() throws {
        var random = SplitMix64(seed: 23)
        for _ in 0..<20_000 {
            let bytes = (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var message = ProtobufReader(ByteReader(bytes))
            while let field = try? message.next() {
                switch field.content {
                case .number: continue
                case .bytes(let range), .fixed(let range):
                    #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count)
                }
            }
        }
    }
}
