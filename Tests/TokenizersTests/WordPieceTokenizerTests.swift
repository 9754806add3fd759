import Testing
import Tokenizers
import VigilCore

@Suite("WordPiece tokenizer")
struct WordPieceTokenizerTests {
    func vocabulary() -> [UInt8] {
        TestFile.read(TestFile.vectors + "/wordpiece.txt")
    }

    @Test("a long word is unknown, a long text is cut, a longer one refused")
    func bounds() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(), isUncased: true)
        let word = try tokenizer.encode(String(repeating: "a", count: 101), contextLength: 77)
        #expect(word.count == 3)
        let text = String(repeating: "no effusion ", count: TextLimit.bytes / 12)
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
