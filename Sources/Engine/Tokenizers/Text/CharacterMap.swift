internal import VigilCore

/// SentencePiece's precompiled normalization: rules from sequences of bytes to texts, as a double
/// array (of Darts-clone's layout) and a list of texts that each end in a zero byte.
struct CharacterMap: Sendable {
    /// The longest sequence that is looked up, in bytes; real rules have at most 18.
    private static let keyLimit = 128
    /// The longest text of a rule, in bytes; real ones have at most 33.
    private static let textLimit = 256
    /// The most rules that begin a text at one place.
    private static let ruleLimit = 32

    private let units: [UInt32]
    private let texts: [UInt8]

    /// Reads a map; refuses one whose rules point outside of it or that is cut off.
    init(_ bytes: [UInt8], file: SafeText) throws(TokenizersError) {
        func bad(_ reason: SafeText) -> TokenizersError {
            .badFile(file: file, reason: "precompiled_charsmap: \(reason)")
        }
        guard bytes.count > 4 else { throw bad("it has \(bytes.count) bytes") }
        func unit(_ place: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
        }
        let size = Int(unit(0))
        guard size % 4 == 0, size > 0, size < bytes.count - 4 else {
            throw bad("its table has \(size) bytes of \(bytes.count)")
        }
        units = (0..<size / 4).map { unit(4 + 4 * $0) }
        texts = Array(bytes[(4 + size)...])
        let isLeaf: UInt32 = 1 << 31
        for unit in units where unit & isLeaf != 0 {
            guard Int(unit & ~isLeaf) < texts.count else {
                throw bad("a rule points to byte \(Int(unit & ~isLeaf)) of \(texts.count)")
            }
        }
        let longest = texts.split(separator: 0).map(\.count).max() ?? 0
        guard texts.last == 0, longest <= Self.textLimit else {
            throw bad("a rule's text has no end or more than \(Self.textLimit) bytes")
        }
    }

    /// What the longest rule makes of the beginning of `text[start...]`, and where that ends; nil
    /// when none fits.
    func longest(_ text: [UInt8], from start: Int) -> (text: ArraySlice<UInt8>, end: Int)? {
        var found: (value: Int, end: Int)?
        walk(text[start...]) { found = ($0, $1) }
        return found.map { (replacement($0.value), $0.end) }
    }

    /// What the shortest rule makes of the beginning of a text; nil when none fits.
    func shortest(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var found: Int?
        walk(text) { value, _ in found = found ?? value }
        return found.map { replacement($0) }
    }

    private func replacement(_ value: Int) -> ArraySlice<UInt8> {
        texts[value...].prefix { $0 != 0 }
    }

    /// Visits the rules that fit, from the shortest: the place of the text and the end of the rule.
    private func walk(_ text: ArraySlice<UInt8>, _ visit: (Int, Int) -> Void) {
        var node = Self.offset(units[0])
        var left = Self.ruleLimit
        for (place, byte) in zip(text.indices, text.prefix(Self.keyLimit)) {
            node ^= Int(byte)
            // The label: the byte, and no leaf.
            guard node < units.count, units[node] & (1 << 31 | 0xFF) == UInt32(byte) else { return }
            let hasLeaf = units[node] >> 8 & 1 == 1
            node ^= Self.offset(units[node])
            if hasLeaf {
                guard node < units.count else { return }
                let value = Int(units[node] & ~(1 << 31))
                guard value < texts.count, left > 0 else { return }
                visit(value, place + 1)
                left -= 1
            }
        }
    }

    private static func offset(_ unit: UInt32) -> Int {
        Int(unit >> 10) << Int((unit & 1 << 9) >> 6)
    }
}
