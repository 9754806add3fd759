package import VigilCore

/// The lines of a text of JSON objects, one a line, with numbers from 1; empty lines are passed
/// over.
package enum JSONLines {
    /// Reads line by line, so that one line's values are held at a time.
    package static func forEach(
        _ bytes: [UInt8], file: SafeText,
        _ body: (_ object: JSONObject, _ line: Int) throws(EvaluationError) -> Void
    ) throws(EvaluationError) {
        var number = 0
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            number += 1
            let line = bytes[start..<end]
            start = end + 1
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            try body(try object(Array(line), file: file, line: number), number)
        }
    }

    private static func object(
        _ bytes: [UInt8], file: SafeText, line: Int
    ) throws(EvaluationError) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(bytes)
        } catch {
            throw .badLine(file: file, line: line, reason: error.what)
        }
        guard let object = value.objectValue else {
            throw .badLine(file: file, line: line, reason: "it is no JSON object")
        }
        return object
    }
}
