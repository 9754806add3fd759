import Testing
import Tokenizers
import VigilCore

@Suite("CLIP tokenizer")
struct ClipTokenizerTests {
    static let small = TestFile.vectors + "/small-merges.txt"

    func smallVocabulary() throws -> ClipVocabulary {
        let merges = TestFile.read(Self.small)
        let probe = try ClipVocabulary(openAIMerges: merges)
        return ClipVocabulary(merges: probe.merges)
    }

    /// Each text, the digest of its ids with OpenAI's vocabulary and with the small one.
    func lines() throws -> [(text: String, large: String, small: String)] {
        try TestFile.read(TestFile.vectors + "/lines.jsonl").split(separator: 0x0A).map { line in
            let row = try #require(try JSONParser.parse(Array(line)).arrayValue)
            return (
                try #require(row[0].stringValue), try #require(row[1].stringValue),
                try #require(row[2].stringValue)
            )
        }
    }

    func digest(_ ids: [Int32]) -> String {
        let bytes = ids.flatMap { id in
            (0..<4).map { UInt8(truncatingIfNeeded: id >> Int32($0 * 8)) }
        }
        return Hex.encode(Digest(of: bytes).bytes.prefix(8))
    }

    @Test("ids equal the published tokenizer's with a small vocabulary")
    func smallIds() throws {
        let tokenizer = try ClipTokenizer(smallVocabulary())
        let lines = try lines()
        #expect(lines.count > 3000)
        var wrong: [String] = []
        for line in lines
        where digest(try tokenizer.encode(line.text, contextLength: 77)) != line.small {
            wrong.append(line.text)
        }
        #expect(wrong == [])
    }

    @Test(
        "ids equal the published tokenizer's with OpenAI's vocabulary",
        .enabled(
            if: TestFile.exists(TestFile.openAIMerges),
            "OpenAI's vocabulary is not in the cache: clip-bpe/bpe_simple_vocab_16e6.txt"))
    func largeIds() throws {
        let bytes = TestFile.read(TestFile.openAIMerges)
        let tokenizer = try ClipTokenizer(ClipVocabulary(openAIMerges: bytes))
        #expect(tokenizer.vocabularySize == 49408)
        #expect(
            try tokenizer.encode("a photo of a cat", contextLength: 77)
                == [49406, 320, 1125, 539, 320, 2368, 49407])
        var wrong: [String] = []
        for line in try lines()
        where digest(try tokenizer.encode(line.text, contextLength: 77)) != line.large {
            wrong.append(line.text)
        }
        #expect(wrong == [])
    }

    @Test("the three kinds of files give the same tokenizer")
    func readers() throws {
        let vocabulary = try smallVocabulary()
        let pair = try ClipVocabulary(
            vocabularyJSON: Array(vocabulary.vocabularyText.utf8),
            merges: Array(vocabulary.mergesText.utf8))
        let merges = vocabulary.merges.map {
            JSONValue.array([.string($0.left), .string($0.right)])
        }
        let vocab = try JSONParser.parse(Array(vocabulary.vocabularyText.utf8))
        let file: JSONValue = [
            "added_tokens": [],
            "model": [
                "type": "BPE", "end_of_word_suffix": "</w>", "vocab": vocab,
                "merges": .array(merges),
            ],
        ]
        let single = try ClipVocabulary(tokenizerJSON: JSONWriter.bytes(file))
        let one = try ClipTokenizer(vocabulary)
        let two = try ClipTokenizer(pair)
        let three = try ClipTokenizer(single)
        for line in try lines().prefix(500) {
            let ids = try one.encode(line.text, contextLength: 77)
            #expect(try two.encode(line.text, contextLength: 77) == ids)
            #expect(try three.encode(line.text, contextLength: 77) == ids)
        }
    }

    @Test("a sequence starts and ends with its tokens and keeps to the context length")
    func context() throws {
        let tokenizer = try ClipTokenizer(smallVocabulary())
        let long = String(repeating: "word ", count: 500)
        for length in [2, 3, 16, 77] {
            let ids = try tokenizer.encode(long, contextLength: length)
            #expect(ids.count == length)
            #expect(ids.first == tokenizer.startToken)
            #expect(ids.last == tokenizer.endToken)
        }
        let empty = try tokenizer.encode("", contextLength: 77)
        #expect(empty == [tokenizer.startToken, tokenizer.endToken])
        #expect(tokenizer.pad(empty, to: 5).count == 5)
    }

    @Test("one word of a megabyte ends soon, and a longer text is refused")
    func bounds() throws {
        let tokenizer = try ClipTokenizer(smallVocabulary())
        let word = String(repeating: "pn", count: ClipTokenizer.inputLimit / 2)
        let start = ContinuousClock.now
        #expect(try tokenizer.encode(word, contextLength: 77).count == 77)
        #expect(start.duration(to: .now) < .seconds(5))
        #expect(throws: TokenizersError.self) {
            try tokenizer.encode(word + "x", contextLength: 77)
        }
    }

    @Test("another kind of tokenizer is refused")
    func wrongKind() {
        let text = #"{"model": {"type": "WordPiece", "vocab": {"[CLS]": 0}}}"#
        #expect(throws: TokenizersError.self) {
            try ClipVocabulary(tokenizerJSON: Array(text.utf8))
        }
        #expect(throws: TokenizersError.self) {
            try ClipTokenizer(ClipVocabulary(ids: [[0x61]: 0], merges: []))
        }
    }

    @Test("damaged tokenizer files are refused or read, never a trap")
    func mutations() throws {
        let vocabulary = try smallVocabulary()
        let sources = [Array(vocabulary.vocabularyText.utf8), Array(vocabulary.mergesText.utf8)]
        var generator = SplitMix(state: 7)
        var refused = 0
        for round in 0..<200 {
            var files = sources
            let which = round % 2
            for _ in 0..<(1 + round % 3) {
                let place = Int(generator.next() % UInt64(files[which].count))
                files[which][place] = UInt8(truncatingIfNeeded: generator.next())
            }
            if round % 5 == 0 {
                files[which].removeLast(Int(generator.next() % UInt64(files[which].count)))
            }
            do throws(TokenizersError) {
                let tables = try ClipVocabulary(vocabularyJSON: files[0], merges: files[1])
                _ = try ClipTokenizer(tables).encode("left pleural effusion", contextLength: 77)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 50)
    }
}

/// Steele, Lea and Flood's SplitMix64, for seeded tests.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
