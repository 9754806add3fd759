import Foundation

/// The texts of a Swift file: what its literals say, pieces that `+` joins as one, values left out.
enum SwiftTexts {
    /// A text and the line that it begins on, counted from 1.
    struct Text {
        let line: Int
        let words: String
    }

    /// Literals of several lines are one text, with single spaces for their breaks.
    static func all(_ lines: [String]) -> [Text] {
        let pieces = SwiftLexer.texts(lines)
        var out: [(line: Int, words: String)] = []
        for piece in pieces {
            if piece.isJoined, let last = out.indices.last {
                out[last].words += piece.words
            } else {
                out.append((piece.line, piece.words))
            }
        }
        return out.map { text in
            let words = text.words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return Text(line: text.line, words: words)
        }
    }
}
