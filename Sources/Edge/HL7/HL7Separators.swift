/// The characters that part a message, as its MSH names them.
package struct HL7Separators: Sendable, Equatable {
    package let field: Unicode.Scalar
    package let component: Unicode.Scalar
    package let repetition: Unicode.Scalar
    package let escape: Unicode.Scalar
    package let subcomponent: Unicode.Scalar

    /// `|^~\&`, which all that Vigil writes has.
    package static let usual = HL7Separators(
        field: "|", component: "^", repetition: "~", escape: "\\", subcomponent: "&")

    private init(
        field: Unicode.Scalar, component: Unicode.Scalar, repetition: Unicode.Scalar,
        escape: Unicode.Scalar, subcomponent: Unicode.Scalar
    ) {
        self.field = field
        self.component = component
        self.repetition = repetition
        self.escape = escape
        self.subcomponent = subcomponent
    }

    /// From the text after `MSH`; what is left out is as usual. Nil where two are the same, or one
    /// is a letter, a digit or a space.
    init?(after header: Substring.UnicodeScalarView) {
        guard let field = header.first else { return nil }
        let given = Array(header.dropFirst().prefix { $0 != field }.prefix(4))
        let usual: [Unicode.Scalar] = ["^", "~", "\\", "&"]
        let marks = given + usual.dropFirst(given.count)
        let all = [field] + marks
        let isFit = all.allSatisfy { scalar in
            scalar.isASCII && scalar.value > 0x20
                && !Character(scalar).isLetter && !Character(scalar).isNumber
        }
        guard isFit, Set(all).count == all.count else { return nil }
        self.init(
            field: field, component: marks[0], repetition: marks[1], escape: marks[2],
            subcomponent: marks[3])
    }
}
