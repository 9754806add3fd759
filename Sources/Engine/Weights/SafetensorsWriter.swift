internal import Glibc
internal import VigilCore

/// Writes a safetensors file of f32 tensors, one after another, without holding it in memory.
///
/// The same calls give the same bytes. The file appears under its name only when it is complete.
package struct SafetensorsWriter {
    /// A tensor to be written: its elements come from `fill`, which gets `[shape]` row-major.
    package struct Tensor {
        package let name: String
        package let shape: [Int]
        package let fill: (UnsafeMutableBufferPointer<Float>) -> Void

        package init(
            name: String, shape: [Int], fill: @escaping (UnsafeMutableBufferPointer<Float>) -> Void
        ) {
            self.name = name
            self.shape = shape
            self.fill = fill
        }
    }

    /// Writes the tensors in the given order.
    package static func write(
        _ tensors: [Tensor], metadata: [String: String] = [:], to path: String
    ) throws(WeightsError) {
        let header = try header(of: tensors, metadata: metadata, path: path)
        var output = try FileWriter(path: path)
        try output.write(header)
        for tensor in tensors {
            let count = TensorEntry.count(of: tensor.shape) ?? 0
            let elements = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
            defer { elements.deallocate() }
            elements.initialize(repeating: 0)
            tensor.fill(elements)
            try output.write(UnsafeRawBufferPointer(elements))
        }
        try output.finish()
    }

    /// The length and the JSON, padded with spaces so that the elements start at a multiple of 64.
    private static func header(
        of tensors: [Tensor], metadata: [String: String], path: String
    ) throws(WeightsError) -> [UInt8] {
        var members = JSONObject()
        if !metadata.isEmpty {
            var pairs = JSONObject()
            for (name, text) in metadata { pairs[name] = .string(text) }
            members["__metadata__"] = .object(pairs)
        }
        var end = 0
        for tensor in tensors {
            guard let count = TensorEntry.count(of: tensor.shape), count <= 1 << 40 else {
                throw .badTensor(
                    path: SafeText(operatorProvided: path),
                    tensor: SafeText(operatorProvided: tensor.name),
                    reason: "its shape \(TensorEntry.text(of: tensor.shape)) is too large")
            }
            let start = end
            end += count * 4
            members[tensor.name] = [
                "dtype": "F32",
                "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                "data_offsets": [.integer(Int64(start)), .integer(Int64(end))],
            ]
        }
        var text = JSONWriter.bytes(.object(members), order: .sorted)
        text += [UInt8](repeating: 0x20, count: (64 - (text.count + 8) % 64) % 64)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) }
        return length + text
    }
}
