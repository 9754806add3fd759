/// How much one type holds: with more than a reader keeps in mind, it is several types.
enum TypeRules {
    static let storedMax = 12

    /// The types of a file that store too much.
    static func checkStored(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.isInSources else { return [] }
        return file.code.indices.compactMap { start in
            guard let name = typeName(file.code[start]) else { return nil }
            let count = storedCount(from: start, in: file.code)
            guard count > storedMax else { return nil }
            return Finding(
                path: file.path, line: start + 1,
                advice: "\(name) stores \(count) properties; group those of one idea in a type "
                    + "of their own (at most \(storedMax))")
        }
    }

    /// The properties that a type stores for each of its values; those of types within it are
    /// theirs.
    static func storedCount(from start: Int, in code: [String]) -> Int {
        var (depth, count) = (0, 0)
        for line in code[start...] {
            if depth == 1 { count += stored(line) }
            for byte in line.utf8 {
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") { depth -= 1 }
            }
            if depth == 0, line.contains("}") { break }
        }
        return count
    }

    private static func typeName(_ line: String) -> String? {
        let words = line.split { " :<({".contains($0) }.map(String.init)
        guard let place = words.firstIndex(where: { !modifiers.contains($0) }),
            ["struct", "class", "actor"].contains(words[place]), words.count > place + 1,
            line.contains("{")
        else { return nil }
        return words[place + 1]
    }

    /// How many properties a line declares that are stored; of a pattern each name.
    private static func stored(_ line: String) -> Int {
        let words = line.split(separator: " ").map { word in
            String(word.prefix { $0 != "(" || word.first == "(" })
        }
        guard let place = words.firstIndex(where: { !modifiers.contains($0) }),
            ["let", "var"].contains(words[place]), !words[..<place].contains("static")
        else { return 0 }
        let head = line.prefix { $0 != "=" }
        let isComputed =
            head.contains("{") && !head.contains("didSet") && !head.contains("willSet")
        guard !isComputed else { return 0 }
        guard words.count > place + 1, words[place + 1].hasPrefix("(") else { return 1 }
        return head.prefix { $0 != ")" }.count { $0 == "," } + 1
    }

    private static let modifiers: Set<String> = [
        "package", "public", "internal", "private", "fileprivate", "final", "static", "lazy",
        "weak", "unowned", "nonisolated", "indirect", "override",
    ]
}
