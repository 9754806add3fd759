internal import VigilCore
package import Weights

/// The tensors of a file that another program wrote, and the file itself.
package struct Checkpoint: Sendable {
    /// How the file is laid out.
    package enum Format: String, Sendable, Hashable, CaseIterable, SafeToLog {
        case torchZip = "torch-zip"
        case torchLegacy = "torch-legacy"
        case pickle
        case onnx
    }

    /// The most bytes that a file's tensors may take for each byte of the file: views of one
    /// storage may overlap, and a few bytes must not fill a disk.
    static let expansionLimit = 4
    /// What a small file may take nevertheless.
    private static let expansionFloor = 64 << 20

    /// How the file was found to be laid out.
    package let format: Format
    /// The tensors as they stand in the file, their names without the stripped prefix.
    package let tensors: [SourceTensor]
    /// Values beside the tensors that are left out.
    package let skipped: Int
    /// The file; the tensors' elements are in it.
    let file: FrozenFile

    /// Reads a file's description of its tensors, not their elements.
    /// - Parameters:
    ///   - file: the file.
    ///   - keys: keys of nested dictionaries to go down by; without any the usual ones are tried.
    ///   - strip: a prefix to take from the tensors' names, such as `module.`.
    package init(
        file: FrozenFile, keys: [String] = [], strip: String = ""
    ) throws(ConversionError) {
        let bytes = file.bytes
        self.file = file
        format = try Self.format(bytes)
        var tensors: [SourceTensor]
        switch format {
        case .torchZip:
            let content = try ZipCheckpoint(bytes)
            (tensors, skipped) = try Self.collect(
                content.root, content.unpickler, content.storages, keys)
        case .torchLegacy:
            let content = try LegacyCheckpoint(
                FormatReader(bytes, format: "torch file of the old format"))
            (tensors, skipped) = try Self.collect(
                content.root, content.unpickler, content.storages, keys)
        case .pickle:
            var unpickler = Unpickler(FormatReader(bytes, format: "pickle"))
            let root = try unpickler.run()
            (tensors, skipped) = try Self.collect(root, unpickler, [:], keys)
        case .onnx:
            tensors = try OnnxModel(bytes).tensors
            skipped = 0
            guard !tensors.isEmpty else { throw .noTensors(keys: "none") }
        }
        if !strip.isEmpty {
            for index in tensors.indices where tensors[index].name.hasPrefix(strip) {
                tensors[index].name.removeFirst(strip.count)
            }
        }
        self.tensors = tensors
        try Self.check(tensors, fileSize: bytes.count)
    }

    private static func format(_ bytes: UnsafeRawBufferPointer) throws(ConversionError) -> Format {
        if ZipArchive.matches(bytes) { return .torchZip }
        if LegacyCheckpoint.matches(bytes) { return .torchLegacy }
        if OnnxModel.matches(bytes) { return .onnx }
        let textual: [UInt8] = [0x28, 0x7D, 0x5D, 0x63]  // ( } ] c: protocols 0 and 1
        if let first = bytes.first, first == 0x80 || textual.contains(first) { return .pickle }
        throw .unsupported(
            what: "a file that is no torch file, pickle or ONNX model (safetensors needs none)")
    }

    private static func collect(
        _ root: PickleValue, _ unpickler: Unpickler, _ storages: [String: StorageBytes],
        _ keys: [String]
    ) throws(ConversionError) -> ([SourceTensor], Int) {
        var collector = TensorCollector(unpickler: unpickler, storages: storages)
        try collector.collect(root, keys: keys)
        return (collector.tensors, collector.skipped)
    }

    private static func check(_ tensors: [SourceTensor], fileSize: Int) throws(ConversionError) {
        let limit = max(fileSize * expansionLimit, expansionFloor)
        var total = 0
        var names: Set<String> = []
        for tensor in tensors {
            guard !tensor.name.isEmpty, tensor.name != "__metadata__",
                names.insert(tensor.name).inserted
            else {
                throw .badTensor(
                    name: SafeText(named: tensor.name), reason: "its name stands twice or is empty")
            }
            guard tensor.size <= limit - total else {
                throw .overLimit(what: "bytes of tensors", limit: limit)
            }
            total += tensor.size
        }
    }
}
