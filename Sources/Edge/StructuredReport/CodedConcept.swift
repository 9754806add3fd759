/// A code of a terminology with its meaning, as DICOM writes it.
package struct CodedConcept: Sendable, Hashable {
    package let value: String
    /// The designator of the coding scheme (PS3.16 8), such as `SCT` or `DCM`.
    package let scheme: String
    package let meaning: String

    package init(_ value: String, _ scheme: String, _ meaning: String) {
        self.value = value
        self.scheme = scheme
        self.meaning = meaning
    }

    /// The designator of Vigil's own codes, which a report identifies.
    package static let ownScheme = "99VIGIL"

    /// One of Vigil's own codes: a word in snake case.
    static func own(_ word: String) -> CodedConcept {
        CodedConcept(word, ownScheme, word.replacing("_", with: " "))
    }
}
