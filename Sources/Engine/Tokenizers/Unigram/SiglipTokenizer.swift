internal import VigilCore

/// SigLIP's tokenizer on a `spiece.model`, with the ids of transformers' `SiglipTokenizer`.
///
/// A value; safe to use from several threads.
package struct SiglipTokenizer: TextTokenizer {
    private static let endName = "</s>"
    private static let unknownName = "<unk>"
    private static let mark: Unicode.Scalar = "\u{2581}"

    /// Id of `</s>`, the last of every sequence, which also fills it up.
    package let endToken: Int32
    private let pieces: SentencePieceTokenizer
    private let added: AddedTokens
    private let isUncased: Bool
    private let markToken: Int32?
    /// What the name of the unknown token gives, which stands before every text.
    private let leading: Int

    /// Reads `spiece.model`.
    /// - Parameter isUncased: whether text is lower-cased (`do_lower_case`).
    package init(model bytes: [UInt8], isUncased: Bool = true) throws(TokenizersError) {
        let pieces = try SentencePieceTokenizer(model: bytes)
        func token(_ name: String) throws(TokenizersError) -> AddedToken {
            guard let id = pieces.id(of: name) else {
                throw .missingToken(token: SafeText(operatorProvided: name))
            }
            var token = AddedToken(name.unicodeScalars, id: id)
            (token.takesSpaceBefore, token.takesSpaceAfter) = (true, true)
            return token
        }
        let end = try token(Self.endName)
        endToken = end.id
        added = AddedTokens([end, try token(Self.unknownName)], isSpace: PythonText.isSpace)
        markToken = pieces.id(of: String(Self.mark))
        leading = try pieces.encode(Self.unknownName).count
        self.pieces = pieces
        self.isUncased = isUncased
    }

    package var vocabularySize: Int { pieces.vocabularySize }

    package func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32] {
        try TextLimit.check(text)
        // The mark is a space's, and a text begins with one.
        let scalars = [Self.mark] + text.unicodeScalars.map { $0 == Self.mark ? " " : $0 }
        var ids: [Int32] = []
        for (index, part) in added.split(scalars[...]).enumerated() {
            switch part {
            case .text(let text): ids += try encode(canonical(text))
            case .token(let token):
                // The mark alone before a special token goes.
                if index == 1, let markToken, ids == [markToken] { ids = [] }
                ids.append(token)
            }
        }
        let kept = Array(ids.prefix(max(1, contextLength) - 1))
        return kept.last == endToken ? kept : kept + [endToken]
    }

    /// Small letters, no ASCII punctuation, single spaces.
    private func canonical(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        let lower = isUncased ? PythonText.lower(text) : Array(text)
        return PythonText.collapseSpaces(
            lower.filter { !PythonText.isPunctuation($0) })
    }

    /// The pieces behind the unknown token's name, so that a space before the text is kept.
    private func encode(_ text: [Unicode.Scalar]) throws(TokenizersError) -> ArraySlice<Int32> {
        var whole = String.UnicodeScalarView(Self.unknownName.unicodeScalars)
        whole.append(contentsOf: text)
        let ids = try pieces.encode(String(whole))
        return ids.count >= leading ? ids.dropFirst(leading) : ids[...]
    }
}
