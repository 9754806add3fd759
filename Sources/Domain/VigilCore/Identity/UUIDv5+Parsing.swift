extension UUIDv5 {
    /// Takes the 36 characters of a name-based UUID in lower case, else nil.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], parts[2].first == "5",
            Hex.isLowerCase(parts.joined()), let bytes = Hex.decode(parts.joined()),
            bytes[8] & 0xc0 == 0x80
        else { return nil }
        self.bytes = bytes
    }
}
