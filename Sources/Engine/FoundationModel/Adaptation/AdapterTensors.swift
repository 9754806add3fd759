internal import VigilCore
internal import Weights

/// A matrix or vector of an adapter, held in memory: adapters are small.
struct AdapterTensor: Sendable {
    let shape: [Int]
    let elements: [Float]
}

/// The tensors of an adapter's file, checked as a model's are.
struct AdapterTensors {
    /// The largest file of an adapter: 1 GiB.
    static let sizeLimit = 1 << 30

    let file: SafeText
    var digest: Digest
    let metadata: [String: String]
    private(set) var tensors: [String: AdapterTensor] = [:]

    /// Reads a whole safetensors file.
    init(path: String) throws(ModelError) {
        file = SafeText(operatorProvided: path)
        let frozen = try ModelError.catching { () throws(WeightsError) in
            try FrozenFile(path: path, sizeLimit: Self.sizeLimit)
        }
        let store = try ModelError.catching { () throws(WeightsError) in
            try WeightStore(file: frozen)
        }
        digest = frozen.digest()
        metadata = store.metadata
        for name in store.names {
            let shape = store[name]?.shape ?? []
            let elements = try ModelError.catching { () throws(WeightsError) in
                try store.withFloats(name, shape: shape) { Array($0) }
            }
            tensors[name] = AdapterTensor(shape: shape, elements: elements)
        }
    }

    /// Takes a tensor out; the shape's nil sizes may be any number from 1 on.
    mutating func take(
        _ name: String, shape expected: [Int?]
    ) throws(ModelError) -> AdapterTensor {
        guard let tensor = tensors.removeValue(forKey: name) else {
            throw .badAdapter(
                file: file, what: "tensor \(SafeText(operatorProvided: name))",
                expected: Self.text(expected), found: "none")
        }
        let fits =
            tensor.shape.count == expected.count
            && zip(tensor.shape, expected).allSatisfy { $0 > 0 && $0 == $1 ?? $0 }
        guard fits else {
            throw .badAdapter(
                file: file, what: "the shape of tensor \(SafeText(operatorProvided: name))",
                expected: Self.text(expected), found: TensorEntry.text(of: tensor.shape))
        }
        return tensor
    }

    /// Refuses a file that holds more than was taken.
    func checkIsEmpty() throws(ModelError) {
        guard let name = tensors.keys.min() else { return }
        throw .badAdapter(
            file: file, what: "tensors", expected: "those of its kind alone",
            found: SafeText(operatorProvided: name))
    }

    private static func text(_ shape: [Int?]) -> SafeText {
        let sizes = shape.map { $0.map { String($0) } ?? "any" }.joined(separator: ", ")
        return SafeText(fixedMessage: "[\(sizes)]")
    }
}
