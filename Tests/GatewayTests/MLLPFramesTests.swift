import HL7
import Testing
import VigilCore

/// Messages taken out of a stream of bytes.
struct MLLPFramesTests {
    @Test("frames come out whole however the bytes were cut, and junk between them is passed over")
    func cuts() throws {
        let messages = ["first", "", "third\rwith\u{1c}inside", "x"].map { Array($0.utf8) }
        var stream: [UInt8] = Array("\r\nhello ".utf8)
        for message in messages { stream += MLLPFrames.framed(message) + Array("\r\nMSH|".utf8) }
        var random = SplitMix64(seed: 5)
        for _ in 0..<500 {
            var frames = MLLPFrames()
            var (taken, rest): ([[UInt8]], ArraySlice<UInt8>) = ([], stream[...])
            while !rest.isEmpty {
                let piece = Array(rest.prefix(1 + random.below(9)))
                rest = rest.dropFirst(piece.count)
                let whole = frames.take(piece)
                taken += try #require(whole)
            }
            #expect(taken == messages)
        }
    }

    @Test("a frame that begins anew drops the one that was cut")
    func anew() {
        var frames = MLLPFrames()
        let cut: [UInt8] = [0x0b] + Array("half".utf8)
        let whole = frames.take(cut + MLLPFrames.framed([0x41]))
        #expect(whole == [[0x41]])
    }

    @Test("neither a frame without end nor junk without end is held")
    func endless() {
        for start in [[UInt8(0x0b)], []] {
            var frames = MLLPFrames(bytesMax: 1000)
            var isRefused = frames.take(start) == nil
            for _ in 0..<3 where !isRefused {
                isRefused = frames.take(Array(repeating: 0x78, count: 500)) == nil
            }
            #expect(isRefused)
        }
    }
}
