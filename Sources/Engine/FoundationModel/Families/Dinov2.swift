package import VigilCore

/// DINOv2 (Oquab et al. 2023; registers: Darcet et al. 2023) under the names of its published
/// checkpoints, which transformers 5.23 renames on loading.
package enum Dinov2 {
    /// The names for a configuration.
    package static func names(_ configuration: VisionConfiguration) -> VisionNames {
        let layer = "encoder.layer.{}"
        let second = configuration.encoder.isGated ? "weights_out" : "fc2"
        let first = configuration.encoder.isGated ? "weights_in" : "fc1"
        return VisionNames(
            classToken: "embeddings.cls_token",
            registers: configuration.registers > 0 ? "embeddings.register_tokens" : nil,
            patchEmbedding: "embeddings.patch_embeddings.projection.weight",
            patchBias: "embeddings.patch_embeddings.projection.bias",
            positions: "embeddings.position_embeddings", leadingOnes: 1, firstNorm: nil,
            layer: WeightNames.Layer(
                norms: ["\(layer).norm1", "\(layer).norm2"],
                queryKeyValue: ["query", "key", "value"].map {
                    "\(layer).attention.attention.\($0)"
                },
                attentionOutput: "\(layer).attention.output.dense",
                feedForward: ["\(layer).mlp.\(first)", "\(layer).mlp.\(second)"],
                scales: ["\(layer).layer_scale1.lambda1", "\(layer).layer_scale2.lambda1"]),
            lastNorm: "layernorm", attentionPool: nil, head: HeadNames())
    }

    /// The embedding is the class token after the last norm, as it is: linear probes were trained
    /// on it without division by its length.
    package static let head = HeadConfiguration(widths: [], isUnit: false)

    /// Reads `config.json`. Fields that are left out have the values of `Dinov2Config`, or of
    /// `Dinov2WithRegistersConfig`.
    /// - Parameter imageSize: the side at which the model is run; nil: at which it was trained.
    package static func configuration(
        _ json: JSONValue, imageSize: Int? = nil
    ) throws(ModelError) -> VisionConfiguration {
        let reader = ConfigurationReader(json, file: "config.json", path: "")
        let type = try reader.text("model_type", default: "dinov2")
        let hasRegisters = type == "dinov2_with_registers"
        let patch = try reader.side(
            "patch_size", default: hasRegisters ? 16 : 14, in: 1...1024)
        let trained = try reader.side("image_size", default: 224, in: 1...4096)
        let size = imageSize ?? trained
        guard min(trained, size) >= patch else {
            throw reader.bad("image_size", "it is smaller than patch_size \(patch)")
        }
        return VisionConfiguration(
            encoder: try encoder(reader), imageSize: size, patchSize: patch,
            channels: try reader.integer("num_channels", default: 3, in: 1...16),
            trainedSize: trained, resampling: hasRegisters ? .antialiased : .cubic,
            registers: hasRegisters
                ? try reader.integer("num_register_tokens", default: 4, in: 1...64) : 0,
            pooling: .classTokenAndPatches)
    }

    private static func encoder(
        _ reader: ConfigurationReader
    ) throws(ModelError) -> EncoderConfiguration {
        let (width, heads) = try reader.widthAndHeads(.init(epsilon: 1e-6, activation: "gelu"))
        let isGated = try reader.bool("use_swiglu_ffn", default: false)
        let ratio = try reader.number("mlp_ratio", default: 4, in: 0.5...64)
        let hidden = Int(Double(width) * ratio)
        return EncoderConfiguration(
            width: width,
            layers: try reader.integer("num_hidden_layers", default: 12, in: 1...512),
            heads: heads,
            // Two thirds, rounded up to a multiple of 8: the gate takes the other third.
            hiddenWidth: isGated ? (Int(Double(hidden) * 2 / 3) + 7) / 8 * 8 : hidden,
            activation: try reader.activation(default: "gelu"),
            epsilon: Float(try reader.number("layer_norm_eps", default: 1e-6, in: 1e-15...1)),
            isGated: isGated,
            hasQueryKeyValueBias: try reader.bool("qkv_bias", default: true))
    }
}
