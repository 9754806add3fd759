import FoundationModel
import Weights

/// A small model's weights under OpenAI's names: queries, keys and values in one tensor,
/// projections turned.
enum OpenAITensors {
    static let config = """
        {"projection_dim": 48,
         "vision_config": {"hidden_size": 96, "num_hidden_layers": 3, "num_attention_heads": 3,
          "intermediate_size": 200, "image_size": 40, "patch_size": 8},
         "text_config": {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
          "intermediate_size": 128, "hidden_act": "gelu", "vocab_size": 300,
          "max_position_embeddings": 20, "eos_token_id": 2}}
        """

    static func write(
        _ source: SeededWeights, _ configuration: ClipConfiguration, to path: String
    ) throws {
        let from = ClipTensors.list(configuration, names: .huggingFace)
        let shapes = Dictionary(uniqueKeysWithValues: from.map { ($0.name, $0.shape) })
        func read(_ name: String) -> [Float] {
            (try? source.withFloats(name, shape: shapes[name] ?? []) { Array($0) }) ?? []
        }
        let tensors = ClipTensors.list(configuration, names: .openAI).map { tensor in
            SafetensorsWriter.Tensor(name: tensor.name, shape: tensor.shape) { out in
                let values = values(tensor.name, shape: tensor.shape, read)
                _ = out.update(fromContentsOf: values)
            }
        }
        try SafetensorsWriter.write(tensors, to: path)
    }

    /// The elements that belong under one of OpenAI's names.
    private static func values(
        _ name: String, shape: [Int], _ read: (String) -> [Float]
    ) -> [Float] {
        let plain = [
            "visual.class_embedding": "vision_model.embeddings.class_embedding",
            "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
            "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
            "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
            "positional_embedding": "text_model.embeddings.position_embedding.weight",
            "logit_scale": "logit_scale",
        ]
        let turned = ["visual.proj": "visual_projection", "text_projection": "text_projection"]
        if let same = plain[name] { return read(same) }
        if let other = turned[name] {
            let rows = read(other + ".weight")
            return (0..<rows.count).map { rows[$0 % shape[1] * shape[0] + $0 / shape[1]] }
        }
        var other = name
        for (old, new) in [
            ("visual.transformer.resblocks", "vision_model.encoder.layers"),
            ("transformer.resblocks", "text_model.encoder.layers"),
            ("visual.ln_pre", "vision_model.pre_layrnorm"),
            ("visual.ln_post", "vision_model.post_layernorm"),
            ("ln_final", "text_model.final_layer_norm"), ("ln_1", "layer_norm1"),
            ("ln_2", "layer_norm2"), ("attn.out_proj", "self_attn.out_proj"),
            ("mlp.c_fc", "mlp.fc1"), ("mlp.c_proj", "mlp.fc2"),
        ] {
            other = other.replacing(old, with: new)
        }
        guard let range = other.firstRange(of: "attn.in_proj_") else { return read(other) }
        return ["q", "k", "v"].flatMap { part in
            read(
                "\(other[..<range.lowerBound])self_attn.\(part)_proj.\(other[range.upperBound...])")
        }
    }
}
