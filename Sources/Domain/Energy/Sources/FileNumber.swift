/// Numbers in files of the kernel.
enum FileNumber {
    /// A whole number and nothing else but space around it.
    static func whole(_ bytes: [UInt8]) -> UInt64? {
        let text = String(decoding: bytes, as: UTF8.self).trimmed
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return UInt64(text)
    }

    /// A finite number and nothing else but space around it.
    static func real(_ bytes: [UInt8]) -> Double? {
        Double(String(decoding: bytes, as: UTF8.self).trimmed).flatMap { $0.isFinite ? $0 : nil }
    }
}

extension String {
    /// The text without space at its ends.
    var trimmed: String {
        let space: Set<Character> = [" ", "\n", "\t", "\r", "\r\n"]
        return String(
            drop(while: { space.contains($0) }).reversed().drop(while: { space.contains($0) })
                .reversed())
    }
}
