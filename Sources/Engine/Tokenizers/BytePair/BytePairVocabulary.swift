internal import VigilCore

/// The tables of a byte-level BPE tokenizer, before it is built.
package struct BytePairVocabulary: Sendable {
    /// One line of the merges.
    package struct Pair: Sendable, Hashable {
        package let left: String
        package let right: String

        package init(_ left: String, _ right: String) {
            self.left = left
            self.right = right
        }
    }

    /// The largest id: tables beyond are no text model's.
    package static let idLimit = 10_000_000
    /// Merges of OpenAI's vocabulary that are in use; its file has more.
    static let openAIMergeCount = 49_152 - 256 - 2

    /// Token (UTF-8) to id. Bytes, since two spellings of one character are two tokens.
    package let ids: [[UInt8]: Int32]
    /// Merges, the first applied first.
    package let merges: [Pair]

    /// Takes tables as they are.
    package init(ids: [[UInt8]: Int32], merges: [Pair]) {
        self.ids = ids
        self.merges = merges
    }

    /// Reads `vocab.json` and `merges.txt`.
    package init(vocabularyJSON: [UInt8], merges text: [UInt8]) throws(TokenizersError) {
        ids = try Self.ids(Self.json(vocabularyJSON, file: "vocab.json"), file: "vocab.json")
        merges = try Self.merges(text, file: "merges.txt")
    }

    /// Takes the tables of a `tokenizer.json` of kind BPE, its added tokens among them.
    init(_ file: TokenizerFile) throws(TokenizersError) {
        try file.require("BPE")
        var ids = try Self.ids(file.model["vocab"] ?? .null, file: TokenizerFile.name)
        for added in file.addedTokens {
            ids[Array(String(String.UnicodeScalarView(added.name)).utf8)] = added.id
        }
        self.ids = ids
        merges = try (file.model["merges"]?.arrayValue ?? []).map {
            (line) throws(TokenizersError) in
            if let text = line.stringValue { return try Self.pair(text, file: TokenizerFile.name) }
            guard let parts = line.arrayValue, parts.count == 2, let left = parts[0].stringValue,
                let right = parts[1].stringValue
            else { throw TokenizerFile.bad("a merge is no pair") }
            return Pair(left, right)
        }
    }

    /// The greatest id plus one.
    var size: Int { Int(ids.values.max() ?? -1) + 1 }

    /// The id of a token that must be there.
    func token(_ text: String) throws(TokenizersError) -> Int32 {
        guard let id = ids[Array(text.utf8)] else {
            throw .missingToken(token: SafeText(operatorProvided: text))
        }
        return id
    }

    /// The merges by ids. Refuses a merge that names a token which the vocabulary lacks.
    func merging() throws(TokenizersError) -> BytePairMerging {
        var merging = BytePairMerging()
        for (rank, pair) in merges.enumerated() {
            merging.add(
                left: try token(pair.left), right: try token(pair.right),
                merge: BytePairMerging.Merge(
                    rank: Int32(rank), result: try token(pair.left + pair.right)))
        }
        return merging
    }

    /// Reads OpenAI's `bpe_simple_vocab_16e6.txt`, unpacked: ids follow from the order of the
    /// merges (the bytes, the bytes at a word's end, the merges, the two special tokens).
    package init(openAIMerges: [UInt8]) throws(TokenizersError) {
        let all = try Self.merges(openAIMerges, file: "bpe_simple_vocab_16e6.txt")
        self.init(merges: Array(all.prefix(Self.openAIMergeCount)))
    }

    /// Makes ids from merges alone, in OpenAI's order.
    package init(merges: [Pair]) {
        // The printable characters come first, those that stand for other bytes after.
        let printable = ByteAlphabet.characters.filter { $0.value < 0x100 }
        let others = ByteAlphabet.characters.filter { $0.value >= 0x100 }
        let letters = (printable + others).map { String(Character($0)) }
        var texts = letters + letters.map { $0 + "</w>" } + merges.map { $0.left + $0.right }
        texts += [ClipTokenizer.startText, ClipTokenizer.endText]
        var ids: [[UInt8]: Int32] = [:]
        for (index, text) in texts.enumerated() { ids[Array(text.utf8)] = Int32(index) }
        self.init(ids: ids, merges: merges)
    }

    /// The text of `vocab.json`.
    package var vocabularyText: String {
        var object = JSONObject()
        for (token, id) in ids.sorted(by: { $0.value < $1.value }) {
            object[String(decoding: token, as: UTF8.self)] = .integer(Int64(id))
        }
        return JSONWriter.text(.object(object)) + "\n"
    }

    /// The text of `merges.txt`.
    package var mergesText: String {
        "#version: 0.2\n" + merges.map { "\($0.left) \($0.right)\n" }.joined()
    }

    static func json(
        _ bytes: [UInt8], file: SafeText
    ) throws(TokenizersError) -> JSONValue {
        do throws(JSONError) { return try JSONParser.parse(bytes, limits: .modelFile) } catch {
            throw .badFile(file: file, reason: error.what)
        }
    }

    static func id(_ value: JSONValue?) -> Int32? {
        guard let id = value?.intValue, (0..<idLimit).contains(id) else { return nil }
        return Int32(id)
    }

    static func ids(
        _ value: JSONValue, file: SafeText
    ) throws(TokenizersError) -> [[UInt8]: Int32] {
        guard let members = value.objectValue?.members else {
            throw .badFile(file: file, reason: "it has no object of tokens and ids")
        }
        var ids: [[UInt8]: Int32] = [:]
        for member in members {
            guard let id = id(member.value) else {
                throw .badFile(file: file, reason: "an id is no whole number from 0")
            }
            ids[Array(member.name.utf8)] = id
        }
        return ids
    }

    private static func merges(
        _ bytes: [UInt8], file: SafeText
    ) throws(TokenizersError) -> [Pair] {
        var pairs: [Pair] = []
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw .badFile(file: file, reason: "line \(index + 1) is not UTF-8")
            }
            let isVersion = index == 0 && text.contains("#version")
            let trimmed = text.hasSuffix("\r") ? String(text.dropLast()) : text
            if isVersion || trimmed.isEmpty { continue }
            pairs.append(try pair(trimmed, file: file))
        }
        return pairs
    }

    private static func pair(_ text: String, file: SafeText) throws(TokenizersError) -> Pair {
        // Only the space parts the two: other white space may be a token's own character.
        let parts = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .badFile(file: file, reason: "a merge is no pair of tokens")
        }
        return Pair(String(Substring(parts[0])), String(Substring(parts[1])))
    }
}
