package import VigilCore

/// SigLIP (Zhai et al. 2023) under the names of transformers 5.23: no class token but an attention
/// that pools, a text tower without mask whose last token is pooled, a sigmoid score.
package enum Siglip {
    /// The names of `SiglipModel`.
    package static let names = TwoTowerNames(
        vision: VisionNames(
            classToken: nil, registers: nil,
            patchEmbedding: "vision_model.embeddings.patch_embedding.weight",
            patchBias: "vision_model.embeddings.patch_embedding.bias",
            positions: "vision_model.embeddings.position_embedding.weight", leadingOnes: 0,
            firstNorm: nil, layer: WeightNames.huggingFaceLayer("vision_model"),
            lastNorm: "vision_model.post_layernorm",
            attentionPool: AttentionPoolNames(
                probe: "vision_model.head.probe",
                queryKeyValue: "vision_model.head.attention.in_proj",
                queryKeyValueSuffixes: ["_weight", "_bias"],
                output: "vision_model.head.attention.out_proj",
                norm: "vision_model.head.layernorm",
                feedForward: ["vision_model.head.mlp.fc1", "vision_model.head.mlp.fc2"]),
            head: HeadNames()),
        text: TextNames(
            tokens: "text_model.embeddings.token_embedding.weight",
            positions: "text_model.embeddings.position_embedding.weight", types: nil,
            firstNorm: nil, layer: WeightNames.huggingFaceLayer("text_model"),
            lastNorm: "text_model.final_layer_norm",
            head: HeadNames(
                weights: ["text_model.head.weight"], biases: ["text_model.head.bias"])),
        logitScale: "logit_scale", logitBias: "logit_bias", logitShape: [1])

    /// Reads `config.json`. Fields that are left out have the values of `SiglipTextConfig` and
    /// `SiglipVisionConfig`.
    package static func configuration(_ json: JSONValue) throws(ModelError) -> ClipConfiguration {
        let root = ConfigurationReader(json, file: "config.json", path: "")
        let vision = try vision(root.object("vision_config"))
        let reader = try root.object("text_config")
        let text = try text(reader)
        let width = try reader.integer(
            "projection_size", default: text.encoder.width, in: 1...16_384)
        guard width == vision.encoder.width else {
            throw reader.bad(
                "projection_size", "\(width), where images have \(vision.encoder.width)")
        }
        return ClipConfiguration(
            vision: vision, visionHead: HeadConfiguration(widths: []), text: text,
            textHead: HeadConfiguration(widths: [width], hasBias: true))
    }

    private static func vision(
        _ reader: ConfigurationReader
    ) throws(ModelError) -> VisionConfiguration {
        guard try reader.bool("vision_use_head", default: true) else {
            throw reader.bad("vision_use_head", "it is off, which is not supported")
        }
        let patch = try reader.side("patch_size", default: 16, in: 1...1024)
        let size = try reader.side("image_size", default: 224, in: 1...4096)
        guard size >= patch else {
            throw reader.bad("image_size", "it is smaller than patch_size \(patch)")
        }
        return VisionConfiguration(
            encoder: try reader.encoder(.init(epsilon: 1e-6, activation: "gelu_pytorch_tanh")),
            imageSize: size, patchSize: patch,
            channels: try reader.integer("num_channels", default: 3, in: 1...16),
            pooling: .attention)
    }

    private static func text(
        _ reader: ConfigurationReader
    ) throws(ModelError) -> TextConfiguration {
        let size = try reader.integer("vocab_size", default: 32_000, in: 3...10_000_000)
        let length = try reader.integer("max_position_embeddings", default: 64, in: 2...65_536)
        let padding = try reader.integer("pad_token_id", default: 1, in: 0...(size - 1))
        return TextConfiguration(
            encoder: try reader.encoder(.init(epsilon: 1e-6, activation: "gelu_pytorch_tanh")),
            vocabularySize: size, contextLength: length, positions: length, tokenTypes: 0,
            isCausal: false, pooling: .last(padding: Int32(padding)))
    }
}
