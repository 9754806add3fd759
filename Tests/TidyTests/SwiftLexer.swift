/// Blanks comments and the contents of texts in Swift, so that rules see code alone. Line numbers
/// and the shape of the code stay.
struct SwiftLexer {
    /// Where the reader is.
    private enum State {
        /// A text, with its number of `#`, whether it has three quotes, and, inside an
        /// interpolation, the number of brackets open.
        case text(hashes: Int, isLong: Bool)
        case interpolation(brackets: Int)
    }

    private var stack: [State] = []
    private var commentDepth = 0

    static func blank(_ lines: [String]) -> [String] {
        var lexer = SwiftLexer()
        return lines.map { lexer.blank(Array($0.utf8)) }
    }

    private mutating func blank(_ line: [UInt8]) -> String {
        var out: [UInt8] = []
        var index = 0
        while index < line.count {
            if commentDepth > 0 {
                index += skipComment(line, index)
            } else if case .text(let hashes, let isLong) = stack.last {
                index += skipText(line, index, hashes: hashes, isLong: isLong)
            } else if Self.has("//", line, index) {
                break
            } else if Self.has("/*", line, index) {
                commentDepth = 1
                index += 2
            } else if let opening = Self.opening(line, index) {
                stack.append(.text(hashes: opening.hashes, isLong: opening.isLong))
                out.append(UInt8(ascii: "\""))
                index += opening.length
            } else {
                track(line[index])
                out.append(line[index])
                index += 1
            }
        }
        // A short text ends with its line, whatever stands there.
        if case .text(_, isLong: false) = stack.last { stack.removeLast() }
        return String(decoding: out, as: UTF8.self)
    }

    /// Counts the brackets of an interpolation, whose last one leads back into the text.
    private mutating func track(_ byte: UInt8) {
        guard case .interpolation(let brackets) = stack.last else { return }
        let change = byte == UInt8(ascii: "(") ? 1 : byte == UInt8(ascii: ")") ? -1 : 0
        if brackets + change == 0 {
            stack.removeLast()
        } else {
            stack[stack.count - 1] = .interpolation(brackets: brackets + change)
        }
    }

    private mutating func skipComment(_ line: [UInt8], _ index: Int) -> Int {
        if Self.has("/*", line, index) {
            commentDepth += 1
            return 2
        }
        guard Self.has("*/", line, index) else { return 1 }
        commentDepth -= 1
        return 2
    }

    private mutating func skipText(
        _ line: [UInt8], _ index: Int, hashes: Int, isLong: Bool
    ) -> Int {
        let marks = String(repeating: "#", count: hashes)
        if Self.has("\\" + marks + "(", line, index) {
            stack.append(.interpolation(brackets: 1))
            return 2 + hashes
        }
        if Self.has("\\" + marks, line, index) { return 2 + hashes }
        let closing = (isLong ? "\"\"\"" : "\"") + marks
        guard Self.has(closing, line, index) else { return 1 }
        stack.removeLast()
        return closing.utf8.count
    }

    private static func opening(
        _ line: [UInt8], _ index: Int
    ) -> (hashes: Int, isLong: Bool, length: Int)? {
        let hashes = line[index...].prefix { $0 == UInt8(ascii: "#") }.count
        let quote = index + hashes
        guard quote < line.count, line[quote] == UInt8(ascii: "\"") else { return nil }
        let isLong = has("\"\"\"", line, quote)
        return (hashes, isLong, hashes + (isLong ? 3 : 1))
    }

    private static func has(_ text: String, _ line: [UInt8], _ index: Int) -> Bool {
        line[index...].starts(with: text.utf8)
    }
}
