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
        let labels = "[{\"code\":\"\(code)\",\"label\":\"Site\",\"acuity\":\"urgent\"}]"
        let header: JSONValue = [
            "__metadata__": [
                "vigil.adapter": "1", "kind": "linear-probe", "base": .string(base),
                "name": .string(name), "labels": .string(labels),
            ],
            "weight": [
                "dtype": "F32", "shape": [1, .integer(Int64(width))],
                "data_offsets": [0, .integer(Int64(width * 4))],
            ],
        ]
        let text = JSONWriter.bytes(header)
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
        for column in 0..<width {
            let value = Float(column % 7) - 3
            bytes += withUnsafeBytes(of: value) { Array($0) }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return Digest(of: bytes)
    }
}
