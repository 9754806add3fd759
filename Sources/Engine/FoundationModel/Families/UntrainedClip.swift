internal import Tensor
internal import Tokenizers
internal import VigilCore
internal import Weights

/// Writes a complete CLIP folder with seeded random weights: it runs and has no idea of images. For
/// trying Vigil out before a model is at hand; everything that it says is marked untrained.
package enum UntrainedClip {
    /// The sizes on offer.
    package enum Size: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// For tests: 64 wide, 2 layers, 32 pixels.
        case tiny
        /// For the quick start: 256 wide, 6 layers, patches of 32 of 224 pixels.
        case small
        /// The sizes of OpenAI's ViT-B/32, but for the vocabulary.
        case vitB32
        /// The sizes of OpenAI's ViT-B/16, but for the vocabulary.
        case vitB16

        /// The configuration with room for the untrained vocabulary.
        package var configuration: ClipConfiguration {
            switch self {
            case .tiny: UntrainedClip.configuration(width: 64, layers: 2, image: 32, patch: 8)
            case .small: UntrainedClip.configuration(width: 256, layers: 6, image: 224, patch: 32)
            case .vitB32: UntrainedClip.base(patch: 32)
            case .vitB16: UntrainedClip.base(patch: 16)
            }
        }
    }

    /// What the folder says of itself.
    package static let intendedUse =
        "Trying out and testing the software only. The weights are random: no score means "
        + "anything. Not for any clinical use."

    /// Writes the folder; the same arguments give the same bytes.
    /// - Parameters:
    ///   - path: the folder, made where it is not there.
    ///   - seed: any number.
    ///   - size: which sizes.
    package static func write(
        to path: String, seed: UInt64 = 1, size: Size = .small
    ) throws(ModelError) {
        let configuration = size.configuration
        try ModelError.catching { () throws(WeightsError) in
            try FileWriter.makeDirectory(path)
            let vocabulary = UntrainedVocabulary.make()
            var files = [
                "config.json": JSONWriter.text(json(configuration)) + "\n",
                "preprocessor_config.json": JSONWriter.text(preprocessing(configuration)) + "\n",
                "tokenizer_config.json": JSONWriter.text(tokenizerJSON(configuration)) + "\n",
                "vocab.json": vocabulary.vocabularyText,
                "merges.txt": vocabulary.mergesText,
                PromptSet.fileName: JSONWriter.text(PromptSet.chestXRay.json) + "\n",
            ]
            let weights = SeededWeights(seed: seed, configuration: configuration)
            let tensors = ClipTensors.list(configuration, names: .huggingFace).map { tensor in
                SafetensorsWriter.Tensor(name: tensor.name, shape: tensor.shape) {
                    weights.fill(tensor, into: $0)
                }
            }
            let weightsPath = "\(path)/\(WeightStore.singleName)"
            try SafetensorsWriter.write(tensors, metadata: ["format": "pt"], to: weightsPath)
            files[ModelIdentity.fileName] =
                JSONWriter.text(
                    card(
                        size: size, seed: seed, files: files,
                        weights: try FrozenFile(path: weightsPath).digest())) + "\n"
            for (name, text) in files.sorted(by: { $0.key < $1.key }) {
                try FileWriter.write(text, to: "\(path)/\(name)")
            }
        }
    }

    private static func configuration(
        width: Int, layers: Int, image: Int, patch: Int
    ) -> ClipConfiguration {
        let encoder = EncoderConfiguration(
            width: width, layers: layers, heads: width / 32, hiddenWidth: 4 * width,
            activation: .quickGelu, epsilon: 1e-5)
        return ClipConfiguration(
            vision: VisionConfiguration(
                encoder: encoder, imageSize: image, patchSize: patch, channels: 3),
            text: text(encoder), embeddingWidth: width)
    }

    private static func base(patch: Int) -> ClipConfiguration {
        func encoder(_ width: Int) -> EncoderConfiguration {
            EncoderConfiguration(
                width: width, layers: 12, heads: width / 64, hiddenWidth: 4 * width,
                activation: .quickGelu, epsilon: 1e-5)
        }
        return ClipConfiguration(
            vision: VisionConfiguration(
                encoder: encoder(768), imageSize: 224, patchSize: patch, channels: 3),
            text: text(encoder(512)), embeddingWidth: 512)
    }

    /// The embedding has a row for each token there is: a tower with more is refused at load.
    private static func text(_ encoder: EncoderConfiguration) -> TextConfiguration {
        TextConfiguration(
            encoder: encoder, vocabularySize: UntrainedVocabulary.size, contextLength: 77,
            end: .first(Int32(UntrainedVocabulary.size - 1)))
    }
}

extension UntrainedClip {
    private static func json(_ configuration: ClipConfiguration) -> JSONValue {
        func encoder(_ encoder: EncoderConfiguration, _ type: String) -> JSONObject {
            var json = JSONObject()
            json["model_type"] = .string(type)
            json["hidden_size"] = .integer(Int64(encoder.width))
            json["intermediate_size"] = .integer(Int64(encoder.hiddenWidth))
            json["num_hidden_layers"] = .integer(Int64(encoder.layers))
            json["num_attention_heads"] = .integer(Int64(encoder.heads))
            json["hidden_act"] = "quick_gelu"
            json["layer_norm_eps"] = .number(Double("\(encoder.epsilon)") ?? 1e-5)
            json["projection_dim"] = .integer(Int64(configuration.embeddingWidth))
            return json
        }
        var vision = encoder(configuration.vision.encoder, "clip_vision_model")
        vision["image_size"] = .integer(Int64(configuration.vision.imageSize))
        vision["patch_size"] = .integer(Int64(configuration.vision.patchSize))
        vision["num_channels"] = .integer(Int64(configuration.vision.channels))
        var text = encoder(configuration.text.encoder, "clip_text_model")
        let end = Int64(UntrainedVocabulary.size - 1)
        text["vocab_size"] = .integer(Int64(configuration.text.vocabularySize))
        text["max_position_embeddings"] = .integer(Int64(configuration.text.contextLength))
        text["bos_token_id"] = .integer(end - 1)
        text["eos_token_id"] = .integer(end)
        text["pad_token_id"] = .integer(end)
        return [
            "model_type": "clip", "architectures": ["CLIPModel"], "torch_dtype": "float32",
            "projection_dim": .integer(Int64(configuration.embeddingWidth)),
            "logit_scale_init_value": 2.6592, "vision_config": .object(vision),
            "text_config": .object(text),
        ]
    }

    private static func preprocessing(_ configuration: ClipConfiguration) -> JSONValue {
        let size = JSONValue.integer(Int64(configuration.vision.imageSize))
        return [
            "image_processor_type": "CLIPImageProcessor", "do_convert_rgb": true,
            "do_resize": true, "size": ["shortest_edge": size], "resample": 3,
            "do_center_crop": true, "crop_size": ["height": size, "width": size],
            "do_rescale": true, "rescale_factor": .number(1.0 / 255.0), "do_normalize": true,
            "image_mean": [0.48145466, 0.4578275, 0.40821073],
            "image_std": [0.26862954, 0.26130258, 0.27577711],
        ]
    }

    private static func tokenizerJSON(_ configuration: ClipConfiguration) -> JSONValue {
        [
            "tokenizer_class": "CLIPTokenizer", "bos_token": "<|startoftext|>",
            "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>",
            "model_max_length": .integer(Int64(configuration.text.contextLength)),
        ]
    }

    private static func card(
        size: Size, seed: UInt64, files: [String: String], weights: Digest
    ) -> JSONValue {
        var digests = JSONObject()
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            digests[name] = .string(Digest(of: text.utf8).hex)
        }
        digests[WeightStore.singleName] = .string(weights.hex)
        return [
            "schema": "vigil.model/1", "name": .string("untrained-clip-\(size.rawValue)"),
            "validated": false, "trainedOn": nil, "intendedUse": .string(intendedUse),
            "licence": "Apache-2.0", "seed": .string("\(seed)"), "files": .object(digests),
        ]
    }
}
