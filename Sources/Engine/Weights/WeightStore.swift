internal import VigilCore

/// The tensors of a model, from `model.safetensors` or from the shards that
/// `model.safetensors.index.json` names. Safe to use from several threads.
package final class WeightStore: Sendable {
    /// The most shards of a model.
    package static let shardLimit = 1_000
    package static let singleName = "model.safetensors"
    package static let indexName = "model.safetensors.index.json"

    private let shards: [SafetensorsFile]
    private let shardOfTensor: [String: Int]

    /// Opens the weights of a folder.
    package convenience init(directory: ModelDirectory) throws(WeightsError) {
        if directory.has(Self.indexName) {
            let (shards, shardOfTensor) = try Self.openShards(of: directory)
            self.init(shards, shardOfTensor)
        } else {
            try self.init(file: directory.file(Self.singleName))
        }
    }

    /// Takes a single file.
    package convenience init(file: FrozenFile) throws(WeightsError) {
        let file = try SafetensorsFile(file: file)
        self.init(
            [file],
            Dictionary(
                file.header.entries.map { ($0.name, 0) }, uniquingKeysWith: { first, _ in first }))
    }

    private init(_ shards: [SafetensorsFile], _ shardOfTensor: [String: Int]) {
        self.shards = shards
        self.shardOfTensor = shardOfTensor
    }

    /// The files' names within their folder, in order.
    package var fileNames: [String] {
        shards.map { shard in
            shard.file.path.split(separator: "/").last.map { String($0) } ?? ""
        }.sorted()
    }

    /// The free text pairs of the first file.
    package var metadata: [String: String] { shards.first?.header.metadata ?? [:] }

    /// The names of all tensors, in order.
    package var names: [String] { shardOfTensor.keys.sorted() }

    /// A tensor's description, nil when the model does not have it.
    package subscript(name: String) -> TensorEntry? {
        shardOfTensor[name].flatMap { shards[$0].header[name] }
    }

    /// Holds a tensor's description against what the model needs, without reading its elements.
    package func check(_ name: String, shape: [Int]) throws(WeightsError) {
        _ = try entry(name, shape: shape)
    }

    /// Lends a tensor's elements as f32 for the call, checked for shape, type and finite values.
    ///
    /// An f32 tensor at an aligned place is lent from the map itself, others are converted to a
    /// copy. The pages are given back after the call.
    /// - Parameters:
    ///   - name: the tensor's name.
    ///   - shape: the shape that it must have.
    ///   - body: gets the elements, row-major.
    package func withFloats<Result>(
        _ name: String, shape: [Int], _ body: (UnsafeBufferPointer<Float>) -> Result
    ) throws(WeightsError) -> Result {
        let label = SafeText(operatorProvided: name)
        let (index, entry) = try entry(name, shape: shape)
        defer { shards[index].file.release(entry.bytes) }
        return try shards[index].withTensor(entry) { (bytes) throws(WeightsError) in
            try FloatConversion.withFloats(bytes, type: entry.type) {
                (floats) throws(WeightsError) in
                if let index = FloatConversion.firstNotFinite(floats) {
                    throw .notFinite(tensor: label, index: index)
                }
                return body(floats)
            }
        }
    }

    private func entry(
        _ name: String, shape: [Int]
    ) throws(WeightsError) -> (shard: Int, TensorEntry) {
        let label = SafeText(operatorProvided: name)
        guard let index = shardOfTensor[name], let entry = shards[index].header[name] else {
            throw .missingTensor(name: label, expected: TensorEntry.text(of: shape))
        }
        guard entry.shape == shape else {
            throw .wrongShape(
                tensor: label, expected: TensorEntry.text(of: shape),
                found: TensorEntry.text(of: entry.shape))
        }
        guard entry.type.isFloatingPoint else {
            throw .wrongType(tensor: label, found: SafeText(fixedMessage: entry.type.rawValue))
        }
        return (index, entry)
    }

    private static func openShards(
        of directory: ModelDirectory
    ) throws(WeightsError) -> ([SafetensorsFile], [String: Int]) {
        let path = SafeText(operatorProvided: "\(directory.path)/\(indexName)")
        guard let map = try directory.json(indexName)["weight_map"]?.objectValue?.members else {
            throw .badFile(path: path, reason: "it has no object weight_map")
        }
        var shards: [SafetensorsFile] = []
        var indexOfFile: [String: Int] = [:]
        var shardOfTensor: [String: Int] = [:]
        for member in map {
            guard let fileName = member.value.stringValue, !fileName.contains("/") else {
                throw .badFile(path: path, reason: "weight_map holds something but file names")
            }
            let index: Int
            if let known = indexOfFile[fileName] {
                index = known
            } else {
                guard shards.count < shardLimit else {
                    throw .tooLarge(path: path, found: shards.count + 1, limit: shardLimit)
                }
                index = shards.count
                shards.append(try SafetensorsFile(file: directory.file(fileName)))
                indexOfFile[fileName] = index
            }
            guard shards[index].header[member.name] != nil else {
                throw .badTensor(
                    path: path, tensor: SafeText(operatorProvided: member.name),
                    reason: "\(SafeText(operatorProvided: fileName)) does not hold it")
            }
            shardOfTensor[member.name] = index
        }
        return (shards, shardOfTensor)
    }
}
