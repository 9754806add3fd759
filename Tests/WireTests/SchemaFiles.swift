import Testing
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// The files below `Schemas/`.
enum SchemaFiles {
    /// One example, shown in test output by its place.
    struct Example: Sendable, CustomTestStringConvertible {
        let schema: String
        let name: String
        let isValid: Bool
        let bytes: [UInt8]

        var testDescription: String { "\(schema)/\(isValid ? "valid" : "invalid")/\(name)" }

        /// Whether the example is a whole CloudEvents event rather than its data.
        var isStructured: Bool { name.hasPrefix("structured-") }
    }

    /// Each message, the last release's version of one, and what is signed in files.
    static let names = [
        "study-event", "finding", "finding-v1", "energy", "dead-letter", "deferral",
        "placement", "study-priority", "worklist-order", "worklist-unmerged", "calibration",
        "context", "report-draft", "control", "quality-clearance", "audit-leaf", "audit-checkpoint",
        "finding-evidence", "study-recall", "quality-alarm",
    ]

    /// The place of a message's schema and the ending of its examples' folder: those of an older
    /// version say so.
    private static func place(_ name: String) -> (schema: String, examples: String) {
        switch name {
        case "finding": ("finding/v2.json", "finding/examples")
        case "finding-v1": ("finding/v1.json", "finding/examples-v1")
        default: ("\(name)/v1.json", "\(name)/examples")
        }
    }

    static let root =
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        + "/Schemas"

    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen("\(root)/\(path)", "rb") else { return nil }
        defer { fclose(file) }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return all }
            all.append(contentsOf: buffer[0..<count])
        }
    }

    static func schema(_ name: String) throws -> JSONValue {
        let path = place(name).schema
        return try JSONParser.parse(try #require(bytes(path), "\(path) is missing"))
    }

    static func examples(of schema: String) -> [Example] {
        ["valid", "invalid"].flatMap { kind in
            let folder = "\(place(schema).examples)/\(kind)"
            return list(folder).filter { $0.hasSuffix(".json") }.compactMap { name in
                bytes("\(folder)/\(name)").map {
                    Example(schema: schema, name: name, isValid: kind == "valid", bytes: $0)
                }
            }
        }
    }

    private static func list(_ path: String) -> [String] {
        guard let directory = opendir("\(root)/\(path)") else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.sorted()
    }
}
