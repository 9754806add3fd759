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

    static let names = ["study-event", "finding", "energy", "dead-letter", "deferral"]

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
        try JSONParser.parse(try #require(bytes("\(name)/v1.json"), "\(name)/v1.json is missing"))
    }

    static func examples(of schema: String) -> [Example] {
        ["valid", "invalid"].flatMap { kind in
            list("\(schema)/examples/\(kind)").filter { $0.hasSuffix(".json") }.compactMap { name in
                bytes("\(schema)/examples/\(kind)/\(name)").map {
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
