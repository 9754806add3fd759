package import VigilCore
package import Weights

/// A trained addition to one matrix of a model.
package struct LoraAddition: Sendable, Hashable {
    /// As an adapter's file has it.
    package let module: String
    package let rank: Int
    package let inputs: Int
    package let outputs: Int
    /// `lora_A`, [rank, inputs].
    package let down: [Float]
    /// `lora_B` transposed, [rank, outputs].
    package let upTurned: [Float]

    /// Writes additions as an adapter's file (Deploy/models/README.md); the same additions give the
    /// same bytes. Gives the file's SHA-256.
    /// - Parameters:
    ///   - base: of the weights that they belong to.
    ///   - preprocessing: that they were trained with.
    ///   - record: how they were made, for people.
    package static func write(
        _ additions: [LoraAddition], options: LoraOptions, name: String, base: Digest,
        preprocessing: Digest, record: JSONValue, to path: String
    ) throws(WeightsError) -> Digest {
        let tensors = additions.flatMap { addition in
            [
                SafetensorsWriter.Tensor(
                    name: "\(addition.module).lora_A.weight",
                    shape: [addition.rank, addition.inputs]
                ) { out in _ = out.update(fromContentsOf: addition.down) },
                SafetensorsWriter.Tensor(
                    name: "\(addition.module).lora_B.weight",
                    shape: [addition.outputs, addition.rank]
                ) { out in
                    for row in 0..<addition.outputs {
                        for column in 0..<addition.rank {
                            out[row * addition.rank + column] =
                                addition.upTurned[column * addition.outputs + row]
                        }
                    }
                },
            ]
        }
        try SafetensorsWriter.write(
            tensors,
            metadata: [
                "vigil.adapter": "1", "kind": "lora", "name": name, "base": base.hex,
                "preprocessing": preprocessing.hex, "validated": "false",
                "rank": "\(options.rank)", "alpha": "\(options.alpha)",
                "tuning": JSONWriter.text(record),
            ], to: path)
        return try FrozenFile(path: path).digest()
    }
}
