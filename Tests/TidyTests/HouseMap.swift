/// `Sources/README.md`: the files and folders that it sends a reader to are there, and so are the
/// types that it says travel.
enum HouseMap {
    static let path = "Sources/README.md"

    /// - Parameters:
    ///   - paths: all files of the tree.
    ///   - names: the types and targets that there are.
    static func check(_ page: SourceFile, paths: [String], names: Set<String>) -> [Finding] {
        let ends = Set(paths.flatMap(ends))
        return page.lines.enumerated().flatMap { index, line in
            line.matches(of: /`([A-Za-z][\w+.\/-]*)`/).compactMap { match in
                let word = String(match.1)
                let isThere =
                    if isPath(word) {
                        ends.contains(word.hasSuffix("/") ? String(word.dropLast()) : word)
                    } else {
                        word.wholeMatch(of: /(?:[A-Z][a-z]+){2,}/) == nil || names.contains(word)
                    }
                return isThere
                    ? nil
                    : Finding(path: page.path, line: index + 1, advice: "there is no \(word)")
            }
        }
    }

    /// The types that a tree declares, and its targets.
    static func names(in files: [SourceFile]) -> Set<String> {
        Set(files.map(\.target)).union(
            files.filter(\.isSwift).flatMap { $0.code.flatMap(declared) })
    }

    /// What stands behind a word that declares a type.
    private static func declared(in line: String) -> [String] {
        let words = line.split(separator: " ")
        return zip(words, words.dropFirst()).filter { declaring.contains($0.0) }.map {
            String($0.1.prefix { $0.isLetter || $0.isNumber })
        }
    }

    private static let declaring: Set<Substring> = [
        "struct", "class", "enum", "actor", "protocol", "typealias",
    ]

    private static func isPath(_ word: String) -> Bool {
        let endings = [".swift", ".c", ".cpp", ".h", ".hpp", ".def", ".py", ".md"]
        return word.contains("/") || endings.contains { word.hasSuffix($0) }
    }

    /// What a page may write for a file or one of its folders, in full or below a folder that it
    /// has named: `a/b/c` is `a`, `b` and `c`, `a/b` and `b/c`, and itself.
    private static func ends(of path: String) -> [String] {
        let parts = path.split(separator: "/")
        return parts.indices.flatMap { end in
            parts[...end].indices.map { parts[$0...end].joined(separator: "/") }
        }
    }
}
