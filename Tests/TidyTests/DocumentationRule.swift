/// Every declaration that other modules see has a `///` comment.
///
/// Left out are those that say nothing beyond their name and signature: cases of enums, operators,
/// initialisers that cannot fail, members in a row under one comment, and what a protocol requires,
/// which is documented there.
enum DocumentationRule {
    /// Requirements of protocols of the language.
    static let requirements: Set<String> = [
        "description", "debugDescription", "hash", "rawValue", "allCases", "zero", "next",
        "unicodeScalarLiteral", "encode",
    ]

    /// The rule for files whose protocols are these files' own.
    static func rule(for files: [SourceFile]) -> (SourceFile) -> [Finding] {
        let required = files.reduce(into: requirements) { $0.formUnion(names(requiredIn: $1)) }
        return { check($0, required) }
    }

    static func check(_ file: SourceFile, _ required: Set<String> = requirements) -> [Finding] {
        guard file.isSwift, file.isInSources else { return [] }
        return file.code.indices.compactMap { index in
            let line = file.code[index]
            guard let name = declared(line), !required.contains(name),
                !(name == "init" && cannotFail(index, file.code)),
                !isDocumented(index, file)
            else { return nil }
            return Finding(
                path: file.path, line: index + 1,
                advice: "document '\(name)' with ///: meaning, unit, ownership, errors")
        }
    }

    /// The names that the protocols of a file require.
    static func names(requiredIn file: SourceFile) -> Set<String> {
        var names: Set<String> = []
        var isInProtocol = false
        for line in file.code {
            if line.contains("protocol "), !line.hasPrefix(" ") { isInProtocol = true }
            if isInProtocol {
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                for (kind, name) in zip(words, words.dropFirst())
                where ["func", "var"].contains(kind) {
                    names.insert(String(name))
                }
            }
            if line.contains("}"), !line.contains("{") { isInProtocol = false }
        }
        return names
    }

    /// Whether an initialiser neither throws nor gives nil.
    private static func cannotFail(_ index: Int, _ code: [String]) -> Bool {
        guard !code[index].contains("init?") else { return false }
        for line in code[index...] {
            if line.contains("throws") { return false }
            if line.contains("{") { return true }
        }
        return true
    }

    /// The name that a line declares for other modules, or nil.
    static func declared(_ line: String) -> String? {
        let words = line.split(separator: " ").map(String.init)
        guard let access = words.firstIndex(where: { $0 == "package" || $0 == "public" }),
            words[..<access].allSatisfy({ $0.hasPrefix("@") })
        else { return nil }
        let kinds: Set<String> = [
            "struct", "class", "enum", "protocol", "actor", "typealias", "func", "var", "let",
            "init",
            "subscript",
        ]
        for (index, word) in words.enumerated() where index > access {
            let keyword = String(word.prefix { $0.isLetter })
            if keyword == "init" || keyword == "subscript" { return keyword }
            guard kinds.contains(word), index + 1 < words.count else { continue }
            if word == "class", words[index + 1] == "func" { continue }
            let name = words[index + 1].prefix {
                $0.isLetter || $0.isNumber || $0 == "_" || $0 == "`"
            }
            return name.isEmpty ? nil : String(name)  // An operator has no letters.
        }
        return nil
    }

    /// Whether the lines above, attributes and members in the same row aside, end in a doc comment.
    private static func isDocumented(_ index: Int, _ file: SourceFile) -> Bool {
        let isMember = isStored(file.code[index])
        for (line, code) in zip(file.lines[..<index], file.code[..<index]).reversed() {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("///") { return true }
            if isMember, isStored(code) || isType(code) { continue }
            if !text.hasPrefix("@") && !text.hasPrefix("//") { return false }
        }
        return false
    }

    /// Whether a line begins a type, whose comment also speaks for its first members.
    private static func isType(_ line: String) -> Bool {
        let kinds = ["struct ", "class ", "enum "]
        return line.hasSuffix("{") && kinds.contains { line.contains($0) }
    }

    /// Whether a line declares a stored member without more than its type or value.
    private static func isStored(_ line: String) -> Bool {
        (line.contains(" let ") || line.contains(" var ")) && !line.contains("{")
    }
}
