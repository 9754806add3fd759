/// A file of the tree, as the rules read it.
struct SourceFile {
    /// The path from the root of the checkout, such as `Sources/Edge/Wire/WireError.swift`.
    let path: String
    /// The lines as they stand.
    let lines: [String]
    /// The lines of a Swift file with comments and texts blanked; those of others as they stand.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = path.hasSuffix(".swift") ? SwiftLexer.blank(lines) : lines
    }

    /// The name without folders and ending.
    var stem: String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." })
    }

    /// The target that the file belongs to: a folder in a group of `Sources`, or in `Tests`.
    var target: String {
        let parts = path.split(separator: "/")
        let place = isInSources ? 2 : 1
        return parts.count > place + 1 ? String(parts[place]) : ""
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isC: Bool { [".c", ".h", ".cpp", ".hpp", ".inc"].contains { path.hasSuffix($0) } }
    var isInSources: Bool { path.hasPrefix("Sources/") }
    var isInTests: Bool { path.hasPrefix("Tests/") }
}
