import Testing
import Tokenizers
import VigilCore

@Suite("WordPiece tokenizer")
struct WordPieceTokenizerTests {
    func vocabulary() -> [UInt8] {
        TestFile.read(TestFile.vectors + "/wordpiece.txt")
    }

    func digest(_ ids: [Int32]) -> String {
        let bytes = ids.flatMap { id in
            (0..<4).map { UInt8(truncatingIfNeeded: id >> Int32($0 * 8)) }
        }
        return Hex.encode(Digest(of: bytes).bytes.prefix(8))
    }

    @Test("ids equal the published tokenizer's", arguments: [true, false])
    func ids(_ isUncased: Bool) throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(), isUncased: isUncased)
        let bytes = TestFile.read(TestFile.vectors + "/lines.jsonl")
        var wrong: [String] = []
        var count = 0
        for line in bytes.split(separator: 0x0A) {
            let row = try #require(try JSONParser.parse(Array(line)).arrayValue)
            let text = try #require(row[0].stringValue)
            count += 1
            if digest(try tokenizer.encode(text, contextLength: 77))
                != row[isUncased ? 3 : 4].stringValue
            {
                wrong.append(text)
            }
        }
        #expect(count > 3000)
        #expect(wrong == [])
    }

    @Test("a long word is unknown, a long text is cut, a longer one refused")
    func bounds() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(), isUncased: true)
        let word = try tokenizer.encode(String(repeating: "a", count: 101), contextLength: 77)
        #expect(word.count == 3)
        let text = String(repeating: "no effusion ", count: WordPieceTokenizer.inputLimit / 12)
        #expect(try tokenizer.encode(text, contextLength: 77).count == 77)
        #expect(throws: TokenizersError.self) {
            try tokenizer.encode(text + text, contextLength: 77)
        }
    }

    @Test("a vocabulary without the special tokens is refused")
    func badVocabulary() {
        for text in ["", "a\nb\n", "[CLS]\n[SEP]\n[PAD]\n"] {
            #expect(throws: TokenizersError.self) {
                try WordPieceTokenizer(vocabulary: Array(text.utf8), isUncased: true)
            }
        }
    }
}
