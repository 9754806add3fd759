internal import Tensor
internal import VigilCore

/// A linear probe or MLP as it stands in its file.
///
/// Tensors: `weight` [labels, width] and `bias` [labels] of a probe; `layers.N.weight`
/// [outputs, inputs] and `layers.N.bias` [outputs] of an MLP, N from 0. Biases may be left out.
package struct HeadAdapter: Sendable {
    /// The most matrices of an MLP.
    static let layerLimit = 16

    struct Layer: Sendable {
        let weight: AdapterTensor
        let bias: AdapterTensor?
    }

    /// What it is.
    package let identity: AdapterIdentity
    /// One for each row of the last matrix.
    package let labels: [AdapterLabel]
    let metadata: AdapterMetadata
    let layers: [Layer]
    let file: SafeText

    /// Columns of the embedding that it takes.
    var width: Int { layers.first?.weight.shape.last ?? 0 }

    init(_ tensors: AdapterTensors, _ metadata: AdapterMetadata) throws(ModelError) {
        var tensors = tensors
        identity = AdapterIdentity(
            name: metadata.name, kind: metadata.kind, digest: tensors.digest,
            isValidated: metadata.isValidated)
        labels = metadata.labels
        self.metadata = metadata
        file = tensors.file
        let prefixes: [String]
        if metadata.kind == .mlpHead {
            let count = (0..<Self.layerLimit).prefix {
                tensors.tensors["layers.\($0).weight"] != nil
            }.count
            prefixes = (0..<max(count, 1)).map { "layers.\($0)." }
        } else {
            prefixes = [""]
        }
        var layers: [Layer] = []
        var inputs: Int?
        for (index, prefix) in prefixes.enumerated() {
            let isLast = index == prefixes.count - 1
            let weight = try tensors.take(
                "\(prefix)weight", shape: [isLast ? metadata.labels.count : nil, inputs])
            let outputs = weight.shape[0]
            let hasBias = tensors.tensors["\(prefix)bias"] != nil
            let bias = hasBias ? try tensors.take("\(prefix)bias", shape: [outputs]) : nil
            layers.append(Layer(weight: weight, bias: bias))
            inputs = outputs
        }
        try tensors.checkIsEmpty()
        self.layers = layers
    }
}
