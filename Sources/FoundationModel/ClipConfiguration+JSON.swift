package import VigilCore
internal import Tensor

extension ClipConfiguration {
    /// Reads Hugging Face's `config.json` of a CLIP model. Fields that are left out have the values
    /// of `CLIPTextConfig` and `CLIPVisionConfig` (transformers 5.23), which leave out their
    /// defaults when they are written.
    package init(json: JSONValue) throws(ModelError) {
        let root = ConfigurationReader(json, file: "config.json", path: "")
        let family = try root.text("model_type", default: "clip")
        guard family == "clip" else {
            throw .unknownFamily(found: SafeText(operatorProvided: family))
        }
        let vision = try root.object("vision_config")
        let text = try root.object("text_config")
        self.init(
            vision: try Self.vision(vision), text: try Self.text(text),
            embeddingWidth: try root.integer("projection_dim", default: 512, in: 1...65_536))
    }

    private static func vision(
        _ reader: ConfigurationReader
    ) throws(ModelError) -> VisionConfiguration {
        let encoder = try encoder(reader, width: 768, layers: 12, heads: 12, hidden: 3072)
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
        let encoder = try encoder(reader, width: 512, layers: 12, heads: 8, hidden: 2048)
        let size = try reader.integer("vocab_size", default: 49_408, in: 3...10_000_000)
        let end = try reader.integer("eos_token_id", default: 49_407, in: 0...(size - 1))
        return TextConfiguration(
            encoder: encoder, vocabularySize: size,
            contextLength: try reader.integer(
                "max_position_embeddings", default: 77, in: 2...65_536),
            // Configurations before transformers 4.30 say 2 and mean the greatest id.
            end: end == 2 ? .greatest : .first(Int32(end)))
    }

    private static func encoder(
        _ reader: ConfigurationReader, width: Int, layers: Int, heads: Int, hidden: Int
    ) throws(ModelError) -> EncoderConfiguration {
        let width = try reader.integer("hidden_size", default: width, in: 1...16_384)
        let heads = try reader.integer("num_attention_heads", default: heads, in: 1...1024)
        guard width % heads == 0 else {
            throw reader.bad(
                "hidden_size", "\(width) is no multiple of num_attention_heads \(heads)")
        }
        guard width / heads <= Engine.headWidthMax else {
            throw reader.bad(
                "num_attention_heads", "a head of \(width / heads) columns is too wide")
        }
        let epsilon = try reader.number("layer_norm_eps", default: 1e-5, in: 1e-15...1)
        let name = try reader.text("hidden_act", default: "quick_gelu")
        let activation: Activation
        switch name {
        case "quick_gelu": activation = .quickGelu
        case "gelu": activation = .gelu
        case "gelu_pytorch_tanh", "gelu_new": activation = .geluTanh
        default: throw .unknownActivation(found: SafeText(operatorProvided: name))
        }
        return EncoderConfiguration(
            width: width,
            layers: try reader.integer("num_hidden_layers", default: layers, in: 1...512),
            heads: heads,
            hiddenWidth: try reader.integer("intermediate_size", default: hidden, in: 1...131_072),
            activation: activation, epsilon: Float(epsilon))
    }
}

/// Reads typed fields of a JSON configuration and names the field in each error.
struct ConfigurationReader {
    private let value: JSONValue
    private let file: SafeText
    private let path: String

    init(_ value: JSONValue, file: SafeText, path: String) {
        self.value = value
        self.file = file
        self.path = path
    }

    func bad(_ field: String, _ reason: SafeText) -> ModelError {
        .badConfiguration(
            file: file, field: SafeText(operatorProvided: path + field), reason: reason)
    }

    /// A member that is there and not null.
    func member(_ name: String) -> JSONValue? {
        guard let member = value[name], !member.isNull else { return nil }
        return member
    }

    func object(_ name: String) throws(ModelError) -> ConfigurationReader {
        let member = member(name) ?? [:]
        guard member.objectValue != nil else { throw bad(name, "it is no object") }
        return ConfigurationReader(member, file: file, path: "\(path)\(name).")
    }

    func integer(
        _ name: String, default standard: Int, in range: ClosedRange<Int>
    ) throws(ModelError) -> Int {
        guard let member = member(name) else { return standard }
        guard let value = member.intValue, range.contains(value) else {
            throw bad(name, "it is no whole number in \(range.lowerBound)…\(range.upperBound)")
        }
        return value
    }

    func number(
        _ name: String, default standard: Double, in range: ClosedRange<Double>
    ) throws(ModelError) -> Double {
        guard let member = member(name) else { return standard }
        guard let value = member.doubleValue, range.contains(value) else {
            throw bad(name, "it is no number in \(range.lowerBound)…\(range.upperBound)")
        }
        return value
    }

    func text(_ name: String, default standard: String) throws(ModelError) -> String {
        guard let member = member(name) else { return standard }
        guard let text = member.stringValue else { throw bad(name, "it is no text") }
        return text
    }

    func bool(_ name: String, default standard: Bool) throws(ModelError) -> Bool {
        guard let member = member(name) else { return standard }
        guard let value = member.boolValue else { throw bad(name, "it is no truth value") }
        return value
    }
}
