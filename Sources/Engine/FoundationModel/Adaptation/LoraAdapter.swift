internal import VigilCore
internal import Weights

/// Low-rank additions to the matrices of an encoder (Hu et al. 2021), under PEFT's names:
/// `base_model.model.MODULE.lora_A.weight` [rank, inputs] and `.lora_B.weight` [outputs, rank],
/// where `MODULE.weight` or `MODULE_weight`, [outputs, inputs], is the model's tensor.
package struct LoraAdapter: Sendable {
    /// The largest rank.
    static let rankLimit = 4096

    /// What is added to one tensor: scale * up * down.
    struct Addition: Sendable {
        let down: AdapterTensor
        let up: AdapterTensor
        let scale: Double

        /// Rows and columns of the sum.
        var shape: [Int] { [up.shape[0], down.shape[1]] }
    }

    /// What it is.
    package let identity: AdapterIdentity
    let metadata: AdapterMetadata
    let file: SafeText
    /// By the module's name, without `base_model.model.` in front.
    let additions: [String: Addition]

    init(_ tensors: AdapterTensors, _ metadata: AdapterMetadata) throws(ModelError) {
        var tensors = tensors
        identity = AdapterIdentity(
            name: metadata.name, kind: .lora, digest: tensors.digest,
            isValidated: metadata.isValidated)
        self.metadata = metadata
        file = tensors.file
        var additions: [String: Addition] = [:]
        for name in tensors.tensors.keys.sorted() {
            guard let (module, middle) = Self.split(name) else { continue }
            let down = try tensors.take(name, shape: [metadata.lora.rank, nil])
            let rank = down.shape[0]
            guard rank <= Self.rankLimit else {
                throw .badAdapter(
                    file: file, what: "the rank of \(SafeText(operatorProvided: module))",
                    expected: "at most \(Self.rankLimit)", found: "\(rank)")
            }
            let up = try tensors.take("\(middle.stem).lora_B\(middle.rest)", shape: [nil, rank])
            let divisor =
                metadata.lora.isRankStabilised ? Double(rank).squareRoot() : Double(rank)
            additions[module] = Addition(
                down: down, up: up, scale: (metadata.lora.alpha ?? 0) / divisor)
        }
        try tensors.checkIsEmpty()
        guard !additions.isEmpty else {
            throw .badAdapter(
                file: file, what: "tensors", expected: "pairs of lora_A and lora_B",
                found: "none")
        }
        self.additions = additions
    }

    /// The module of a `lora_A` tensor, and the name's parts around `.lora_A`.
    private static func split(
        _ name: String
    ) -> (module: String, parts: (stem: Substring, rest: Substring))? {
        guard let range = name.firstRange(of: ".lora_A") else { return nil }
        let (stem, rest) = (name[..<range.lowerBound], name[range.upperBound...])
        // Some tools save the adapter's name in between.
        guard rest == ".weight" || rest == ".default.weight" else { return nil }
        let prefix = "base_model.model."
        return (String(stem.hasPrefix(prefix) ? stem.dropFirst(prefix.count) : stem), (stem, rest))
    }

    /// The model's tensor that a module's matrix is, under the names of files and of
    /// transformers 5.
    static func tensorName(of module: String, in weights: WeightStore) -> String? {
        let renamed = [
            (".attention.q_proj", ".attention.attention.query"),
            (".attention.k_proj", ".attention.attention.key"),
            (".attention.v_proj", ".attention.attention.value"),
            (".attention.o_proj", ".attention.output.dense"),
        ]
        var names = [module]
        for (new, old) in renamed where module.hasSuffix(new) {
            names.append(module.dropLast(new.count) + old)
        }
        return names.flatMap { name in tensorSuffixes.map { name + $0 } }
            .first { weights[$0] != nil }
    }

    /// What follows a module's name in its tensor's: `in_proj_weight` is that of `in_proj`.
    package static let tensorSuffixes = [".weight", "_weight"]
}
