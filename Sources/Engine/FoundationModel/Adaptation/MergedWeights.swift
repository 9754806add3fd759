internal import VigilCore
internal import Weights

/// A model's weights with the additions of LoRA adapters: the encoder sees merged tensors, and runs
/// as fast as without.
///
/// Each sum is taken in double precision, adapter after adapter in the order of their digests, and
/// rounded once.
struct MergedWeights: WeightSource {
    private let base: WeightStore
    private let additions: [String: [LoraAdapter.Addition]]

    /// - Throws: ``ModelError/badAdapter(file:what:expected:found:)`` for a module that the model
    ///   does not have, or has in another shape.
    init(_ base: WeightStore, _ adapters: [LoraAdapter]) throws(ModelError) {
        self.base = base
        var additions: [String: [LoraAdapter.Addition]] = [:]
        for adapter in adapters {
            for (module, addition) in adapter.additions.sorted(by: { $0.key < $1.key }) {
                let label = SafeText(operatorProvided: module)
                guard let name = LoraAdapter.tensorName(of: module, in: base) else {
                    throw .badAdapter(
                        file: adapter.file, what: "module \(label)",
                        expected: "a matrix of the model", found: "no tensor \(label).weight")
                }
                let shape = base[name]?.shape ?? []
                guard shape == addition.shape else {
                    throw .badAdapter(
                        file: adapter.file, what: "the shape of module \(label)",
                        expected: TensorEntry.text(of: shape),
                        found: TensorEntry.text(of: addition.shape))
                }
                additions[name, default: []].append(addition)
            }
        }
        self.additions = additions
    }

    func has(_ name: String) -> Bool { base.has(name) }

    func withFloats<Result>(
        _ name: String, shape: [Int], _ body: (UnsafeBufferPointer<Float>) -> Result
    ) throws(WeightsError) -> Result {
        guard let additions = additions[name] else {
            return try base.withFloats(name, shape: shape, body)
        }
        let sum = try base.withFloats(name, shape: shape) { floats in
            Self.sum(floats, additions)
        }
        if let index = sum.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(tensor: SafeText(operatorProvided: name), index: index)
        }
        return sum.withUnsafeBufferPointer(body)
    }

    private static func sum(
        _ floats: UnsafeBufferPointer<Float>, _ additions: [LoraAdapter.Addition]
    ) -> [Float] {
        let columns = additions.first?.shape[1] ?? 1
        var out = [Float](repeating: 0, count: floats.count)
        var row = [Double](repeating: 0, count: columns)
        for index in 0..<floats.count / columns {
            let from = index * columns
            for column in 0..<columns { row[column] = Double(floats[from + column]) }
            for addition in additions {
                addition.add(row: index, to: &row)
            }
            for column in 0..<columns { out[from + column] = Float(row[column]) }
        }
        return out
    }
}

extension LoraAdapter.Addition {
    /// Adds one row of the product.
    fileprivate func add(row index: Int, to row: inout [Double]) {
        let rank = down.shape[0]
        row.withUnsafeMutableBufferPointer { row in
            down.elements.withUnsafeBufferPointer { down in
                for place in 0..<rank {
                    let factor = scale * Double(up.elements[index * rank + place])
                    let from = place * row.count
                    for column in 0..<row.count {
                        row[column] += factor * Double(down[from + column])
                    }
                }
            }
        }
    }
}
