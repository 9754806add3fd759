import CAllocationCount
import Testing
import Tokenizers
import VigilCore

/// Tokenizer files from outside: whatever stands in them is read or refused, never a trap.
@Suite("Damaged tokenizer files")
struct DamagedTokenizerTests {
    private static let texts = ["left pleural effusion", "½ ﬁbrosis e\u{301} 🩻 <s> </s>"]

    /// Every way to read a file, but for those of the downloaded ones.
    static let cases = PublishedIdsTests.committed

    @Test(
        "cut and changed files are refused with what, where and a remedy, or read", arguments: cases
    )
    func mutations(_ one: PublishedIdsTests.Case) throws {
        let sound = try one.contents()
        var random = SplitMix64(seed: one.testDescription.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        var refused = 0
        let rounds = 120
        for round in 0..<rounds {
            var files = sound
            let which = random.remainder(of: files.count)
            damage(&files[which], round, &random)
            do {
                let tokenizer = try one.make(files)
                for text in Self.texts { _ = try tokenizer.encode(text, contextLength: 64) }
            } catch let error as TokenizersError {
                refused += 1
                #expect(!error.what.text.isEmpty && !error.remedy.text.isEmpty)
                #expect(error.code.text.hasPrefix("tokenizer_"))
            }
        }
        // In a list of tokens, one a line, little can be wrong.
        #expect(refused > (one.files[0].hasSuffix(".txt") ? 0 : rounds / 10), "\(refused)")
    }

    /// A third is cut off; others get strange bytes, some of them at the beginning, where the
    /// lengths and the kinds are.
    private func damage(_ file: inout [UInt8], _ round: Int, _ random: inout SplitMix64) {
        switch round % 4 {
        case 0: file.removeLast(1 + random.remainder(of: file.count))
        case 1:
            let start = random.remainder(of: file.count)
            file.removeSubrange(start..<min(start + 1 + random.remainder(of: 64), file.count))
        default:
            let end = round % 4 == 2 ? min(600, file.count) : file.count
            for _ in 0..<(1 + random.remainder(of: 4)) {
                file[random.remainder(of: end)] = UInt8(truncatingIfNeeded: random.next())
            }
        }
    }

    @Test("a character map whose table is noise is refused, or ends")
    func characterMaps() throws {
        let sound = TestFile.read(PublishedIdsTests.vector("spiece.model"))
        // The table is most of the file's first quarter million bytes.
        var random = SplitMix64(seed: 11)
        for _ in 0..<60 {
            var file = sound
            for _ in 0..<2000 {
                file[random.remainder(of: file.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            guard let tokenizer = try? SentencePieceTokenizer(model: file) else { continue }
            _ = try tokenizer.encode(TestLines.all[random.remainder(of: TestLines.all.count)])
        }
        for count in [0, 1, 4, 5, 12] {
            let map = [UInt8](repeating: 0xFF, count: count)
            let model = Proto.model(pieces: [("<unk>", 2), ("a", 1)], characterMap: map)
            if count == 0 {
                _ = try SentencePieceTokenizer(model: model).encode("a")
            } else {
                #expect(throws: TokenizersError.self) { try SentencePieceTokenizer(model: model) }
            }
        }
    }

    @Test("a model that contradicts itself is refused with the piece")
    func contradictions() {
        for (pieces, reason) in [
            ([("a", 1)], "unknown"), ([("<unk>", 2), ("<unk2>", 2)], "unknown"),
            ([("<unk>", 2), ("a", 1), ("a", 4)], "piece 2"), ([("<unk>", 2), ("", 1)], "bytes"),
            ([("<unk>", 2), ("<0x00>", 6)], "byte"), ([("<unk>", 2), ("b", 9)], "type"),
            ([("<unk>", 2), (String(repeating: "a", count: 513), 1)], "513"),
        ] {
            do throws(TokenizersError) {
                _ = try SentencePieceTokenizer(model: Proto.model(pieces: pieces))
                Issue.record("\(pieces) were read")
            } catch {
                #expect(error.what.text.contains(reason), "\(error)")
            }
        }
        let other = Proto.model(pieces: [("<unk>", 2), ("a", 1)], modelType: 2)
        do throws(TokenizersError) {
            _ = try SentencePieceTokenizer(model: other)
            Issue.record("BPE was read")
        } catch {
            #expect(error.code == "tokenizer_wrong_kind" && error.what.text.contains("BPE"))
        }
    }

    @Test("another kind of tokenizer is refused with what was expected and found")
    func kinds() {
        func vector(_ name: String) -> [UInt8] {
            TestFile.read(PublishedIdsTests.vector("\(name)-tokenizer.json"))
        }
        let makers: [(String, ([UInt8]) throws -> any TextTokenizer)] = [
            ("clip", { try ClipTokenizer(tokenizerJSON: $0) }),
            ("roberta", { try RobertaTokenizer(tokenizerJSON: $0) }),
            ("gemma", { try GemmaTokenizer(tokenizerJSON: $0) }),
            ("wordpiece-cased", { try WordPieceTokenizer(tokenizerJSON: $0) }),
            ("unigram-bytes", { try UnigramTokenizer(tokenizerJSON: $0) }),
        ]
        for (own, make) in makers {
            for (name, _) in makers where name != own {
                #expect(throws: TokenizersError.self, "\(name) as \(own)") {
                    try make(vector(name))
                }
            }
        }
    }

    @Test("steps that this project does not take are refused by name")
    func strangeSteps() {
        let file = String(
            decoding: TestFile.read(PublishedIdsTests.vector("unigram-bytes-tokenizer.json")),
            as: UTF8.self)
        for (old, new, named) in [
            (#""NFC""#, #""NFKC""#, "NFKC"), ("StripAccents", "Nmt", "Nmt"),
            ("Metaspace\",\"replacement", "Digits\",\"replacement", "Digits"),
            ("TemplateProcessing", "Strange", "Strange"), (" {2,}", "(a|b)", "Replace"),
            (" {2,}", "[a&&b]", "Replace"), (" {2,}", #"\\w+"#, "Replace"),
            (#""unk_id":0"#, #""unk_id":90000"#, "unk_id"),
            (#""single_word":false"#, #""single_word":true"#, "single_word"),
        ] {
            do throws(TokenizersError) {
                _ = try UnigramTokenizer(tokenizerJSON: Array(file.replacing(old, with: new).utf8))
                Issue.record("\(new) was taken")
            } catch {
                #expect(error.what.text.contains(named), "\(error)")
            }
        }
    }

    @Test(
        "one word of a megabyte is read for a bounded price, and a longer text is refused",
        arguments: cases)
    func bounds(_ one: PublishedIdsTests.Case) throws {
        let tokenizer = try one.tokenizer()
        let word = String(repeating: "pn", count: TextLimit.bytes / 2 - 8)
        let before = vigil_allocated_bytes_of_this_thread()
        #expect(try tokenizer.encode(word, contextLength: 77).count <= 77)
        // In proportion to the text; its square would be a million times a megabyte.
        #expect(vigil_allocated_bytes_of_this_thread() - before < 4 << 30)
        let long = word + String(repeating: "x", count: 17)
        #expect(throws: TokenizersError.self) { try tokenizer.encode(long, contextLength: 77) }
    }
}

/// Writes a `spiece.model`.
enum Proto {
    static func model(
        pieces: [(String, Int)], modelType: Int = 1, characterMap: [UInt8] = []
    ) -> [UInt8] {
        var out: [UInt8] = []
        for (text, kind) in pieces {
            let score: [UInt8] = [2 << 3 | 5, 0, 0, 0x80, 0xBF]
            out += field(1, field(1, Array(text.utf8)) + score + [3 << 3, UInt8(kind)])
        }
        out += field(2, [3 << 3, UInt8(modelType)])
        return out + field(3, field(2, characterMap))
    }

    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2] + varint(bytes.count) + bytes
    }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
    }
}
