package import VigilCore
internal import Weights

/// BERT (Devlin et al. 2018) as transformers 5.23 has it: norms after each half, token types, no
/// mask.
package enum Bert {
    /// The names of `BertModel`.
    package static let names = names(prefix: "", head: HeadNames())

    /// The same names below a prefix.
    package static func names(prefix: String, head: HeadNames) -> TextNames {
        let embeddings = "\(prefix)embeddings"
        let layer = "\(prefix)encoder.layer.{}"
        return TextNames(
            tokens: "\(embeddings).word_embeddings.weight",
            positions: "\(embeddings).position_embeddings.weight",
            types: "\(embeddings).token_type_embeddings.weight",
            firstNorm: "\(embeddings).LayerNorm",
            layer: WeightNames.Layer(
                norms: ["\(layer).attention.output.LayerNorm", "\(layer).output.LayerNorm"],
                queryKeyValue: ["query", "key", "value"].map { "\(layer).attention.self.\($0)" },
                attentionOutput: "\(layer).attention.output.dense",
                feedForward: ["\(layer).intermediate.dense", "\(layer).output.dense"]),
            lastNorm: nil, head: head)
    }

    /// Reads `config.json`. Fields that are left out have the values of `BertConfig`.
    /// - Parameters:
    ///   - contextLength: the longest sequence that the model is used with; nil: that it can.
    ///   - pooling: what becomes of the last layer's tokens.
    package static func configuration(
        _ json: JSONValue, contextLength: Int? = nil, pooling: TextConfiguration.Pooling = .mean
    ) throws(ModelError) -> TextConfiguration {
        let reader = ConfigurationReader(json, file: "config.json", path: "")
        let kind = try reader.text("position_embedding_type", default: "absolute")
        guard kind == "absolute" else {
            throw reader.bad("position_embedding_type", "it is not absolute")
        }
        for name in ["is_decoder", "add_cross_attention"] {
            guard try !reader.bool(name, default: false) else {
                throw reader.bad(name, "it is on, which is not supported")
            }
        }
        let positions = try reader.integer("max_position_embeddings", default: 512, in: 2...65_536)
        return TextConfiguration(
            encoder: try reader.encoder(
                .init(epsilon: 1e-12, activation: "gelu", normPlace: .after)),
            vocabularySize: try reader.integer("vocab_size", default: 30_522, in: 3...10_000_000),
            contextLength: min(positions, contextLength ?? positions), positions: positions,
            tokenTypes: try reader.integer("type_vocab_size", default: 2, in: 1...1024),
            isCausal: false, pooling: pooling)
    }

    /// The longest sequence and the pooling that sentence-transformers' files ask for; without them
    /// the mean over as many tokens as there are positions.
    static func sentenceSettings(
        _ directory: ModelDirectory
    ) throws(ModelError) -> (contextLength: Int?, pooling: TextConfiguration.Pooling) {
        let name = "sentence_bert_config.json"
        let json = try ModelError.catching { () throws(WeightsError) in
            directory.has(name) ? try directory.json(name) : [:]
        }
        let reader = ConfigurationReader(json, file: "sentence_bert_config.json", path: "")
        let length =
            reader.member("max_seq_length") == nil
            ? nil : try reader.integer("max_seq_length", default: 0, in: 2...65_536)
        return (length, try pooling(directory))
    }

    private static func pooling(
        _ directory: ModelDirectory
    ) throws(ModelError) -> TextConfiguration.Pooling {
        let name = "config.json"
        guard let folder = try? ModelDirectory(path: "\(directory.path)/1_Pooling"),
            folder.has(name)
        else { return .mean }
        let json = try ModelError.catching { () throws(WeightsError) in try folder.json(name) }
        let modes = (json.objectValue?.members ?? [])
            .filter { $0.name.hasPrefix("pooling_mode_") && $0.value.boolValue == true }
            .map(\.name)
        switch modes {
        case ["pooling_mode_mean_tokens"]: return .mean
        case ["pooling_mode_cls_token"]: return .first
        default:
            let reader = ConfigurationReader(json, file: "1_Pooling/config.json", path: "")
            throw reader.bad("pooling_mode", "it is neither the mean nor the first token alone")
        }
    }
}
