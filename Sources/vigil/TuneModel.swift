import FoundationModel
import Imaging
import Tensor
import Tuning
import VigilCore

/// The model whose embeddings are learned from: what a head must name of it.
struct TuneModel {
    let base: Digest
    let preprocessing: Digest
    let width: Int
    /// Names and priorities of the findings that its prompts know.
    let findings: [String: PromptSet.Finding]

    init(directory: String) throws {
        let loaded = try FoundationModelLoader.load(
            directory: directory, options: ModelOptions(precision: .fp32))
        guard let encoder = loaded.images else {
            throw ModelError.noImages(
                family: SafeText(operatorProvided: loaded.identity.family))
        }
        guard let digest = loaded.identity.weightsDigest else {
            throw TuningError.nothingToLearn(reason: "the model's weights are no files")
        }
        base = digest
        preprocessing = encoder.preprocessing.digest
        width = encoder.embeddingWidth
        let prompts = try PromptSet.read(modelDirectory: directory)
        findings = Dictionary(prompts.findings.map { ($0.code, $0) }) { first, _ in first }
    }
}
