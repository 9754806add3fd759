package import Imaging
internal import Tensor
package import VigilCore

/// A timm ViT and a BERT in one of OpenCLIP's folders, as BiomedCLIP is published:
/// `open_clip_config.json` names both towers, and their sizes follow from the names.
package enum TimmBert {
    /// The names of OpenCLIP 3.3's `CustomTextCLIP`.
    package static let names = TwoTowerNames(
        vision: VisionNames(
            classToken: "visual.trunk.cls_token", registers: nil,
            patchEmbedding: "visual.trunk.patch_embed.proj.weight",
            patchBias: "visual.trunk.patch_embed.proj.bias",
            positions: "visual.trunk.pos_embed", leadingOnes: 1, firstNorm: nil,
            layer: timmLayer, lastNorm: "visual.trunk.norm", attentionPool: nil,
            head: HeadNames(weights: ["visual.head.proj.weight"])),
        text: Bert.names(
            prefix: "text.transformer.",
            head: HeadNames(weights: ["text.proj.0.weight", "text.proj.2.weight"])),
        logitScale: "logit_scale", logitBias: nil, logitShape: [])

    private static let timmLayer = WeightNames.Layer(
        norms: ["visual.trunk.blocks.{}.norm1", "visual.trunk.blocks.{}.norm2"],
        queryKeyValue: ["visual.trunk.blocks.{}.attn.qkv"],
        attentionOutput: "visual.trunk.blocks.{}.attn.proj",
        feedForward: ["visual.trunk.blocks.{}.mlp.fc1", "visual.trunk.blocks.{}.mlp.fc2"])

    /// The sizes that timm's names stand for.
    private static let trunks: [(name: String, width: Int, layers: Int, heads: Int)] = [
        ("vit_tiny", 192, 12, 3), ("vit_small", 384, 12, 6), ("vit_base", 768, 12, 12),
        ("vit_large", 1024, 24, 16),
    ]

    /// Reads `open_clip_config.json`. The text tower has the sizes of BERT-base, as every published
    /// model of this kind; another one is refused by its tensors' shapes.
    package static func configuration(_ json: JSONValue) throws(ModelError) -> ClipConfiguration {
        let root = ConfigurationReader(json, file: "open_clip_config.json", path: "")
        let model = try root.object("model_cfg")
        let width = try model.integer("embed_dim", default: 512, in: 1...16_384)
        let (vision, text) = (try model.object("vision_cfg"), try model.object("text_cfg"))
        try require(vision, "timm_pool", is: "")
        try require(vision, "timm_proj", is: "linear")
        try require(text, "pooler_type", or: "hf_pooler_type", is: "cls_last_hidden_state_pooler")
        try require(text, "proj", or: "hf_proj_type", is: "mlp")
        let length = try text.integer("context_length", default: 77, in: 2...512)
        let bert = try Bert.configuration([:], contextLength: length, pooling: .first)
        return ClipConfiguration(
            vision: try trunk(vision), visionHead: HeadConfiguration(widths: [width]), text: bert,
            // OpenCLIP takes the mean of both widths between the two matrices.
            textHead: HeadConfiguration(widths: [(bert.encoder.width + width) / 2, width]))
    }

    private static func trunk(
        _ reader: ConfigurationReader
    ) throws(ModelError) -> VisionConfiguration {
        let field = "timm_model_name"
        let parts = try reader.text(field, default: "").split(separator: "_")
        guard parts.count == 4, parts[2].hasPrefix("patch"),
            let trunk = trunks.first(where: { $0.name == "\(parts[0])_\(parts[1])" }),
            let patch = Int(parts[2].dropFirst("patch".count)), (1...64).contains(patch),
            let trained = Int(parts[3]), (patch...4096).contains(trained)
        else {
            throw reader.bad(field, "expected vit_tiny, small, base or large_patchN_SIZE")
        }
        let size = try reader.integer("image_size", default: 224, in: 1...4096)
        guard size == trained, size % patch == 0 else {
            throw reader.bad("image_size", "\(size), where the tower's name says \(trained)")
        }
        return VisionConfiguration(
            encoder: EncoderConfiguration(
                width: trunk.width, layers: trunk.layers, heads: trunk.heads,
                hiddenWidth: 4 * trunk.width, activation: .gelu, epsilon: 1e-6),
            imageSize: size, patchSize: patch, channels: 3)
    }

    private static func require(
        _ reader: ConfigurationReader, _ field: String, or other: String? = nil, is only: String
    ) throws(ModelError) {
        let name = reader.member(field) == nil ? other ?? field : field
        guard try reader.text(name, default: "") == only else {
            throw reader.bad(name, "expected \"\(SafeText(operatorProvided: only))\"")
        }
    }

    /// The preprocessing of `preprocess_cfg`.
    package static func preprocessing(
        _ json: JSONValue, _ vision: VisionConfiguration
    ) throws(ModelError) -> PreprocessingManifest {
        let root = ConfigurationReader(json, file: "open_clip_config.json", path: "")
        return try PreprocessingManifest.openClip(
            root.object("preprocess_cfg"), size: vision.imageSize)
    }
}
