internal import VigilCore

/// Rows of a comma-separated text (RFC 4180): quoted fields, CRLF or LF, UTF-8 with or without a
/// byte order mark.
struct CSVTable {
    /// The fields of one record, and the line on which it begins, from 1.
    struct Row {
        let line: Int
        let fields: [String]
    }

    /// All records but empty lines.
    private(set) var rows: [Row] = []
    private let bytes: [UInt8]
    private let file: SafeText
    private var index = 0
    private var line = 1

    init(_ bytes: [UInt8], file: SafeText) throws(EvaluationError) {
        self.bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
        self.file = file
        while index < self.bytes.count {
            let row = try record()
            if row.fields != [""] { rows.append(row) }
        }
    }

    private func bad(_ reason: SafeText) -> EvaluationError {
        .badLine(file: file, line: line, reason: reason)
    }

    private mutating func record() throws(EvaluationError) -> Row {
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard index < bytes.count else { return Row(line: start, fields: fields) }
            if bytes[index] == UInt8(ascii: ",") {
                index += 1
                continue
            }
            if bytes[index] == UInt8(ascii: "\r") { index += 1 }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\n") else {
                throw bad("a field ends in something but a comma or a line's end")
            }
            index += 1
            line += 1
            return Row(line: start, fields: fields)
        }
    }

    private mutating func field() throws(EvaluationError) -> String {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
            let start = index
            while index < bytes.count, !isSeparator(bytes[index]) { index += 1 }
            return try text(bytes[start..<index])
        }
        index += 1
        var content: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte == UInt8(ascii: "\"") {
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                    return try text(content[...])
                }
                index += 1
            }
            content.append(byte)
        }
        throw bad("the text ends within quotation marks")
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(EvaluationError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw bad("a field is not UTF-8")
        }
        return text
    }
}
