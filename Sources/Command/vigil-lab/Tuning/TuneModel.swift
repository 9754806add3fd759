import FoundationModel
import Imaging
import Tensor
import Tuning
import VigilCore

/// The model whose embeddings are learned from: what a head must name of it.
struct TuneModel {
    let base: Digest
    let encoder: any PixelEncoder
    /// The findings that its prompts know, for their names.
    let findings: [String: PromptSet.Finding]

    init(directory: String) throws {
        let loaded = try FoundationModelLoader.load(
            directory: directory, options: ModelOptions(precision: .fp32))
        guard let encoder = loaded.pixels else {
            throw ModelError.noImages(
                family: SafeText(operatorProvided: loaded.identity.family))
        }
        try self.init(encoder, directory: directory)
    }

    init(_ encoder: any PixelEncoder, directory: String) throws {
        guard let digest = encoder.identity.weightsDigest else {
            throw TuningError.nothingToLearn(reason: "the model's weights are no files")
        }
        base = digest
        self.encoder = encoder
        let prompts = try PromptSet.read(modelDirectory: directory)
        findings = Dictionary(prompts.findings.map { ($0.code, $0) }) { first, _ in first }
    }

    /// The digest of how images or volumes become the model's input.
    var preprocessing: Digest { encoder.input.digest }
    /// Columns of an embedding.
    var width: Int { encoder.embeddingWidth }
}
