/// A sentence of a language with fields in braces, such as `{probability} {name} {side}.`
struct SentencePattern: Sendable, Hashable {
    /// What may stand in braces.
    enum Field: String, Sendable, Hashable, CaseIterable {
        /// A finding: within a sentence, at its start, and with what says that it is not there.
        case name
        case start
        case negated
        case probability
        /// Goes with the space before it where no side is known.
        case side
        case images
        case unanswered
        case asked

        /// The forms of a finding's name.
        static let forms: Set<Field> = [.name, .start, .negated]
    }

    /// A piece of the pattern.
    enum Part: Sendable, Hashable {
        case text([UInt8])
        case field(Field)
    }

    /// What is wrong with a pattern.
    enum Fault: Error {
        case openBrace
        case unknownField(String)
        case twice(Field)
        case sideWithoutSpace
        case bareNumber
    }

    let parts: [Part]

    var fields: Set<Field> {
        Set(
            parts.compactMap { part in
                if case .field(let field) = part { field } else { nil }
            })
    }

    /// What stands in it as it is.
    var fixed: [[UInt8]] {
        parts.compactMap { part in
            if case .text(let bytes) = part { bytes } else { nil }
        }
    }

    init(_ text: String) throws(Fault) {
        var parts: [Part] = []
        var rest = text[...]
        while !rest.isEmpty {
            let open = rest.firstIndex(of: "{") ?? rest.endIndex
            if open > rest.startIndex {
                let piece = rest[..<open]
                // A number or a brace that no field accounts for would be one that nobody measured.
                if piece.contains("}") { throw .openBrace }
                if piece.unicodeScalars.contains(where: { $0.properties.numericType != nil }) {
                    throw .bareNumber
                }
                parts.append(.text(Array(piece.utf8)))
            }
            guard open < rest.endIndex else { break }
            guard let close = rest[open...].firstIndex(of: "}") else { throw .openBrace }
            let name = String(rest[rest.index(after: open)..<close])
            guard let field = Field(rawValue: name) else { throw .unknownField(name) }
            if parts.contains(.field(field)) { throw .twice(field) }
            if field == .side { try Self.takeSpace(from: &parts) }
            parts.append(.field(field))
            rest = rest[rest.index(after: close)...]
        }
        self.parts = parts
    }

    /// The space before a side belongs to it.
    private static func takeSpace(from parts: inout [Part]) throws(Fault) {
        guard case .text(var before)? = parts.last, before.popLast() == UInt8(ascii: " ") else {
            throw .sideWithoutSpace
        }
        parts[parts.count - 1] = .text(before)
    }
}
