package import VigilCore

/// The sizes of a CLIP that OpenAI's code made, from the shapes of its tensors: such a checkpoint
/// comes without a configuration. CheXzero and OpenCLIP's own checkpoints are of this kind.
package enum ClipLayout {
    /// The activation of the feed-forward halves, which no tensor tells.
    package enum Activation: String, Sendable, Hashable, CaseIterable {
        /// OpenAI's weights and those that were trained from them, such as CheXzero.
        case quickGelu = "quick_gelu"
        /// OpenCLIP's own, such as LAION's.
        case gelu
    }

    /// Whether these tensors are of such a model.
    package static func matches(_ tensors: [SourceTensor]) -> Bool {
        let names = Set(tensors.map(\.name))
        return [
            "visual.conv1.weight", "visual.proj", "visual.positional_embedding", "text_projection",
            "token_embedding.weight", "positional_embedding", "logit_scale",
        ].allSatisfy(names.contains)
    }

    /// The `config.json` of transformers' `CLIPModel` for the tensors; nil when their shapes do not
    /// go together.
    package static func configuration(
        of tensors: [SourceTensor], _ activation: Activation
    ) -> JSONValue? {
        let shapes = Dictionary(tensors.map { ($0.name, $0.shape) }) { first, _ in first }
        func size(_ name: String, rank: Int, _ index: Int) -> Int? {
            shapes[name].flatMap { $0.count == rank && $0[index] > 0 ? $0[index] : nil }
        }
        func tower(_ prefix: String, _ width: Int) -> JSONObject? {
            let block = "\(prefix)resblocks."
            let layers = Set(
                shapes.keys.filter { $0.hasPrefix(block) }
                    .compactMap { $0.dropFirst(block.count).split(separator: ".").first })
            guard let hidden = size("\(block)0.mlp.c_fc.weight", rank: 2, 0) else { return nil }
            var object = JSONObject()
            object["hidden_size"] = .integer(Int64(width))
            object["num_hidden_layers"] = .integer(Int64(layers.count))
            // OpenAI's code gives each head 64 columns.
            object["num_attention_heads"] = .integer(Int64(max(width / 64, 1)))
            object["intermediate_size"] = .integer(Int64(hidden))
            object["hidden_act"] = .string(activation.rawValue)
            return object
        }
        guard let width = size("visual.conv1.weight", rank: 4, 0),
            let channels = size("visual.conv1.weight", rank: 4, 1),
            let patch = size("visual.conv1.weight", rank: 4, 2),
            let tokens = size("visual.positional_embedding", rank: 2, 0),
            let embedding = size("visual.proj", rank: 2, 1),
            let vocabulary = size("token_embedding.weight", rank: 2, 0),
            let textWidth = size("token_embedding.weight", rank: 2, 1),
            let context = size("positional_embedding", rank: 2, 0),
            var vision = tower("visual.transformer.", width),
            var text = tower("transformer.", textWidth)
        else { return nil }
        let side = Int(Double(tokens - 1).squareRoot().rounded())
        guard side * side == tokens - 1 else { return nil }
        vision["patch_size"] = .integer(Int64(patch))
        vision["image_size"] = .integer(Int64(side * patch))
        vision["num_channels"] = .integer(Int64(channels))
        text["vocab_size"] = .integer(Int64(vocabulary))
        text["max_position_embeddings"] = .integer(Int64(context))
        // The end token is the greatest id of a text.
        text["eos_token_id"] = 2
        return [
            "model_type": "clip", "architectures": ["CLIPModel"],
            "projection_dim": .integer(Int64(embedding)), "vision_config": .object(vision),
            "text_config": .object(text),
        ]
    }
}
