/// Where a model's tensors are found: one table for each way of naming. A further way of naming is
/// a further value of this type.
package struct WeightNames: Sendable, Hashable {
    /// The tensors of one encoder layer. `{}` in a name stands for the layer's number.
    package struct Layer: Sendable, Hashable {
        /// Prefixes of the LayerNorm before attention, and before the feed-forward half.
        package let norms: [String]
        /// Prefixes of queries, keys and values; one prefix when they are one tensor.
        package let queryKeyValue: [String]
        /// What follows the prefix of queries, keys and values: `.weight` and `.bias`, or others.
        package let queryKeyValueSuffixes: [String]
        /// Prefix of the output of attention.
        package let attentionOutput: String
        /// Prefixes of the two feed-forward matrices; of a gated half, the first has the gate's
        /// rows and then the others'.
        package let feedForward: [String]
        /// Factors on the columns that attention and the feed-forward half add to the residual
        /// stream (LayerScale); empty: none.
        package let scales: [String]

        init(
            norms: [String], queryKeyValue: [String],
            queryKeyValueSuffixes: [String] = [".weight", ".bias"], attentionOutput: String,
            feedForward: [String], scales: [String] = []
        ) {
            self.norms = norms
            self.queryKeyValue = queryKeyValue
            self.queryKeyValueSuffixes = queryKeyValueSuffixes
            self.attentionOutput = attentionOutput
            self.feedForward = feedForward
            self.scales = scales
        }

        /// The same names for one layer.
        package func numbered(_ layer: Int) -> Layer {
            func fill(_ name: String) -> String {
                guard let range = name.utf8.firstRange(of: "{}".utf8) else { return name }
                return "\(name[..<range.lowerBound])\(layer)\(name[range.upperBound...])"
            }
            return Layer(
                norms: norms.map(fill), queryKeyValue: queryKeyValue.map(fill),
                queryKeyValueSuffixes: queryKeyValueSuffixes,
                attentionOutput: fill(attentionOutput), feedForward: feedForward.map(fill),
                scales: scales.map(fill))
        }
    }

    /// Tensor names of the vision tower.
    package let classToken: String
    package let patchEmbedding: String
    package let visionPositions: String
    /// Prefixes of the norms before the first layer, and of the pooled token.
    package let visionNorms: [String]
    package let visionLayer: Layer
    /// Tensor names of the text tower.
    package let tokenEmbedding: String
    package let textPositions: String
    package let textLayer: Layer
    package let textLastNorm: String
    /// Of the vision tower's embedding, and of the text tower's.
    package let projections: [String]
    package let logitScale: String
    /// Whether projections are stored [inputs, outputs] instead of [outputs, inputs].
    package let projectionsAreTransposed: Bool

    /// The names of `transformers`' `CLIPModel`.
    package static let huggingFace = WeightNames(
        classToken: "vision_model.embeddings.class_embedding",
        patchEmbedding: "vision_model.embeddings.patch_embedding.weight",
        visionPositions: "vision_model.embeddings.position_embedding.weight",
        // So spelled there.
        visionNorms: ["vision_model.pre_layrnorm", "vision_model.post_layernorm"],
        visionLayer: huggingFaceLayer("vision_model"),
        tokenEmbedding: "text_model.embeddings.token_embedding.weight",
        textPositions: "text_model.embeddings.position_embedding.weight",
        textLayer: huggingFaceLayer("text_model"),
        textLastNorm: "text_model.final_layer_norm",
        projections: ["visual_projection.weight", "text_projection.weight"],
        logitScale: "logit_scale",
        projectionsAreTransposed: false)

    /// The names of OpenAI's and OpenCLIP's own checkpoints.
    package static let openAI = WeightNames(
        classToken: "visual.class_embedding",
        patchEmbedding: "visual.conv1.weight",
        visionPositions: "visual.positional_embedding",
        visionNorms: ["visual.ln_pre", "visual.ln_post"],
        visionLayer: openAILayer("visual.transformer"),
        tokenEmbedding: "token_embedding.weight",
        textPositions: "positional_embedding",
        textLayer: openAILayer("transformer"),
        textLastNorm: "ln_final",
        projections: ["visual.proj", "text_projection"],
        logitScale: "logit_scale",
        projectionsAreTransposed: true)

    /// The table whose class token the model has, Hugging Face's when none fits, so that the error
    /// names a tensor of that table.
    static func detect(_ has: (String) -> Bool) -> WeightNames {
        has(openAI.classToken) ? openAI : huggingFace
    }

    static func huggingFaceLayer(_ tower: String) -> Layer {
        let layer = "\(tower).encoder.layers.{}"
        return Layer(
            norms: ["\(layer).layer_norm1", "\(layer).layer_norm2"],
            queryKeyValue: ["q", "k", "v"].map { "\(layer).self_attn.\($0)_proj" },
            attentionOutput: "\(layer).self_attn.out_proj",
            feedForward: ["\(layer).mlp.fc1", "\(layer).mlp.fc2"])
    }

    private static func openAILayer(_ tower: String) -> Layer {
        let layer = "\(tower).resblocks.{}"
        return Layer(
            norms: ["\(layer).ln_1", "\(layer).ln_2"],
            queryKeyValue: ["\(layer).attn.in_proj_"],
            queryKeyValueSuffixes: ["weight", "bias"],
            attentionOutput: "\(layer).attn.out_proj",
            feedForward: ["\(layer).mlp.c_fc", "\(layer).mlp.c_proj"])
    }
}
