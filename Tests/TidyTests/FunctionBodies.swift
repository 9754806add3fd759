/// Finds functions by their braces. Exact enough for code that the formatter has laid out.
enum FunctionBodies {
    /// The lines of each function, initialiser and subscript of Swift code without comments and
    /// texts, from the declaration to the closing brace; lines count from 0.
    static func ofSwift(_ code: [String]) -> [ClosedRange<Int>] {
        code.indices.compactMap { start in
            guard isDeclaration(code[start]) else { return nil }
            return end(of: start, in: code).map { start...$0 }
        }
    }

    /// The lines of each function of C code: it ends with a brace in the first column and begins
    /// with the last line before it that starts in the first column and has a bracket.
    static func ofC(_ code: [String]) -> [ClosedRange<Int>] {
        var out: [ClosedRange<Int>] = []
        var start: Int?
        for (index, line) in code.enumerated() {
            if line.hasPrefix("}") {
                if let first = start { out.append(first...index) }
                start = nil
            } else if start == nil, line.contains("("), !line.hasSuffix(";"),
                let head = line.first, head.isLetter || head == "_"
            {
                start = index
            } else if line.hasSuffix(";"), !line.hasPrefix(" "), !line.hasPrefix("\t") {
                start = nil  // It was a declaration.
            }
        }
        return out
    }

    private static func isDeclaration(_ line: String) -> Bool {
        let words = line.split { $0 == " " || $0 == "(" || $0 == "<" || $0 == "?" }
        guard let keyword = words.first(where: { !modifiers.contains(String($0)) }) else {
            return false
        }
        return ["func", "init", "deinit", "subscript"].contains(keyword)
    }

    private static let modifiers: Set<String> = [
        "package", "public", "internal", "private", "fileprivate", "static", "class", "final",
        "override", "mutating", "nonmutating", "consuming", "borrowing", "convenience", "required",
        "nonisolated", "@discardableResult", "@inline", "__always)", "@Sendable", "@MainActor",
    ]

    /// The line of the brace that closes the first one opened from a line on; nil for a requirement
    /// of a protocol, which has none.
    private static func end(of start: Int, in code: [String]) -> Int? {
        var depth = 0
        var brackets = 0
        for index in start..<code.count {
            for byte in code[index].utf8 {
                switch byte {
                case UInt8(ascii: "("): brackets += 1
                case UInt8(ascii: ")"): brackets -= 1
                case UInt8(ascii: "{") where brackets == 0: depth += 1
                case UInt8(ascii: "}") where brackets == 0:
                    depth -= 1
                    if depth == 0 { return index }
                    if depth < 0 { return nil }
                default: break
                }
            }
            // A declaration without a body ends before the next one begins.
            if depth == 0, brackets == 0, index > start, isDeclaration(code[index]) { return nil }
        }
        return nil
    }
}
