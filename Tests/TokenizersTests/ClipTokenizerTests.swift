import CAllocationCount
import Testing
import Tokenizers
import VigilCore

@Suite("CLIP tokenizer")
struct ClipTokenizerTests {
    static let small = TestFile.vectors + "/clip-merges.txt"

    func smallVocabulary() throws -> BytePairVocabulary {
        let merges = TestFile.read(Self.small)
        let probe = try BytePairVocabulary(openAIMerges: merges)
        return BytePairVocabulary(merges: probe.merges)
    }

    @Test("the three kinds of files give the same tokenizer")
    func readers() throws {
        let vocabulary = try smallVocabulary()
        let pair = try BytePairVocabulary(
            vocabularyJSON: Array(vocabulary.vocabularyText.utf8),
            merges: Array(vocabulary.mergesText.utf8))
        let one = try ClipTokenizer(vocabulary)
        let two = try ClipTokenizer(pair)
        let three = try ClipTokenizer(
            tokenizerJSON: TestFile.read(TestFile.vectors + "/clip-tokenizer.json"))
        for line in TestLines.all.suffix(500) {
            let ids = try one.encode(line, contextLength: 77)
            #expect(try two.encode(line, contextLength: 77) == ids)
            #expect(try three.encode(line, contextLength: 77) == ids)
        }
    }

    @Test("an added token that is looked for in the normalized text is found there")
    func normalizedToken() throws {
        let file = String(
            decoding: TestFile.read(TestFile.vectors + "/clip-tokenizer.json"), as: UTF8.self)
        let plain = try ClipTokenizer(tokenizerJSON: Array(file.utf8))
        let normalized = try ClipTokenizer(
            tokenizerJSON: Array(
                file.replacing(#""normalized":false"#, with: #""normalized":true"#).utf8))
        let (start, end) = (plain.startToken, plain.endToken)
        let text = "<|ENDOFTEXT|>"
        #expect(try normalized.encode(text, contextLength: 77) == [start, end, end])
        #expect(try plain.encode(text, contextLength: 77).count > 3)
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
    }

    @Test("one word of a megabyte is read for a bounded price, and a longer text is refused")
    func bounds() throws {
        let tokenizer = try ClipTokenizer(smallVocabulary())
        let word = String(repeating: "pn", count: TextLimit.bytes / 2)
        let before = vigil_allocated_bytes_of_this_thread()
        #expect(try tokenizer.encode(word, contextLength: 77).count == 77)
        // In proportion to the text; its square would be a million times a megabyte.
        #expect(vigil_allocated_bytes_of_this_thread() - before < 4 << 30)
        #expect(throws: TokenizersError.self) {
            try tokenizer.encode(word + "x", contextLength: 77)
        }
    }

    @Test("another kind of tokenizer is refused")
    func wrongKind() {
        let text = #"{"model": {"type": "WordPiece", "vocab": {"[CLS]": 0}}}"#
        #expect(throws: TokenizersError.self) {
            try ClipTokenizer(tokenizerJSON: Array(text.utf8))
        }
        #expect(throws: TokenizersError.self) {
            try ClipTokenizer(BytePairVocabulary(ids: [[0x61]: 0], merges: []))
        }
    }
}
