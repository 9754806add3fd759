import FileKit
import Testing
import Tokenizers
import VigilCore

/// Every tokenizer against the library that published it, on 10,000 lines.
@Suite("Ids of the published tokenizers")
struct PublishedIdsTests {
    /// A tokenizer of this project for a file of digests in Vectors/ids.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let ids: String
        let files: [String]
        let insertsMap: Bool
        let make: @Sendable ([[UInt8]]) throws -> any TextTokenizer

        /// - Parameter insertsMap: whether the file gets the character map of `spiece.model`.
        init(
            _ name: String, ids: String, _ files: [String], insertsMap: Bool = false,
            make: @escaping @Sendable ([[UInt8]]) throws -> any TextTokenizer
        ) {
            testDescription = name
            self.ids = ids
            self.files = files
            self.insertsMap = insertsMap
            self.make = make
        }

        func contents() throws -> [[UInt8]] {
            let files = files.map { TestFile.read($0) }
            guard insertsMap else { return files }
            return try files.map {
                try CharacterMapFile.insert(
                    TestFile.read(PublishedIdsTests.vector("spiece.model")), into: $0)
            }
        }

        func tokenizer() throws -> any TextTokenizer { try make(contents()) }
    }

    /// A file of the committed vectors.
    static func vector(_ name: String) -> String { "\(TestFile.vectors)/\(name)" }

    /// SentencePiece's own ids, which have no special tokens around them.
    struct Bare: TextTokenizer {
        let pieces: SentencePieceTokenizer
        var vocabularySize: Int { pieces.vocabularySize }

        func encode(
            _ text: String, contextLength: Int
        ) throws(TokenizersError) -> [Int32] {
            Array(try pieces.encode(text).prefix(contextLength))
        }
    }

    static let committed: [Case] = [
        Case("CLIP, merges", ids: "clip", [vector("clip-merges.txt")]) {
            let merges = try BytePairVocabulary(openAIMerges: $0[0]).merges
            return try ClipTokenizer(BytePairVocabulary(merges: merges))
        },
        Case("CLIP, tokenizer.json", ids: "clip", [vector("clip-tokenizer.json")]) {
            try ClipTokenizer(tokenizerJSON: $0[0])
        },
        Case("WordPiece, vocab.txt", ids: "wordpiece-uncased", [vector("wordpiece.txt")]) {
            try WordPieceTokenizer(vocabulary: $0[0], isUncased: true)
        },
        Case("cased WordPiece, vocab.txt", ids: "wordpiece-cased", [vector("wordpiece.txt")]) {
            try WordPieceTokenizer(vocabulary: $0[0], isUncased: false)
        },
        Case(
            "WordPiece, tokenizer.json", ids: "wordpiece-uncased",
            [vector("wordpiece-uncased-tokenizer.json")]
        ) { try WordPieceTokenizer(tokenizerJSON: $0[0]) },
        Case(
            "cased WordPiece, tokenizer.json", ids: "wordpiece-cased",
            [vector("wordpiece-cased-tokenizer.json")]
        ) { try WordPieceTokenizer(tokenizerJSON: $0[0]) },
        Case(
            "RoBERTa, vocab.json and merges.txt", ids: "roberta",
            [vector("roberta-vocab.json"), vector("roberta-merges.txt")]
        ) {
            try RobertaTokenizer(BytePairVocabulary(vocabularyJSON: $0[0], merges: $0[1]))
        },
        Case("RoBERTa, tokenizer.json", ids: "roberta", [vector("roberta-tokenizer.json")]) {
            try RobertaTokenizer(tokenizerJSON: $0[0])
        },
        Case("Gemma, tokenizer.json", ids: "gemma", [vector("gemma-tokenizer.json")]) {
            try GemmaTokenizer(tokenizerJSON: $0[0])
        },
        Case("Gemma, lower case for SigLIP 2", ids: "gemma", [vector("gemma-tokenizer.json")]) {
            try GemmaTokenizer(tokenizerJSON: $0[0], isUncased: true)
        },
        Case("SentencePiece, nmt_nfkc", ids: "sentencepiece", [vector("spiece.model")]) {
            Bare(pieces: try SentencePieceTokenizer(model: $0[0]))
        },
        Case(
            "SentencePiece, byte fallback", ids: "sentencepiece-bytes",
            [vector("spiece-bytes.model")]
        ) { Bare(pieces: try SentencePieceTokenizer(model: $0[0])) },
        Case(
            "SentencePiece, spaces behind words", ids: "sentencepiece-suffix",
            [vector("spiece-suffix.model")]
        ) { Bare(pieces: try SentencePieceTokenizer(model: $0[0])) },
        Case("SigLIP, spiece.model", ids: "siglip", [vector("spiece.model")]) {
            try SiglipTokenizer(model: $0[0])
        },
        Case(
            "unigram, tokenizer.json", ids: "unigram", [vector("unigram-tokenizer.json")],
            insertsMap: true
        ) { try UnigramTokenizer(tokenizerJSON: $0[0]) },
        Case(
            "SigLIP, tokenizer.json", ids: "unigram-siglip",
            [vector("unigram-siglip-tokenizer.json")],
            insertsMap: true
        ) { try UnigramTokenizer(tokenizerJSON: $0[0]) },
        Case(
            "unigram, byte fallback, tokenizer.json", ids: "unigram-bytes",
            [vector("unigram-bytes-tokenizer.json")]
        ) { try UnigramTokenizer(tokenizerJSON: $0[0]) },
    ]

    /// Those of published vocabularies, which are downloaded.
    static let downloaded: [Case] = [
        Case(
            "CLIP, OpenAI's vocabulary", ids: "clip-openai",
            [TestFiles.cache + "/clip-bpe/bpe_simple_vocab_16e6.txt"]
        ) { try ClipTokenizer(BytePairVocabulary(openAIMerges: $0[0])) },
        Case("MiniLM, vocab.txt", ids: "minilm", [TestFile.minilm + "/vocab.txt"]) {
            try WordPieceTokenizer(vocabulary: $0[0], isUncased: true)
        },
        Case("MiniLM, tokenizer.json", ids: "minilm", [TestFile.minilm + "/tokenizer.json"]) {
            try WordPieceTokenizer(tokenizerJSON: $0[0])
        },
        Case(
            "RoBERTa with GPT-2's merges", ids: "roberta-gpt2",
            [TestFiles.cache + "/gpt2-bpe/encoder.json", TestFiles.cache + "/gpt2-bpe/vocab.bpe"]
        ) { try RobertaTokenizer(Gpt2Vocabulary.roberta(tokens: $0[0], merges: $0[1])) },
        Case(
            "a published unigram model", ids: "unigram-mon",
            [TestFiles.cache + "/unigram/mon_tokenizer.json"]
        ) { try UnigramTokenizer(tokenizerJSON: $0[0]) },
    ]

    @Test("ids equal the published library's", arguments: committed)
    func ids(_ one: Case) throws {
        try compare(one)
    }

    @Test(
        "ids equal the published library's with a published vocabulary",
        .enabled(
            if: downloaded.flatMap(\.files).allSatisfy { TestFile.exists($0) },
            "the vocabularies are not in the cache"), arguments: downloaded)
    func downloadedIds(_ one: Case) throws {
        try compare(one)
    }

    @Test("the lines are those of make_vectors.py")
    func lines() {
        let bytes = TestLines.all.map { Array($0.utf8) }.joined(separator: [0, 0x0A])
        #expect(TestLines.all.count == 10_000)
        #expect(Digest(of: Array(bytes)).hex == TestLines.digest)
    }

    private func compare(_ one: Case) throws {
        let tokenizer = try one.tokenizer()
        let expected = TestFile.read(Self.vector("ids/\(one.ids).bin"))
        try #require(expected.count == 3 * 10_000 && TestLines.all.count == 10_000)
        var wrong: [Int] = []
        for (index, line) in TestLines.all.enumerated() {
            let length = index % 4 == 3 ? TestLines.cut : 1 << 20
            let ids = try tokenizer.encode(line, contextLength: length)
            let bytes = ids.flatMap { id in
                (0..<4).map { UInt8(truncatingIfNeeded: id >> Int32($0 * 8)) }
            }
            let digest = Digest(of: bytes).bytes.prefix(3)
            if !digest.elementsEqual(expected[(3 * index)..<(3 * index + 3)]) {
                wrong.append(index)
            }
        }
        let first = wrong.prefix(10).map { (line: $0, text: TestLines.all[$0].prefix(200)) }
        #expect(wrong.isEmpty, "\(wrong.count) lines, first: \(first)")
    }
}

/// Puts the character map of a `spiece.model` into a `tokenizer.json` that was committed without.
enum CharacterMapFile {
    static func insert(_ model: [UInt8], into json: [UInt8]) throws -> [UInt8] {
        let text = String(decoding: json, as: UTF8.self)
        let map = Base64Text.encode(try #require(characterMap(model)))
        return Array(
            text.replacing(
                #""precompiled_charsmap": """#, with: #""precompiled_charsmap": "\#(map)""#
            ).utf8)
    }

    /// Field 2 of field 3 of the message; lengths are of three bytes there.
    private static func characterMap(_ model: [UInt8]) -> ArraySlice<UInt8>? {
        var position = 0
        func varint() -> Int {
            var (value, shift) = (0, 0)
            while position < model.count {
                let byte = model[position]
                position += 1
                value |= Int(byte & 0x7F) << shift
                shift += 7
                if byte & 0x80 == 0 { break }
            }
            return value
        }
        while position < model.count {
            let tag = varint()
            let size = varint()
            if tag == 3 << 3 | 2 {
                let end = position + size
                while position < end {
                    let inner = varint()
                    let size = varint()
                    if inner == 2 << 3 | 2 { return model[position..<position + size] }
                    if inner & 7 == 2 { position += size }
                }
            }
            position += size
        }
        return nil
    }
}

/// Base64 (RFC 4648 section 4).
enum Base64Text {
    static func encode(_ bytes: ArraySlice<UInt8>) -> String {
        let letters = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".unicodeScalars)
        var text = String.UnicodeScalarView()
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.endIndex)]
            let bits =
                group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let letter = letters[Int(bits >> UInt32(18 - 6 * index) & 63)]
                text.append(index <= group.count ? letter : "=")
            }
        }
        return String(text)
    }
}

/// GPT-2's tables with RoBERTa's special tokens in front, as make_vectors.py puts them.
enum Gpt2Vocabulary {
    static func roberta(tokens: [UInt8], merges: [UInt8]) throws -> BytePairVocabulary {
        let published = try BytePairVocabulary(vocabularyJSON: tokens, merges: merges)
        let end = Array("<|endoftext|>".utf8)
        let ordered = published.ids.sorted { $0.value < $1.value }.map(\.key).filter { $0 != end }
        let front = ["<s>", "<pad>", "</s>", "<unk>"].map { Array($0.utf8) }
        var ids: [[UInt8]: Int32] = [:]
        for (id, token) in (front + ordered + [Array("<mask>".utf8)]).enumerated() {
            ids[token] = Int32(id)
        }
        return BytePairVocabulary(ids: ids, merges: published.merges)
    }
}
