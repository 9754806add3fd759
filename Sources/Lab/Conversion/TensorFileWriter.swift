internal import VigilCore
internal import Weights

/// Writes a checkpoint's tensors as safetensors in their own types, without holding more than one
/// piece in memory. Wide types stand first, so that every tensor is aligned to its elements.
struct TensorFileWriter {
    /// Bytes that are gathered before they are written.
    private static let pieceSize = 1 << 20

    private let checkpoint: Checkpoint
    private let tensors: [SourceTensor]

    init(_ checkpoint: Checkpoint) {
        self.checkpoint = checkpoint
        tensors = checkpoint.tensors.sorted {
            $0.type.size == $1.type.size
                ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
                : $0.type.size > $1.type.size
        }
    }

    /// Writes the file; it appears under its name when it is complete.
    func write(to path: String) throws(ConversionError) {
        let header = header()
        guard header.count <= SafetensorsHeader.lengthLimit else {
            throw .overLimit(what: "bytes of names", limit: SafetensorsHeader.lengthLimit)
        }
        do throws(WeightsError) {
            var output = try FileWriter(path: path)
            try output.write(header)
            for tensor in tensors { try write(tensor, to: &output) }
            try output.finish()
        } catch { throw .weights(error) }
    }

    /// The length and the JSON, padded with spaces so that the elements start at a multiple of 64.
    private func header() -> [UInt8] {
        var members = JSONObject()
        members["__metadata__"] = ["format": "pt"]
        var start = 0
        for tensor in tensors {
            members[tensor.name] = [
                "dtype": .string(tensor.type.rawValue),
                "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                "data_offsets": [.integer(Int64(start)), .integer(Int64(start + tensor.size))],
            ]
            start += tensor.size
        }
        var text = JSONWriter.bytes(.object(members))
        text += [UInt8](repeating: 0x20, count: (64 - (text.count + 8) % 64) % 64)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
    }

    private func write(
        _ tensor: SourceTensor, to output: inout FileWriter
    ) throws(WeightsError) {
        guard tensor.count > 0 else { return }
        try tensor.storage.withBytes(of: checkpoint.file.bytes) { (bytes) throws(WeightsError) in
            if tensor.isContiguous {
                let start = tensor.offset * tensor.type.size
                try output.write(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<start + tensor.size]))
            } else {
                try gather(tensor, from: bytes, to: &output)
            }
        }
        if case .file(let range) = tensor.storage { checkpoint.file.release(range) }
    }

    /// Writes the elements of a strided view in row-major order.
    private func gather(
        _ tensor: SourceTensor, from bytes: UnsafeRawBufferPointer, to output: inout FileWriter
    ) throws(WeightsError) {
        let size = tensor.type.size
        let inner = tensor.shape.last ?? 1
        let step = (tensor.strides.last ?? 1) * size
        let outer = Array(zip(tensor.shape, tensor.strides).dropLast())
        var place = [Int](repeating: 0, count: outer.count)
        var start = tensor.offset * size
        var piece: [UInt8] = []
        piece.reserveCapacity(Self.pieceSize + size)
        for _ in 0..<tensor.count / max(inner, 1) {
            var element = start
            for _ in 0..<inner {
                // Within the storage: SourceTensor checked the last element of the view.
                piece.append(contentsOf: bytes[element..<element + size])
                element += step
                if piece.count >= Self.pieceSize {
                    try output.write(piece)
                    piece.removeAll(keepingCapacity: true)
                }
            }
            for index in outer.indices.reversed() {
                place[index] += 1
                start += outer[index].1 * size
                guard place[index] == outer[index].0 else { break }
                start -= outer[index].1 * size * place[index]
                place[index] = 0
            }
        }
        try output.write(piece)
    }
}
