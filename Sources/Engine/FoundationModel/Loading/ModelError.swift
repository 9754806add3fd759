package import Tensor
package import Tokenizers
package import VigilCore
package import Weights

/// Why a model was refused or could not run. All but ``tensor(_:)`` of a running model are found
/// while loading.
package enum ModelError: VigilError, Equatable {
    /// A file or tensor of the model.
    case weights(WeightsError)
    /// The tokenizer's files.
    case tokenizer(TokenizersError)
    /// Memory, threads, instruction set.
    case tensor(TensorError)
    /// A field of a configuration file is missing or out of range.
    case badConfiguration(file: SafeText, field: SafeText, reason: SafeText)
    /// The configuration names an activation that is not known.
    case unknownActivation(found: SafeText)
    /// The configuration names a family that is not known.
    case unknownFamily(found: SafeText, expected: SafeText)
    /// The tokenizer does not belong to the text tower.
    case wrongTokenizer(expected: SafeText, found: SafeText)
    /// The model has no text tower, or no tokenizer.
    case noText
    /// An adapter does not read, or was made for another model.
    case badAdapter(file: SafeText, what: SafeText, expected: SafeText, found: SafeText)
    /// The model takes texts alone.
    case noImages(family: SafeText)
    /// Nothing says what the model's embeddings mean: no prompts and no adapter's head.
    case noHead(family: SafeText)
    /// The members of an ensemble do not fit together.
    case badEnsemble(member: SafeText, what: SafeText)
    /// A prompt set does not read.
    case badPrompts(file: SafeText, reason: SafeText)
    /// A prompt set says how urgent a finding is, or from where on it counts.
    case rulesAmongPrompts(file: SafeText, finding: Int, member: SafeText)
    /// The processor or the kernels cannot compute in this precision.
    case unsupportedPrecision(Precision, InstructionSet)
    /// A setting names a precision that there is not.
    case unknownPrecision(found: SafeText)
    /// With this model's weights, a precision does not keep to fp32's embeddings.
    case inaccuratePrecision(Precision, cosine: Double)
    /// The known-answer test: the embedding of the made image or text is not the recorded one.
    case wrongAnswer(side: SafeText, expected: SafeText, found: SafeText)
    /// `models.allow` does not name the model or adapter.
    case notAllowed(name: SafeText, Digest)
    /// `models.allow` names something that is no digest.
    case badAllowedDigest(found: SafeText)
    /// The model's last layers cannot be trained.
    case notTrainable(reason: SafeText)
    /// A finding's score cannot be shared out among the parts of an image.
    case noEvidence(reason: SafeText)
    /// The caller's buffer has another size than the batch asks for.
    case wrongSize(what: SafeText, expected: Int, found: Int)

    package var code: SafeText {
        switch self {
        case .weights(let error): error.code
        case .tokenizer(let error): error.code
        case .tensor(let error): error.code
        case .badConfiguration: "model_bad_configuration"
        case .unknownActivation: "model_unknown_activation"
        case .unknownFamily: "model_unknown_family"
        case .wrongTokenizer: "model_wrong_tokenizer"
        case .noText: "model_no_text"
        case .badAdapter: "model_bad_adapter"
        case .noImages: "no_images"
        case .noHead: "model_no_head"
        case .badEnsemble: "model_bad_ensemble"
        case .badPrompts: "model_bad_prompts"
        case .rulesAmongPrompts: "model_rules_among_prompts"
        case .unsupportedPrecision: "model_unsupported_precision"
        case .unknownPrecision: "model_unknown_precision"
        case .inaccuratePrecision: "model_inaccurate_precision"
        case .wrongAnswer: "model_wrong_answer"
        case .notAllowed: "model_not_allowed"
        case .badAllowedDigest: "models_allow_malformed"
        case .notTrainable: "model_not_trainable"
        case .noEvidence: "model_no_evidence"
        case .wrongSize: "model_wrong_size"
        }
    }

    package var what: SafeText {
        switch self {
        case .weights(let error): error.what
        case .tokenizer(let error): error.what
        case .tensor(let error): error.what
        case .badConfiguration(let file, let field, let reason): "\(file), \(field): \(reason)"
        case .unknownActivation(let found):
            "hidden_act is \(found), expected gelu, quick_gelu or gelu_pytorch_tanh"
        case .unknownFamily(let found, let expected):
            "the model's family is \(found), expected \(expected)"
        case .wrongTokenizer(let expected, let found):
            "the tokenizer does not belong to the model: expected \(expected), found \(found)"
        case .noText: "the model has no text tower or no tokenizer"
        case .badAdapter(let file, let what, let expected, let found):
            "adapter \(file): \(what): expected \(expected), found \(found)"
        case .noImages(let family): "a model of the family \(family) takes no images"
        case .noHead(let family):
            "nothing turns the embeddings of a model of the family \(family) into findings"
        case .badEnsemble(let member, let what):
            "\(member) is no member of the model's ensemble: \(what)"
        case .badPrompts(let file, let reason): "prompt set \(file): \(reason)"
        case .rulesAmongPrompts(let file, let finding, let member):
            """
            prompt set \(file): finding \(finding) has a member \(member), and prompts hold words \
            alone
            """
        case .unsupportedPrecision(let precision, let set):
            "\(set) kernels cannot compute in \(precision)"
        case .unknownPrecision(let found):
            "the precision is \(found), expected fp32, int8, fp16, bf16 or auto"
        case .inaccuratePrecision(let precision, let cosine):
            "\(precision) keeps a cosine of \(cosine) with fp32 on this model, expected 0.999"
        case .wrongAnswer(let side, let expected, let found):
            "the embedding of the made \(side) has SHA-256 \(found), recorded was \(expected)"
        case .notAllowed(let name, let digest):
            "models.allow does not name \(digest), the digest of \(name)"
        case .badAllowedDigest(let found): "models.allow names \(found), which is no digest"
        case .notTrainable(let reason): "the model's last layers cannot be trained: \(reason)"
        case .noEvidence(let reason): "the score cannot be explained: \(reason)"
        case .wrongSize(let what, let expected, let found):
            "\(what) has \(found) elements, expected \(expected)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .weights(let error): error.remedy
        case .tokenizer(let error): error.remedy
        case .tensor(let error): error.remedy
        case .badConfiguration, .unknownActivation, .unknownFamily:
            "Use a folder of a supported model as its authors publish it"
        case .wrongTokenizer: "Copy the tokenizer's files from the model's source"
        case .noText: "Add the tokenizer's files, or give embeddings only"
        case .badAdapter:
            """
            Use an adapter that was made for this model; Deploy/models/README.md describes the \
            file, and 'vigil model inspect' shows the model's digests
            """
        case .noImages:
            """
            Name a model with an image tower, or give it texts with --text; 'vigil model inspect' \
            shows what it takes
            """
        case .noHead:
            "Name a linear probe or MLP with --adapter, or a model with texts and a tokenizer"
        case .badEnsemble: "Name checkpoints of one architecture, with one prompt set"
        case .badPrompts: "Mend the prompt set"
        case .rulesAmongPrompts:
            """
            Take the member out of all findings, make schema vigil.prompts/2, and say what differs \
            from 'vigil triage show' in the file of triage.policy
            """
        case .unsupportedPrecision, .unknownPrecision: "Choose fp32, int8 or auto"
        case .inaccuratePrecision: "Run this model in fp32"
        case .wrongAnswer:
            """
            Restore the model's folder from its source. After a change of the folder on purpose, \
            or of a version whose notes say so, record the answer anew with --record
            """
        case .notAllowed:
            """
            Restore the folder or adapter that was let in; after a change on purpose, check it and \
            put its digest, as 'vigil model inspect' shows it, in models.allow
            """
        case .badAllowedDigest:
            "Name digests of 64 hexadecimal digits, as 'vigil model inspect' shows them"
        case .notTrainable:
            """
            Choose a vision transformer (CLIP, SigLIP, BiomedCLIP, DINOv2) and fewer --blocks, or \
            fit a head on its embeddings with --method probe
            """
        case .noEvidence:
            """
            Choose a model of images (CLIP, SigLIP, BiomedCLIP, DINOv2, DenseNet, or several of \
            them together) and a finding that its prompts, labels or a linear probe know, as \
            'vigil infer' shows them
            """
        case .wrongSize: "Report this as a bug"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .weights(let error): error.disposition
        case .tokenizer(let error): error.disposition
        case .tensor(let error): error.disposition
        case .noText, .noHead: .shutDown(.noInput)
        case .unsupportedPrecision, .unknownPrecision, .notAllowed, .badAllowedDigest:
            .shutDown(.config)
        case .noImages, .notTrainable, .noEvidence: .shutDown(.usage)
        case .wrongSize: .shutDown(.software)
        default: .shutDown(.dataError)
        }
    }

    /// Runs a body that throws a weights error.
    static func catching<Result>(
        _ body: () throws(WeightsError) -> Result
    ) throws(ModelError) -> Result {
        do throws(WeightsError) { return try body() } catch { throw .weights(error) }
    }

    /// Runs a body that throws a tensor error.
    package static func running<Result>(
        _ body: () throws(TensorError) -> Result
    ) throws(ModelError) -> Result {
        do throws(TensorError) { return try body() } catch { throw .tensor(error) }
    }
}
