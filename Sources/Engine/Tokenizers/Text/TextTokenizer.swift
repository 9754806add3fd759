/// A tokenizer of any kind, with the ids of the library that published it.
package protocol TextTokenizer: Sendable {
    /// The greatest id plus one: the rows that an embedding table must have at least.
    var vocabularySize: Int { get }

    /// The ids of a text with the special tokens around it, at most `contextLength`, not padded.
    /// Refuses a text of more than ``TextLimit/bytes``.
    func encode(_ text: String, contextLength: Int) throws(TokenizersError) -> [Int32]
}

/// How long a text may be.
package enum TextLimit {
    /// 1 MiB.
    package static let bytes = 1 << 20

    /// Refuses a longer text.
    static func check(_ text: String) throws(TokenizersError) {
        let found = text.utf8.count
        guard found <= bytes else { throw .inputTooLong(found: found, limit: bytes) }
    }
}
