import Glibc
import MutationKit
import VigilCore
import Weights

/// Changed weights: opened as a model's are, and every tensor that the header tells of is read.
struct SafetensorsTarget: FuzzTarget {
    private let seeds: [[UInt8]]
    private let path: String

    init(folder: String) throws {
        path = "\(folder)/model.safetensors"
        let mini = Files.checkout + "/Deploy/models/vigil-mini"
        let vectors = Files.checkout + "/Tests/GoldenTests/Vectors/adapters"
        let small =
            try Files.list(vectors, ".safetensors") + [
                "\(mini)/adapters/vigil-mini-probe.safetensors"
            ]
        seeds = try small.map { try Files.read($0) } + [Self.cut(of: mini, in: folder)]
    }

    /// The model's file with its small tensors alone.
    private static func cut(of model: String, in folder: String) throws -> [UInt8] {
        let store = try WeightStore(directory: ModelDirectory(path: model))
        var tensors: [SafetensorsWriter.Tensor] = []
        for name in store.names {
            guard let shape = store[name]?.shape, shape.reduce(1, *) <= 512, tensors.count < 24
            else { continue }
            let floats = try store.withFloats(name, shape: shape) { Array($0) }
            tensors.append(
                SafetensorsWriter.Tensor(name: name, shape: shape) { out in
                    for index in out.indices { out[index] = floats[index] }
                })
        }
        let path = "\(folder)/cut.safetensors"
        try SafetensorsWriter.write(tensors, metadata: store.metadata, to: path)
        return try Files.read(path)
    }

    private static let pieces: [[UInt8]] = [
        "\"dtype\"", "\"F16\"", "\"BF16\"", "\"F64\"", "\"U8\"", "\"BOOL\"", "\"data_offsets\"",
        "[0,0]", "[0,8]", "[]", "[-1]", "[18446744073709551615]", "[4611686018427387904,4]",
        "__metadata__", "{", "}", "\"", "\\u0000", "1e9", "9223372036854775807", ",\"a\":{}",
    ].map { Array($0.utf8) }

    func input(_ random: inout SplitMix64) -> FuzzInput {
        let seed = random.below(seeds.count)
        var bytes = seeds[seed]
        // The header is where the damage tells; its length stands in the first eight bytes.
        let head = 8 + bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        for _ in 0...random.below(4) {
            switch random.below(8) {
            case 0, 1, 2: ByteMutation.changeHead(&bytes, of: head, &random)
            case 3, 4:
                var text = Array(bytes[8..<min(head, bytes.count)])
                ByteMutation.splice(&text, Self.pieces, &random)
                bytes.replaceSubrange(8..<min(head, bytes.count), with: text)
                // Half of them with a length that fits, so that what follows it is reached.
                if random.below(2) == 0 {
                    for place in 0..<8 {
                        bytes[place] = UInt8(truncatingIfNeeded: text.count >> (8 * place))
                    }
                }
            case 5 where random.below(4) == 0: ByteMutation.cut(&bytes, &random)
            default: ByteMutation.change(&bytes, &random)
            }
            guard bytes.count > head else { break }
        }
        return FuzzInput(seed: seed, parts: [.init(name: "model.safetensors", bytes: bytes)])
    }

    func read(_ input: FuzzInput) throws -> Bool {
        // A new file each time: a map of the last one may still be open.
        unlink(path)
        try Files.write(path, input.parts[0].bytes)
        do {
            let store = try WeightStore(file: FrozenFile(path: path))
            for name in store.names {
                guard let shape = store[name]?.shape else { throw Breach("\(name) is not there") }
                // Numbers that are not finite, or no numbers, are refused one by one.
                let sum = try? store.withFloats(name, shape: shape) { $0.reduce(0, +) }
                guard sum?.isSignalingNaN != true else { throw Breach("\(name) is not a number") }
            }
            return true
        } catch let error as WeightsError {
            guard !error.what.text.isEmpty, !error.remedy.text.isEmpty else {
                throw Breach("an error says nothing")
            }
            return false
        }
    }
}
