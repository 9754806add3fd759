internal import Glibc
package import VigilCore

/// The folder of a model, every file of it open and frozen. Keep it only while loading: it holds
/// the files' leases and maps (``FrozenFile``).
package final class ModelDirectory: Sendable {
    /// The most files in a model's folder.
    package static let fileLimit = 1_000
    /// The largest file that is read as text, such as `tokenizer.json`: 64 MiB.
    package static let textLimit = 64 << 20

    /// The path as it was given.
    package let path: String
    /// The one file within a folder of a model's folder that belongs to it: sentence-transformers'.
    private static let nested = "1_Pooling/config.json"
    private let files: [String: FrozenFile]

    /// Opens every regular file of the folder whose name does not start with a dot. Links are
    /// followed, folders within are left out but for `1_Pooling/config.json`.
    package init(path: String) throws(WeightsError) {
        var files: [String: FrozenFile] = [:]
        var names = try Self.names(in: path)
        if access("\(path)/\(Self.nested)", F_OK) == 0 { names.append(Self.nested) }
        for name in names {
            do throws(WeightsError) {
                files[name] = try FrozenFile(path: "\(path)/\(name)")
            } catch .notAFile {
                continue
            }
        }
        self.path = path
        self.files = files
    }

    /// The files' names, in order of their bytes.
    package var names: [String] {
        files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether the folder has a file of this name.
    package func has(_ name: String) -> Bool {
        files[name] != nil
    }

    /// A file of the folder.
    package func file(_ name: String) throws(WeightsError) -> FrozenFile {
        guard let file = files[name] else {
            throw .missingFile(file: SafeText(operatorProvided: "\(path)/\(name)"))
        }
        return file
    }

    /// The bytes of a small file of the folder.
    package func contents(_ name: String) throws(WeightsError) -> [UInt8] {
        let file = try file(name)
        guard file.bytes.count <= Self.textLimit else {
            throw .tooLarge(
                path: SafeText(operatorProvided: file.path), found: file.bytes.count,
                limit: Self.textLimit)
        }
        return Array(file.bytes)
    }

    /// A JSON file of the folder.
    package func json(_ name: String) throws(WeightsError) -> JSONValue {
        let contents = try contents(name)
        do throws(JSONError) {
            return try JSONParser.parse(contents, limits: .modelFile)
        } catch {
            throw .badFile(
                path: SafeText(operatorProvided: "\(path)/\(name)"), reason: error.what)
        }
    }

    /// Hashes every file.
    package func manifest() -> ModelManifest {
        ModelManifest(
            entries: files.map { name, file in
                ModelManifest.Entry(name: name, size: file.bytes.count, digest: file.digest())
            })
    }

    /// The names of all that a folder holds, but for those that start with a dot.
    package static func names(in path: String) throws(WeightsError) -> [String] {
        let name = SafeText(operatorProvided: path)
        guard let stream = opendir(path) else {
            throw .cannotRead(
                path: name, reason: SafeText(fixedMessage: String(cString: strerror(errno))))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let item = readdir(stream) {
            let text = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !text.hasPrefix(".") else { continue }
            guard names.count < fileLimit else {
                throw .tooLarge(path: name, found: names.count + 1, limit: fileLimit)
            }
            names.append(text)
        }
        return names
    }
}
