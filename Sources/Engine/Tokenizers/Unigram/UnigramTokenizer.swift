internal import VigilCore

/// A unigram model in a `tokenizer.json`, with the ids of the library `tokenizers`.
///
/// A value; safe to use from several threads.
package struct UnigramTokenizer: TextTokenizer {
    package let vocabularySize: Int
    /// The last special token behind a text, if there is one.
    package let endToken: Int32?
    private let model: UnigramModel
    /// The id of each byte's piece; empty without byte fallback.
    private let byteIds: [Int32]
    private let normalizer: TextNormalizer
    private let spaces: SpaceMarking
    private let written: AddedTokens
    private let normalized: AddedTokens
    private let frame: SequenceFrame

    /// Reads `tokenizer.json`. Refuses another kind than Unigram, and steps that are not known.
    package init(tokenizerJSON: [UInt8]) throws(TokenizersError) {
        let file = try TokenizerFile(tokenizerJSON)
        try file.require("Unigram")
        let pieces = try Self.pieces(file.model["vocab"])
        guard let unknown = file.model["unk_id"]?.intValue, pieces.indices.contains(unknown) else {
            throw TokenizerFile.bad("model.unk_id is none of the \(pieces.count) pieces")
        }
        var trie = PieceTrie()
        for (id, piece) in pieces.enumerated() {
            trie.insert(bytes: piece.text, value: Int32(id))
        }
        let least = pieces.map(\.score).min() ?? 0
        model = UnigramModel(
            trie: trie, scores: pieces.map(\.score), unknown: Int32(unknown),
            unknownScore: least - UnigramModel.unknownPenalty, isSingle: false)
        let bytes = (UInt8.min...UInt8.max).compactMap {
            trie.value(of: SentencePieceModel.byteName($0))
        }
        // Where a byte has no piece the library falls back on the unknown one for some texts; no
        // published file is like that.
        let hasBytes = file.model["byte_fallback"]?.boolValue == true
        guard !hasBytes || bytes.count == 256 else {
            throw TokenizerFile.bad("it has pieces for \(bytes.count) bytes, expected 256")
        }
        byteIds = hasBytes ? bytes : []
        normalizer = try TextNormalizer.read(file.root["normalizer"], file: TokenizerFile.name)
        spaces = try SpaceMarking.read(file.root["pre_tokenizer"])
        written = AddedTokens(file.addedTokens.filter { !$0.isNormalized })
        normalized = try AddedTokens(file.addedTokens.filter(\.isNormalized), in: normalizer)
        frame = try file.frame()
        endToken = frame.behind.last
        let greatest = (file.addedTokens.map(\.id) + frame.before + frame.behind).max() ?? 0
        vocabularySize = max(pieces.count, Int(greatest) + 1)
    }

    package func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        try TextLimit.check(text)
        let scalars = Array(text.unicodeScalars)
        var ids: [Int32] = []
        for (index, part) in written.split(scalars[...]).enumerated() {
            switch part {
            case .token(let token): ids.append(token)
            case .text(let text):
                let normal = try normalizer.normalize(TextNormalizer.Text(scalars: Array(text)))
                let isBeginning = index == 0 && !normal.lostBeginning
                for (inner, part) in normalized.split(normal.scalars[...]).enumerated() {
                    switch part {
                    case .token(let token): ids.append(token)
                    case .text(let text):
                        for word in spaces.words(text, isFirst: isBeginning && inner == 0) {
                            append(word, to: &ids)
                        }
                    }
                }
            }
        }
        return frame.around(ids, length: contextLength)
    }

    private func append(_ word: [Unicode.Scalar], to ids: inout [Int32]) {
        let bytes = Array(String(String.UnicodeScalarView(word)).utf8)
        var run: Range<Int>?
        for step in model.path(bytes[...]) {
            if step.id == model.unknown {
                // Unknown pieces in a row are one.
                run = (run?.lowerBound ?? step.range.lowerBound)..<step.range.upperBound
            } else {
                appendUnknown(bytes, &run, to: &ids)
                ids.append(step.id)
            }
        }
        appendUnknown(bytes, &run, to: &ids)
    }

    private func appendUnknown(_ bytes: [UInt8], _ run: inout Range<Int>?, to ids: inout [Int32]) {
        guard let range = run else { return }
        run = nil
        if let id = model.id(of: bytes[range]) {
            ids.append(id)
        } else if byteIds.isEmpty {
            ids.append(model.unknown)
        } else {
            ids += bytes[range].map { byteIds[Int($0)] }
        }
    }

    private static func pieces(
        _ json: JSONValue?
    ) throws(TokenizersError) -> [(text: [UInt8], score: Double)] {
        guard let rows = json?.arrayValue, !rows.isEmpty,
            rows.count <= BytePairVocabulary.idLimit
        else { throw TokenizerFile.bad("model.vocab is no list of pieces and scores") }
        return try rows.map { (row) throws(TokenizersError) in
            guard let pair = row.arrayValue, pair.count == 2, let text = pair[0].stringValue,
                let score = pair[1].doubleValue, score.isFinite
            else { throw TokenizerFile.bad("a row of model.vocab is no piece with its score") }
            let bytes = Array(text.utf8)
            guard bytes.count <= SentencePieceModel.pieceLimit else {
                throw TokenizerFile.bad("a piece has \(bytes.count) bytes")
            }
            return (bytes, score)
        }
    }
}

extension AddedTokens {
    /// The tokens whose names are looked for as a normalizer gives them.
    init(_ tokens: [AddedToken], in normalizer: TextNormalizer) throws(TokenizersError) {
        self.init(
            try tokens.map { (token) throws(TokenizersError) in
                let name = try normalizer.normalize(TextNormalizer.Text(scalars: token.name))
                var normal = AddedToken(name.scalars, id: token.id)
                normal.takesSpaceBefore = token.takesSpaceBefore
                normal.takesSpaceAfter = token.takesSpaceAfter
                return normal
            })
    }
}
