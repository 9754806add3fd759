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

    /// A literal, and whether nothing but `+` stands between it and the one before.
    struct Piece {
        let line: Int
        var bytes: [UInt8] = []
        let isJoined: Bool

        var words: String { String(decoding: bytes, as: UTF8.self) }
    }

    private var stack: [State] = []
    private var commentDepth = 0
    private var pieces: [Piece] = []
    /// The pieces that are open, innermost last.
    private var open: [Int] = []
    private var isJoining = false
    private var number = 0

    static func blank(_ lines: [String]) -> [String] {
        var lexer = SwiftLexer()
        return lines.map { lexer.blank(Array($0.utf8)) }
    }

    /// Stands in a text for what is put in when the program runs.
    static let value: UInt8 = 1

    /// What stands in the literals, in the order in which they begin.
    static func texts(_ lines: [String]) -> [Piece] {
        var lexer = SwiftLexer()
        for line in lines {
            _ = lexer.blank(Array(line.utf8))
            lexer.add(UInt8(ascii: " "))
        }
        return lexer.pieces
    }

    private mutating func add(_ byte: UInt8) {
        if let last = open.last { pieces[last].bytes.append(byte) }
    }

    private mutating func begin() {
        open.append(pieces.count)
        pieces.append(Piece(line: number, isJoined: isJoining))
    }

    private mutating func end() {
        open.removeLast()
        isJoining = true
    }

    private mutating func blank(_ line: [UInt8]) -> String {
        number += 1
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
                begin()
                out.append(UInt8(ascii: "\""))
                index += opening.length
            } else {
                track(line[index])
                if !" +".utf8.contains(line[index]) { isJoining = false }
                out.append(line[index])
                index += 1
            }
        }
        // A short text ends with its line, whatever stands there.
        if case .text(_, isLong: false) = stack.last {
            stack.removeLast()
            end()
        }
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
            add(Self.value)
            isJoining = false
            return 2 + hashes
        }
        if Self.has("\\" + marks, line, index) {
            let next = index + 1 + hashes
            // A quote within a text separates; what ends a line says nothing.
            let isQuote = next < line.count && line[next] == UInt8(ascii: "\"")
            add(UInt8(ascii: isQuote ? "\"" : " "))
            return 2 + hashes
        }
        let closing = (isLong ? "\"\"\"" : "\"") + marks
        guard Self.has(closing, line, index) else {
            add(line[index])
            return 1
        }
        stack.removeLast()
        end()
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
