internal import VigilCore

/// A unigram model in SentencePiece's own file, with the ids of the library `sentencepiece`.
///
/// A value; safe to use from several threads.
package struct SentencePieceTokenizer: Sendable {
    /// A normalized text may be so many times as long as the longest text.
    private static let growthLimit = 16
    private static let mark = Array("\u{2581}".utf8)

    /// The pieces of the file.
    package let vocabularySize: Int
    private let file: SentencePieceModel
    private let model: UnigramModel
    private let ids: [[UInt8]: Int32]
    /// The id of each byte's piece; empty without byte fallback.
    private let byteIds: [Int32]
    private let userDefined: PieceTrie

    /// Reads `spiece.model`. Refuses another kind than unigram.
    package init(model bytes: [UInt8]) throws(TokenizersError) {
        let file = try SentencePieceModel(bytes)
        self.file = file
        vocabularySize = file.pieces.count
        let normal = file.pieces.filter { $0.kind == .normal }.map(\.score)
        let least = normal.min() ?? .greatestFiniteMagnitude
        let greatest = max(normal.max() ?? 0, .leastNormalMagnitude)
        var (trie, userDefined) = (PieceTrie(), PieceTrie())
        var ids: [[UInt8]: Int32] = [:]
        var scores: [Double] = []
        for (index, piece) in file.pieces.enumerated() {
            let id = Int32(index)
            ids[piece.text] = id
            var score = Double(piece.score)
            switch piece.kind {
            case .normal: trie.insert(bytes: piece.text, value: id)
            case .userDefined:
                trie.insert(bytes: piece.text, value: id)
                userDefined.insert(bytes: piece.text, value: id)
                // So much that it is always taken.
                score = Double(Float(piece.text.count) * greatest) - 0.1
            default: break
            }
            scores.append(score)
        }
        self.ids = ids
        self.userDefined = userDefined
        byteIds =
            file.hasByteFallback
            ? (UInt8.min...UInt8.max).compactMap { ids[SentencePieceModel.byteName($0)] } : []
        model = UnigramModel(
            trie: trie, scores: scores, unknown: file.unknown,
            unknownScore: Double(least - Float(UnigramModel.unknownPenalty)), isSingle: true)
    }

    /// The id of a piece, whatever it is for.
    package func id(of piece: String) -> Int32? {
        ids[Array(piece.utf8)]
    }

    /// The ids of a text's pieces, without special tokens.
    /// Refuses a text of more than ``TextLimit/bytes``.
    package func encode(_ text: String) throws(TokenizersError) -> [Int32] {
        try TextLimit.check(text)
        let normal = try normalize(Array(text.utf8))
        var out: [Int32] = []
        var wasUnknown = false
        for step in model.path(normal[...]) {
            let isUnknown = step.id == file.unknown
            if isUnknown, !byteIds.isEmpty {
                out += normal[step.range].map { byteIds[Int($0)] }
            } else if !(isUnknown && wasUnknown) {
                // Unknown pieces in a row are one.
                out.append(step.id)
            }
            wasUnknown = isUnknown
        }
        return out
    }

    /// The text as the pieces have it: by the file's rules, spaces as it asks for.
    private func normalize(_ text: [UInt8]) throws(TokenizersError) -> [UInt8] {
        let space = UInt8(ascii: " ")
        var position = 0
        if file.removesSpaces {
            while position < text.count, case let (part, end) = prefix(text, position),
                part.elementsEqual([space])
            {
                position = end
            }
        }
        guard position < text.count else { return [] }
        let spaceMark = file.marksSpaces ? Self.mark : [space]
        var out: [UInt8] = []
        if file.addsSpace, !file.putsSpaceBehind { out += spaceMark }
        var isAfterSpace = file.removesSpaces
        while position < text.count {
            let (found, end) = prefix(text, position)
            position = end
            let part = isAfterSpace ? found.drop { $0 == space } : found
            for byte in part {
                if byte == space { out += spaceMark } else { out.append(byte) }
            }
            if let last = part.last { isAfterSpace = last == space && file.removesSpaces }
            guard out.count <= Self.growthLimit * TextLimit.bytes else {
                throw .inputTooLong(found: out.count, limit: Self.growthLimit * TextLimit.bytes)
            }
        }
        if file.removesSpaces {
            while out.suffix(spaceMark.count).elementsEqual(spaceMark), !out.isEmpty {
                out.removeLast(spaceMark.count)
            }
        }
        if file.addsSpace, file.putsSpaceBehind { out += spaceMark }
        return out
    }

    /// What stands at a place, normalized, and where it ends: a piece that the user defined, what a
    /// rule fits, or a character.
    private func prefix(_ text: [UInt8], _ start: Int) -> (ArraySlice<UInt8>, end: Int) {
        var node = PieceTrie.root
        var (position, defined) = (start, start)
        while position < text.count, let child = userDefined.child(of: node, UInt32(text[position]))
        {
            node = child
            position += 1
            if userDefined.value(at: node) != nil { defined = position }
        }
        if defined > start { return (text[start..<defined], defined) }
        if let (part, end) = file.characterMap?.longest(text, from: start) { return (part, end) }
        if text[start] & 0xC0 == 0x80 {
            // A rule ended inside of a character.
            return (UTF8.encodedReplacementCharacter.map { $0 }[...], start + 1)
        }
        let end = min(start + UnigramModel.length(text[start]), text.count)
        return (text[start..<end], end)
    }
}
