extension Digest {
    /// Takes 64 lower-case hexadecimal digits, with or without `sha256:` before them, else nil.
    package init?(text: String) {
        let hex = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
        guard hex.utf8.count == 64, Hex.isLowerCase(hex), let bytes = Hex.decode(hex) else {
            return nil
        }
        self.init(bytes: bytes)
    }
}
