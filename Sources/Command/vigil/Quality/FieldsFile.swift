import Commands
import Quality
import VigilCore

/// Reads what a site says of its studies itself: a JSON object a line, with the study's pseudonym
/// as `study` and texts by the fields' names.
enum FieldsFile {
    /// A million studies have some 100 MB.
    private static let bytesMax = 1 << 30
    private static let lineLimits = JSONLimits(bytes: 1 << 14, depth: 4, values: 256)

    static func read(_ path: String) throws -> StudyFields {
        let bytes = try NamedFile.contents(path, bytesMax: bytesMax)
        var fields = StudyFields()
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let (study, values) = parsed(Array(line)), fields.set(values, of: study) else {
                throw VigilCommandError.fieldsRefused(line: index + 1)
            }
        }
        return fields
    }

    private static func parsed(_ line: [UInt8]) -> (Pseudonym, [String: String])? {
        guard let object = (try? JSONParser.parse(line, limits: lineLimits))?.objectValue,
            let study = object["study"]?.stringValue.flatMap({ Pseudonym(hex: $0) })
        else { return nil }
        var values: [String: String] = [:]
        for member in object.members where member.name != "study" {
            guard let text = member.value.stringValue else { return nil }
            values[member.name] = text
        }
        return (study, values)
    }
}
