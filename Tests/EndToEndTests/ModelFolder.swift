import Foundation
import Testing
import VigilCore

/// A tiny model of `Models`, converted by the command, for tests to damage.
struct ModelFolder {
    /// The folder that the command wrote.
    let path: String

    /// The checkpoint of a model of `Models`.
    static func checkpoint(_ family: String) -> String {
        Checkout.root + "/Tests/EndToEndTests/Models/\(family)/pytorch_model.bin"
    }

    /// A folder that is there.
    init(at path: String) { self.path = path }

    /// Converts a model into a new folder.
    init(_ family: String) throws {
        path = try RunFolder.make() + "/" + family
        let run = try CommandRun(["model", "convert", Self.checkpoint(family), path])
        try #require(run.code == 0, "\(run.error)")
    }

    /// Runs `vigil model verify` on it.
    func verify(_ arguments: [String] = []) throws -> CommandRun {
        try CommandRun(["model", "verify", path] + arguments)
    }

    /// A file of the folder.
    func file(_ name: String) -> URL { URL(fileURLWithPath: "\(path)/\(name)") }

    /// Takes a file away.
    func remove(_ name: String) throws { try FileManager.default.removeItem(at: file(name)) }

    /// Takes a member of `vigil.json` away.
    func removeMember(_ name: String) throws {
        let json = try JSONParser.parse([UInt8](Data(contentsOf: file("vigil.json"))))
        var object = try #require(json.objectValue)
        object[name] = nil
        try Data(JSONWriter.bytes(.object(object))).write(to: file("vigil.json"))
    }

    /// Replaces a text of the weights' header by another of the same length.
    func replaceInHeader(_ old: String, _ new: String) throws {
        var data = try Data(contentsOf: file("model.safetensors"))
        let range = try #require(data.range(of: Data(old.utf8)))
        try #require(old.utf8.count == new.utf8.count)
        data.replaceSubrange(range, with: Data(new.utf8))
        try data.write(to: file("model.safetensors"))
    }

    /// Overwrites the first element of a 16-bit tensor.
    func setFirstElement(of tensor: String, to bits: UInt16) throws {
        var data = try Data(contentsOf: file("model.safetensors"))
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONParser.parse([UInt8](data[8..<8 + length]))
        let begin = try #require(header[tensor]?["data_offsets"]?.arrayValue?.first?.intValue)
        data[8 + length + begin] = UInt8(bits & 0xFF)
        data[8 + length + begin + 1] = UInt8(bits >> 8)
        try data.write(to: file("model.safetensors"))
    }

    /// Changes the weights' file.
    func rewrite(_ change: (Data) throws -> Data) throws {
        let path = file("model.safetensors")
        try Data(change(Data(contentsOf: path))).write(to: path)
    }

    /// Changes the header's tensors by their names, and keeps the elements.
    func rewriteHeader(_ change: (inout [String: [String: JSONValue]]) -> Void) throws {
        try rewrite { data in
            let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            let json = try JSONParser.parse([UInt8](data[8..<8 + length]))
            var tensors: [String: [String: JSONValue]] = [:]
            for member in json.objectValue?.members ?? [] where member.name != "__metadata__" {
                tensors[member.name] = Dictionary(
                    (member.value.objectValue?.members ?? []).map { ($0.name, $0.value) }
                ) { first, _ in first }
            }
            change(&tensors)
            var object = JSONObject()
            for (name, members) in tensors {
                var entry = JSONObject()
                for (key, value) in members { entry[key] = value }
                object[name] = .object(entry)
            }
            let text = JSONWriter.bytes(.object(object), order: .sorted)
            return Data(MadeDicom.bytes(UInt64(text.count)) + text) + data.dropFirst(8 + length)
        }
    }

    /// Replaces a text of a file.
    func replace(_ old: String, _ new: String, in name: String) throws {
        let text = try String(contentsOf: file(name), encoding: .utf8)
        try #require(text.contains(old))
        try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: file(name))
    }
}
