package import VigilCore

extension ClipConfiguration {
    /// Reads Hugging Face's `config.json` of a CLIP model. Fields that are left out have the values
    /// of `CLIPTextConfig` and `CLIPVisionConfig` (transformers 5.23), which leave out their
    /// defaults when they are written.
    package init(json: JSONValue) throws(ModelError) {
        let root = ConfigurationReader(json, file: "config.json", path: "")
        let vision = try root.object("vision_config")
        let text = try root.object("text_config")
        self.init(
            vision: try Self.vision(vision), text: try Self.text(text),
            embeddingWidth: try root.integer("projection_dim", default: 512, in: 1...65_536))
    }

    private static func vision(
        _ reader: ConfigurationReader
    ) throws(ModelError) -> VisionConfiguration {
        let encoder = try reader.encoder(.init(epsilon: 1e-5, activation: "quick_gelu"))
        let patch = try reader.integer("patch_size", default: 32, in: 1...1024)
        let size = try reader.integer("image_size", default: 224, in: 1...4096)
        guard size % patch == 0 else {
            throw reader.bad("image_size", "\(size) is no multiple of patch_size \(patch)")
        }
        let channels = try reader.integer("num_channels", default: 3, in: 1...16)
        return VisionConfiguration(
            encoder: encoder, imageSize: size, patchSize: patch, channels: channels)
    }

    private static func text(
        _ reader: ConfigurationReader
    ) throws(ModelError) -> TextConfiguration {
        let encoder = try reader.encoder(
            .init(
                width: 512, heads: 8, hidden: 2048, epsilon: 1e-5, activation: "quick_gelu"))
        let size = try reader.integer("vocab_size", default: 49_408, in: 3...10_000_000)
        let end = try reader.integer("eos_token_id", default: 49_407, in: 0...(size - 1))
        return TextConfiguration(
            encoder: encoder, vocabularySize: size,
            contextLength: try reader.integer(
                "max_position_embeddings", default: 77, in: 2...65_536),
            // Configurations before transformers 4.30 say 2 and mean the greatest id.
            end: end == 2 ? .greatest : .first(Int32(end)))
    }
}
