internal import VigilCore
internal import Weights

/// Finds the dictionary of the weights in what a pickle holds, and the tensors in it.
struct TensorCollector {
    /// Names under which training programs keep the weights, the likelier first.
    private static let usualKeys = [
        "state_dict", "model_state_dict", "model", "net", "network", "module", "weights", "params",
    ]
    /// The most keys that an error repeats.
    private static let shownKeys = 20

    private let unpickler: Unpickler
    private let storages: [String: StorageBytes]
    private(set) var tensors: [SourceTensor] = []
    /// Values that are no tensors, such as an epoch's number.
    private(set) var skipped = 0
    private var visits = 0
    private var nameBytes = 0

    init(unpickler: Unpickler, storages: [String: StorageBytes]) {
        self.unpickler = unpickler
        self.storages = storages
    }

    /// Collects the tensors of a value.
    /// - Parameters:
    ///   - root: what the pickle holds.
    ///   - keys: keys to go down by, first to last; without any, the usual ones are tried.
    mutating func collect(_ root: PickleValue, keys: [String]) throws(ConversionError) {
        var value = root
        for key in keys {
            guard let next = item(key, of: value) else {
                throw .keyMissing(key: SafeText(named: key), keys: names(of: value))
            }
            value = next
        }
        if keys.isEmpty { value = usualPart(of: root) }
        try visit(value, path: "", depth: 0)
        guard !tensors.isEmpty else { throw .noTensors(keys: names(of: value)) }
    }

    /// The part under a usual key, as long as the value itself holds no tensor.
    private func usualPart(of root: PickleValue) -> PickleValue {
        var value = root
        for _ in 0..<Self.usualKeys.count {
            guard let items = unpickler.items(value),
                !items.contains(where: { isTensor($0.value) })
            else { break }
            let parts = Self.usualKeys.lazy.compactMap { item($0, of: value) }
            guard let part = parts.first(where: { isContainer($0) }) else { break }
            value = part
        }
        return value
    }

    private func isTensor(_ value: PickleValue) -> Bool {
        if case .tensor = unpickler.object(value) { true } else { false }
    }

    private func isContainer(_ value: PickleValue) -> Bool {
        unpickler.items(value) != nil
    }

    /// The last item of a key, which is the one that Python would keep.
    private func item(_ key: String, of value: PickleValue) -> PickleValue? {
        unpickler.items(value)?.last { $0.key == .text(key) }?.value
    }

    private func names(of value: PickleValue) -> SafeText {
        guard let items = unpickler.items(value), !items.isEmpty else { return "none" }
        let names = items.prefix(Self.shownKeys).map { SafeText(named: name($0.key) ?? "?").text }
        let rest = items.count > Self.shownKeys ? ", …" : ""
        return SafeText(operatorProvided: names.joined(separator: ", ") + rest)
    }

    private func name(_ key: PickleValue) -> String? {
        switch key {
        case .text(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    private mutating func visit(
        _ value: PickleValue, path: String, depth: Int
    ) throws(ConversionError) {
        visits += 1
        guard visits <= PickleLimits.visits else {
            throw .overLimit(what: "values", limit: PickleLimits.visits)
        }
        guard depth <= PickleLimits.depth else {
            throw .overLimit(what: "containers within one another", limit: PickleLimits.depth)
        }
        guard path.utf8.count <= PickleLimits.name else {
            throw .overLimit(what: "bytes in a tensor's name", limit: PickleLimits.name)
        }
        let prefix = path.isEmpty ? "" : "\(path)."
        switch unpickler.object(value) {
        case .tensor(let tensor): try add(tensor, name: path.isEmpty ? "tensor" : path)
        case .dictionary:
            for item in unpickler.items(value) ?? [] {
                guard let name = name(item.key) else {
                    skipped += 1
                    continue
                }
                try visit(item.value, path: prefix + name, depth: depth + 1)
            }
        case .list, .tuple:
            for (index, value) in (unpickler.elements(value) ?? []).enumerated() {
                try visit(value, path: prefix + String(index), depth: depth + 1)
            }
        default: skipped += 1
        }
    }

    private mutating func add(_ tensor: PickleTensor, name: String) throws(ConversionError) {
        guard tensors.count < SafetensorsHeader.tensorLimit else {
            throw .overLimit(what: "tensors", limit: SafetensorsHeader.tensorLimit)
        }
        nameBytes += name.utf8.count
        guard nameBytes <= SafetensorsHeader.lengthLimit else {
            throw .overLimit(what: "bytes of names", limit: SafetensorsHeader.lengthLimit)
        }
        let storage = tensor.storage
        let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
        guard let bytes = storage.bytes ?? storages[storage.key], !overflow, bytes.count == size
        else {
            throw .badTensor(
                name: SafeText(named: name),
                reason: "its storage of \(storage.count) elements is not in the file")
        }
        tensors.append(
            try SourceTensor(
                name: name, type: storage.type, shape: tensor.shape, strides: tensor.strides,
                offset: tensor.offset, storage: bytes))
    }
}
