internal import Weights

/// The classes and functions that a pickle may name; none of them is run, each stands for a few
/// lines of this module.
enum PickleGlobal: Sendable, Hashable {
    case orderedDictionary
    case rebuildTensor
    case rebuildTensorV2
    case rebuildParameter
    case storage(TensorType)
    case size
    case device
    case torchType
    case loadFromBytes
    case arrayReconstruct
    case array
    case arrayFromBuffer
    case arrayType
    case arrayScalar
    case encode

    /// The global of a module and a name, nil when it is not on the list.
    init?(module: String, name: String) {
        guard let found = Self.find(module, name) else { return nil }
        self = found
    }

    private static func find(_ module: String, _ name: String) -> PickleGlobal? {
        if module == "torch" {
            if let type = storages[name] { return .storage(type) }
            return torchTypes.contains(name) ? .torchType : others["torch.\(name)"]
        }
        let numpy = ["numpy.core.", "numpy._core."].first { module.hasPrefix($0) }
        if let numpy { return others["numpy.core.\(module.dropFirst(numpy.count)).\(name)"] }
        return others["\(module).\(name)"]
    }

    private static let storages: [String: TensorType] = [
        "DoubleStorage": .f64, "FloatStorage": .f32, "HalfStorage": .f16, "BFloat16Storage": .bf16,
        "LongStorage": .i64, "IntStorage": .i32, "ShortStorage": .i16, "CharStorage": .i8,
        "ByteStorage": .u8, "BoolStorage": .bool,
    ]

    private static let torchTypes: Set<String> = [
        "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8",
        "bool",
    ]

    private static let others: [String: PickleGlobal] = [
        "collections.OrderedDict": .orderedDictionary,
        "torch._utils._rebuild_tensor": .rebuildTensor,
        "torch._utils._rebuild_tensor_v2": .rebuildTensorV2,
        "torch._utils._rebuild_parameter": .rebuildParameter,
        "torch.storage._load_from_bytes": .loadFromBytes,
        "torch.Size": .size,
        "torch.device": .device,
        "numpy.core.multiarray._reconstruct": .arrayReconstruct,
        "numpy.core.multiarray.scalar": .arrayScalar,
        "numpy.core.numeric._frombuffer": .arrayFromBuffer,
        "numpy.ndarray": .array,
        "numpy.dtype": .arrayType,
        "_codecs.encode": .encode,
    ]

    /// The element type of a numpy dtype such as `f4`, nil for one that is not read.
    static func elementType(_ name: String) -> TensorType? {
        let types: [String: TensorType] = [
            "f8": .f64, "f4": .f32, "f2": .f16, "i8": .i64, "i4": .i32, "i2": .i16, "i1": .i8,
            "u1": .u8, "b1": .bool,
        ]
        return types[name]
    }
}
