package import VigilCore
internal import Weights

/// The families of models that Vigil runs, found from the folder's own files.
package enum ModelFamily: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// OpenAI's CLIP, OpenCLIP's and Hugging Face's.
    case clip
    /// SigLIP and SigLIP 2 of fixed resolution.
    case siglip
    /// A timm ViT and a BERT in one of OpenCLIP's folders: BiomedCLIP.
    case timmBert = "timm-bert"
    /// DINOv2, with and without registers: RAD-DINO.
    case dinov2
    /// BERT as a sentence encoder: MiniLM.
    case bert
    /// DenseNet on grey images with a classifier: TorchXRayVision.
    case densenet
    /// ResNet-152 inflated to three dimensions: the CT encoders of Astra and Merlin.
    case resnet3d = "i3d-resnet"

    static let configurationName = "config.json"
    static let openClipName = "open_clip_config.json"

    /// `model_type` of `config.json`.
    private static let modelTypes: [(String, ModelFamily)] = [
        ("clip", .clip), ("siglip", .siglip), ("dinov2", .dinov2),
        ("dinov2_with_registers", .dinov2), ("bert", .bert), ("densenet", .densenet),
        ("i3d-resnet", .resnet3d),
    ]

    /// `architectures` of `config.json`, for files that say no `model_type`.
    private static let architectures: [(String, ModelFamily)] = [
        ("CLIPModel", .clip), ("SiglipModel", .siglip), ("Dinov2Model", .dinov2),
        ("Dinov2WithRegistersModel", .dinov2), ("BertModel", .bert),
    ]

    /// The family that a folder says it is of, with the configuration that says so.
    ///
    /// `config.json` goes first; one that says neither `model_type` nor `architectures` is CLIP's.
    /// Folders of OpenCLIP's with a timm tower have `open_clip_config.json` alone.
    static func detect(
        _ directory: ModelDirectory
    ) throws(ModelError) -> (family: ModelFamily, configuration: JSONValue) {
        let hasOpenClip = directory.has(openClipName)
        if hasOpenClip, !directory.has(configurationName) {
            return (.timmBert, try json(directory, openClipName))
        }
        let configuration = try json(directory, configurationName)
        let saysNothing =
            configuration["model_type"] == nil && configuration["architectures"] == nil
        do throws(ModelError) {
            if !(hasOpenClip && saysNothing) { return (try detect(configuration), configuration) }
        } catch {
            guard hasOpenClip else { throw error }
        }
        return (.timmBert, try json(directory, openClipName))
    }

    /// The family that a `config.json` says it is of.
    package static func detect(_ configuration: JSONValue) throws(ModelError) -> ModelFamily {
        let reader = ConfigurationReader(
            configuration, file: SafeText(fixedMessage: configurationName), path: "")
        let (field, table): (String, [(String, ModelFamily)])
        let name: String
        if let architecture = reader.member("architectures")?.arrayValue?.first?.stringValue,
            reader.member("model_type") == nil
        {
            (field, table, name) = ("architectures", architectures, architecture)
        } else {
            (field, table) = ("model_type", modelTypes)
            name = try reader.text(field, default: "clip")
        }
        if let known = table.first(where: { $0.0 == name }) { return known.1 }
        let expected = table.map(\.0).joined(separator: ", ")
        throw .unknownFamily(
            found: SafeText(operatorProvided: name), expected: SafeText(operatorProvided: expected))
    }

    private static func json(
        _ directory: ModelDirectory, _ name: String
    ) throws(ModelError) -> JSONValue {
        try ModelError.catching { () throws(WeightsError) in try directory.json(name) }
    }
}
