extension Pseudonym {
    /// Takes the 32 lower-case hexadecimal digits of a pseudonym as a record shows them, else nil.
    package init?(hex text: String) {
        guard text.utf8.count == 32, Hex.isLowerCase(text) else { return nil }
        safeText = text
    }
}

extension Hex {
    /// Whether there is nothing but lower-case hexadecimal digits.
    package static func isLowerCase(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
