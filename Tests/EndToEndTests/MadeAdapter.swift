import Foundation
import Testing
import VigilCore

/// A linear probe made for a model's folder, as a user would save it.
enum MadeAdapter {
    /// SHA-256 of a folder's weights, to which an adapter is bound.
    static func base(_ model: String) throws -> String {
        let path = URL(fileURLWithPath: "\(model)/model.safetensors")
        return Digest(of: [UInt8](try Data(contentsOf: path))).hex
    }

    /// Writes a probe of one label for embeddings of `width` columns; gives its digest.
    @discardableResult
    static func probe(
        to path: String, base: String, width: Int, code: String = "pneumothorax",
        name: String = "site-probe"
    ) throws -> Digest {
        let labels = "[{\"code\":\"\(code)\",\"label\":\"Site\"}]"
        return try write(
            [("weight", [1, width], (0..<width).map { Float($0 % 7) - 3 })],
            [
                "vigil.adapter": "1", "kind": "linear-probe", "base": .string(base),
                "name": .string(name), "labels": .string(labels),
            ], to: path)
    }

    /// Writes a domain about the origin: every unit vector is 1 away from its middle.
    static func domain(to path: String, base: String, width: Int, limit: Double) throws {
        let axes = (0..<width * width).map { Float($0 % (width + 1) == 0 ? 1 : 0) }
        try write(
            [
                ("axes", [width, width], axes),
                ("mean", [width], [Float](repeating: 0, count: width)),
            ],
            [
                "vigil.adapter": "1", "kind": "training-domain", "base": .string(base),
                "limit": .string("\(limit)"),
            ], to: path)
    }

    /// Writes a safetensors file of f32 tensors; gives its digest.
    @discardableResult
    private static func write(
        _ tensors: [(name: String, shape: [Int], values: [Float])], _ metadata: JSONValue,
        to path: String
    ) throws -> Digest {
        var header = JSONObject()
        header["__metadata__"] = metadata
        var data: [UInt8] = []
        for tensor in tensors {
            let start = data.count
            for value in tensor.values { data += withUnsafeBytes(of: value) { Array($0) } }
            header[tensor.name] = [
                "dtype": "F32", "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                "data_offsets": [.integer(Int64(start)), .integer(Int64(data.count))],
            ]
        }
        let text = JSONWriter.bytes(.object(header))
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text + data
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return Digest(of: bytes)
    }
}
