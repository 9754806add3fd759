/// The few regular expressions that published normalizers replace by: one scalar or class of them
/// with a repetition, such as `\s+`, ` {2,}`, `[!"#]` or `\p{Zs}`; and texts as they stand.
struct ScalarPattern: Sendable {
    private enum Atom: Sendable {
        case scalar(Unicode.Scalar)
        case range(ClosedRange<Unicode.Scalar>)
        case space
        case spaceSeparator
    }

    private enum Kind: Sendable {
        case text([Unicode.Scalar])
        case atoms([Atom], isNegated: Bool, least: Int, isRepeated: Bool)
    }

    private let kind: Kind

    /// A text as it stands.
    init(text: String) {
        kind = .text(Array(text.unicodeScalars))
    }

    /// A regular expression; nil when it is none of those above.
    init?(regularExpression: String) {
        var reader = Reader(rest: Array(regularExpression.unicodeScalars)[...])
        guard let (atoms, isNegated) = reader.atoms(),
            let (least, isRepeated) = reader.repetition(),
            reader.rest.isEmpty
        else { return nil }
        kind = .atoms(atoms, isNegated: isNegated, least: least, isRepeated: isRepeated)
    }

    /// A text with every match replaced, from the left.
    func replace(_ text: [Unicode.Scalar], with new: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var position = 0
        while position < text.count {
            let (count, isMatch) = match(text, at: position)
            if isMatch { out += new } else { out += text[position..<position + count] }
            position += count
        }
        return out
    }

    /// Whether a match begins a text.
    func matchesBeginning(of text: [Unicode.Scalar]) -> Bool {
        !text.isEmpty && match(text, at: 0).isMatch
    }

    /// How many scalars from a place are one match, or are none.
    private func match(_ text: [Unicode.Scalar], at start: Int) -> (count: Int, isMatch: Bool) {
        switch kind {
        case .text(let pattern):
            let isMatch = !pattern.isEmpty && text[start...].starts(with: pattern)
            return (isMatch ? pattern.count : 1, isMatch)
        case .atoms(let atoms, let isNegated, let least, let isRepeated):
            var end = start
            while end < text.count, isRepeated || end - start < least,
                atoms.contains(where: { Self.fits($0, text[end]) }) != isNegated
            {
                end += 1
            }
            return (max(end - start, 1), end - start >= least)
        }
    }

    private static func fits(_ atom: Atom, _ scalar: Unicode.Scalar) -> Bool {
        switch atom {
        case .scalar(let one): one == scalar
        case .range(let range): range.contains(scalar)
        case .space: scalar.properties.isWhitespace
        case .spaceSeparator: scalar.properties.generalCategory == .spaceSeparator
        }
    }

    /// Reads an expression from the left.
    private struct Reader {
        var rest: ArraySlice<Unicode.Scalar>

        mutating func take(_ text: String) -> Bool {
            guard rest.starts(with: text.unicodeScalars) else { return false }
            rest = rest.dropFirst(text.unicodeScalars.count)
            return true
        }

        /// A class in brackets, or one atom.
        mutating func atoms() -> (atoms: [Atom], isNegated: Bool)? {
            guard take("[") else {
                let special = "^$.|?*+()]{}"
                guard let first = rest.first, !special.unicodeScalars.contains(first) else {
                    return nil
                }
                return atom().map { ([$0], false) }
            }
            let isNegated = take("^")
            var atoms: [Atom] = []
            while !take("]") {
                // A class in a class and an intersection mean more than they say.
                guard rest.first != "[", !rest.starts(with: "&&".unicodeScalars), let first = atom()
                else { return nil }
                guard rest.starts(with: "-".unicodeScalars), rest.dropFirst().first != "]" else {
                    atoms.append(first)
                    continue
                }
                rest = rest.dropFirst()
                guard case .scalar(let low) = first, case .scalar(let high)? = atom(), low <= high
                else { return nil }
                atoms.append(.range(low...high))
            }
            return atoms.isEmpty ? nil : (atoms, isNegated)
        }

        private mutating func atom() -> Atom? {
            guard let first = rest.popFirst() else { return nil }
            guard first == "\\" else { return .scalar(first) }
            if take("s") { return .space }
            if take("p{Zs}") { return .spaceSeparator }
            if take("u") {
                let digits = String(String.UnicodeScalarView(rest.prefix(4)))
                guard digits.unicodeScalars.count == 4, let value = UInt32(digits, radix: 16),
                    let scalar = Unicode.Scalar(value)
                else { return nil }
                rest = rest.dropFirst(4)
                return .scalar(scalar)
            }
            guard let escaped = rest.popFirst() else { return nil }
            switch escaped {
            case "t": return .scalar("\t")
            case "n": return .scalar("\n")
            case "r": return .scalar("\r")
            default:
                // Before a letter or digit the sign means something else.
                let isLetter = escaped.properties.isAlphabetic || ("0"..."9").contains(escaped)
                return isLetter ? nil : .scalar(escaped)
            }
        }

        /// Nothing, `+` or `{n,}`.
        mutating func repetition() -> (least: Int, isRepeated: Bool)? {
            if rest.isEmpty { return (1, false) }
            if take("+") { return (1, true) }
            guard take("{") else { return nil }
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            guard take(",}"), let least = Int(String(String.UnicodeScalarView(digits))),
                (1...1000).contains(least)
            else { return nil }
            return (least, true)
        }
    }
}
