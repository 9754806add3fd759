/// How much JSON a reader accepts; what exceeds a limit is refused, never cut.
package struct JSONLimits: Sendable, Hashable {
    /// The longest text, in bytes.
    package let bytes: Int
    /// The deepest nesting of arrays and objects; the parser recurses as deep as this, at most
    /// ``deepest``.
    package let depth: Int
    /// The most values of all kinds in one text, which bounds the memory a short text can take.
    package let values: Int

    /// No limit may ask for a deeper recursion than this.
    package static let deepest = 64

    package init(bytes: Int, depth: Int, values: Int) {
        self.bytes = bytes
        self.depth = min(depth, Self.deepest)
        self.values = values
    }

    /// For a message from outside: 1 MiB, 64 levels, 100,000 values.
    package static let message = JSONLimits(bytes: 1 << 20, depth: 64, values: 100_000)

    /// For a file of a model, such as a tokenizer or a weights header: 100 MB, 64 levels, 20
    /// million values.
    package static let modelFile = JSONLimits(bytes: 100_000_000, depth: 64, values: 20_000_000)
}
