import MutationKit
import Tokenizers
import VigilCore

/// Changed tokenizer files of every kind; what is taken must encode a text.
struct TokenizerTarget: FuzzTarget {
    private struct Seed {
        let files: [[UInt8]]
        let make: ([[UInt8]]) throws(TokenizersError) -> any TextTokenizer
    }

    private static let texts = ["left pleural effusion", "½ ﬁbrosis e\u{301} 🩻 <s> </s>"]

    private let seeds: [Seed]

    init() throws {
        let vectors = Files.checkout + "/Tests/TokenizersTests/Vectors"
        let mini = Files.checkout + "/Deploy/models/vigil-mini"
        func seed(
            _ paths: [String],
            _ make: @escaping ([[UInt8]]) throws(TokenizersError) -> any TextTokenizer
        ) throws -> Seed {
            Seed(files: try paths.map { try Files.read($0) }, make: make)
        }
        seeds = [
            try seed(["\(mini)/vocab.json", "\(mini)/merges.txt"]) {
                (files) throws(TokenizersError) in
                try ClipTokenizer(BytePairVocabulary(vocabularyJSON: files[0], merges: files[1]))
            },
            try seed(["\(vectors)/clip-tokenizer.json"]) { (files) throws(TokenizersError) in
                try ClipTokenizer(tokenizerJSON: files[0])
            },
            try seed(["\(vectors)/roberta-vocab.json", "\(vectors)/roberta-merges.txt"]) {
                (files) throws(TokenizersError) in
                try RobertaTokenizer(
                    BytePairVocabulary(vocabularyJSON: files[0], merges: files[1]))
            },
            try seed(["\(vectors)/roberta-tokenizer.json"]) { (files) throws(TokenizersError) in
                try RobertaTokenizer(tokenizerJSON: files[0])
            },
            try seed(["\(vectors)/wordpiece.txt"]) { (files) throws(TokenizersError) in
                try WordPieceTokenizer(vocabulary: files[0], isUncased: true)
            },
            try seed(["\(vectors)/wordpiece-cased-tokenizer.json"]) {
                (files) throws(TokenizersError) in
                try WordPieceTokenizer(tokenizerJSON: files[0])
            },
            try seed(["\(vectors)/unigram-bytes-tokenizer.json"]) {
                (files) throws(TokenizersError) in
                try UnigramTokenizer(tokenizerJSON: files[0])
            },
            try seed(["\(vectors)/gemma-tokenizer.json"]) { (files) throws(TokenizersError) in
                try GemmaTokenizer(tokenizerJSON: files[0])
            },
            try seed(["\(vectors)/spiece-suffix.model"]) { (files) throws(TokenizersError) in
                try SiglipTokenizer(model: files[0])
            },
            try seed(["\(vectors)/spiece-bytes.model"]) { (files) throws(TokenizersError) in
                try SiglipTokenizer(model: files[0])
            },
        ]
    }

    private static let pieces: [[UInt8]] = [
        "\"id\":-1", "\"id\":2147483647", "\"type\":\"BPE\"", "\"type\":\"Unigram\"", "null",
        "\"content\":\"\"", "\"pattern\":{\"Regex\":\"(((((\"}", "[]", "{}", "\\ud800", "\\u0000",
        "\"unk_id\":99999999", "1e308", "\n", " ", "</w>", "▁", "##", "<0xFF>", "\"vocab\":",
    ].map { Array($0.utf8) }

    func input(_ random: inout SplitMix64) -> FuzzInput {
        let seed = random.below(seeds.count)
        var files = seeds[seed].files
        for _ in 0...random.below(4) {
            let which = random.below(files.count)
            switch random.below(8) {
            case 0, 1, 2: ByteMutation.changeHead(&files[which], of: 1500, &random)
            case 3, 4: ByteMutation.splice(&files[which], Self.pieces, &random)
            case 5 where random.below(4) == 0: ByteMutation.cut(&files[which], &random)
            default: ByteMutation.change(&files[which], &random)
            }
        }
        return FuzzInput(
            seed: seed,
            parts: files.enumerated().map { .init(name: "file-\($0.offset)", bytes: $0.element) })
    }

    func read(_ input: FuzzInput) throws -> Bool {
        do {
            let tokenizer = try seeds[input.seed].make(input.parts.map(\.bytes))
            for text in Self.texts {
                let ids = try tokenizer.encode(text, contextLength: 64)
                guard ids.count <= 64, ids.allSatisfy({ $0 < tokenizer.vocabularySize }) else {
                    throw Breach("an id is beyond the vocabulary, or there are too many")
                }
            }
            return true
        } catch let error as TokenizersError {
            guard !error.what.text.isEmpty, !error.remedy.text.isEmpty else {
                throw Breach("an error says nothing")
            }
            return false
        }
    }
}
