/// What table E.1-1 of PS3.15 says of one attribute.
struct ConfidentialityRow: Sendable {
    /// The action of the profile without options.
    enum Basic: String, Sendable {
        case remove = "X"
        case empty = "Z"
        case dummy = "D"
        case replaceUID = "U"
        case removeOrEmpty = "X/Z"
        case removeOrDummy = "X/D"
        case removeEmptyOrDummy = "X/Z/D"
        case emptyOrDummy = "Z/D"
        case removeEmptyOrReplaceUIDs = "X/Z/U*"
    }

    let kind: ValueKind
    let basic: Basic
    /// The strictest type that any IOD of the standard gives it: 1, 1C, 2, 2C or 3, `-` where none
    /// has it; at the top of a data set, and in sequences.
    let types: (top: Substring, nested: Substring)
    /// Letters of ``ConfidentialityOption/letter``.
    let options: Substring

    /// Reads a line: number, kind, action, type, options, name.
    init?(_ words: [Substring]) {
        let types = words.count > 3 ? words[3].split(separator: "/") : []
        guard words.count > 4, types.count == 2, let kind = ValueKind(rawValue: String(words[1])),
            let basic = Basic(rawValue: String(words[2]))
        else { return nil }
        self.kind = kind
        self.basic = basic
        self.types = (types[0], types[1])
        options = words[4]
    }

    /// A row that the table does not have, for what it leaves out.
    init(kind: ValueKind, basic: Basic, options: Substring) {
        self.kind = kind
        self.basic = basic
        self.options = options
        types = ("-", "-")
    }

    /// What is done without options. Where the table leaves the choice, the first of its actions
    /// that no IOD of the standard forbids: a value of type 1 becomes a dummy, one of type 2 empty.
    func basicAction(isNested: Bool) -> ElementAction {
        let type = isNested ? types.nested : types.top
        let (mayBeAbsent, mayBeEmpty) = (type == "3" || type == "-", !type.hasPrefix("1"))
        return switch basic {
        case .remove: .remove
        case .empty: .empty
        case .dummy: .dummy
        case .replaceUID: .mapUID
        case .removeOrEmpty: mayBeAbsent ? .remove : .empty
        case .removeOrDummy: mayBeAbsent ? .remove : .dummy
        case .removeEmptyOrDummy: mayBeAbsent ? .remove : mayBeEmpty ? .empty : .dummy
        case .emptyOrDummy: mayBeEmpty ? .empty : .dummy
        case .removeEmptyOrReplaceUIDs: .cleanItems
        }
    }

    /// What is done with the options chosen.
    ///
    /// Times are kept or shifted by an option of dates alone: a column of another option would
    /// bring the real one back.
    func action(_ chosen: Set<ConfidentialityOption>, isNested: Bool) -> ElementAction {
        let basicAction = basicAction(isNested: isNested)
        if options.contains("F") {
            if chosen.contains(.retainFullDates) { return .keepTime }
            return chosen.contains(.retainModifiedDates) ? .shiftTime : basicAction
        }
        let letters = chosen.compactMap(\.letter)
        if letters.contains(where: { options.contains($0) }) { return .keep }
        let isCleaned = letters.contains { options.contains($0.lowercased()) }
        guard isCleaned else { return basicAction }
        return kind == .sequence ? .cleanItems : .cleanText
    }
}
