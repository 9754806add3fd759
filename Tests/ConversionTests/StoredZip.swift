/// Writes archives of stored entries, for tests.
enum StoredZip {
    /// - Parameter isShared: every entry's place is the first one's.
    static func archive(
        _ entries: [(name: String, bytes: [UInt8])], isShared: Bool = false
    ) -> [UInt8] {
        var out: [UInt8] = []
        var directory: [UInt8] = []
        for (name, bytes) in entries {
            let offset = isShared ? 0 : out.count
            let name = Array(name.utf8)
            let common =
                number(0, 2) + number(0, 2) + number(0, 4) + number(0, 4) + number(bytes.count, 4)
                + number(bytes.count, 4) + number(name.count, 2) + number(0, 2)
            out += number(0x0403_4B50, 4) + number(0, 2) + common + name + bytes
            directory += number(0x0201_4B50, 4) + number(0, 4) + common
            directory += number(0, 2) + number(0, 4) + number(0, 4) + number(offset, 4) + name
        }
        let end =
            number(0x0605_4B50, 4) + number(0, 4) + number(entries.count, 2)
            + number(entries.count, 2) + number(directory.count, 4) + number(out.count, 4)
        return out + directory + end + number(0, 2)
    }

    private static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
