internal import Glibc
internal import VigilCore
internal import Weights

/// Turns a checkpoint into a model's folder: `model.safetensors`, the configuration and the
/// tokenizer from beside the checkpoint, and `vigil.json` with the SHA-256 of each.
package struct ModelConversion: Sendable {
    /// Files that are copied from beside the checkpoint where they are.
    package static let companions = [
        "config.json", "open_clip_config.json", "preprocessor_config.json", "tokenizer.json",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
        "merges.txt", "vocab.txt", "spiece.model", "tokenizer.model", "sentence_bert_config.json",
        "1_Pooling/config.json", "prompts.json",
    ]
    /// The file with digests and what is stated of the model.
    package static let factsName = "vigil.json"
    private static let configurationName = "config.json"
    private static let pieceSize = 4 << 20

    /// The checkpoint's path.
    package var source: String
    /// Paths of what follows the checkpoint's first part, in order.
    package var joined: [String] = []
    /// Keys to go down by to the weights; without any, the usual ones are tried.
    package var keys: [String] = []
    /// A prefix to take from the tensors' names.
    package var strip = ""
    package var facts = ModelFacts()
    /// The activation of a CLIP that comes without a configuration; nil: not known.
    package var activation: ClipLayout.Activation?
    /// Files to write by name, where none of the name was copied.
    package var extras: [String: String] = [:]
    /// The folder to write.
    package var destination: String

    /// A conversion of one file into a folder.
    package init(source: String, destination: String) {
        self.source = source
        self.destination = destination
    }

    /// Carries it out. The folder must hold no model yet; what the conversion writes appears file
    /// by file, `vigil.json` last.
    package func run() throws(ConversionError) -> ConversionReport {
        try prepareFolder()
        let (checkpoint, digest) = try read()
        let weightsPath = "\(destination)/\(WeightStore.singleName)"
        try TensorFileWriter(checkpoint).write(to: weightsPath)
        let copied = try copyCompanions()
        let recognized = try writeConfiguration(of: checkpoint)
        let made = try makeFiles(checkpoint)
        let manifest = try ConversionError.catching { () throws(WeightsError) in
            try ModelDirectory(path: destination).manifest()
        }
        guard let weights = manifest.entries.first(where: { $0.name == WeightStore.singleName })
        else { throw .weights(.missingFile(file: SafeText(operatorProvided: weightsPath))) }
        try writeFacts(manifest, checkpoint: checkpoint, digest: digest)
        return ConversionReport(
            format: checkpoint.format, tensors: checkpoint.tensors.count,
            bytes: checkpoint.tensors.reduce(0) { $0 + $1.size }, skipped: checkpoint.skipped,
            copied: copied, made: made,
            needsActivation: !hasConfiguration && ClipLayout.matches(checkpoint.tensors),
            hasRecognizedFamily: recognized, sourceDigest: digest, weightsDigest: weights.digest)
    }

    private func prepareFolder() throws(ConversionError) {
        try ConversionError.catching { () throws(WeightsError) in
            try FileWriter.makeDirectory(destination)
        }
        for name in [WeightStore.singleName, WeightStore.indexName, Self.factsName]
        where access("\(destination)/\(name)", F_OK) == 0 {
            throw .destinationInUse(path: SafeText(operatorProvided: destination))
        }
    }

    /// Opens the checkpoint, joined first where it comes in parts.
    private func read() throws(ConversionError) -> (Checkpoint, Digest) {
        let path = joined.isEmpty ? source : "\(destination)/.joined-\(getpid())"
        let file: FrozenFile
        do throws(WeightsError) {
            defer { if !joined.isEmpty { unlink(path) } }
            if !joined.isEmpty { try join(into: path) }
            file = try FrozenFile(path: path)
        } catch { throw .weights(error) }
        let digest = file.digest()
        return (try Checkpoint(file: file, keys: keys, strip: strip), digest)
    }

    private func join(into path: String) throws(WeightsError) {
        var output = try FileWriter(path: path)
        for part in [source] + joined { try Self.append(part, to: &output) }
        try output.finish()
    }

    private static func append(
        _ path: String, to output: inout FileWriter
    ) throws(WeightsError) {
        let file = try FrozenFile(path: path)
        for start in stride(from: 0, to: file.bytes.count, by: pieceSize) {
            let range = start..<min(start + pieceSize, file.bytes.count)
            try output.write(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
            file.release(range)
        }
    }

    private func copyCompanions() throws(ConversionError) -> [String] {
        let parts = source.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count < 2 ? "." : parts.dropLast().joined(separator: "/")
        var copied: [String] = []
        for name in Self.companions {
            let from = "\(folder)/\(name)"
            let to = "\(destination)/\(name)"
            guard access(from, F_OK) == 0, access(to, F_OK) != 0 else { continue }
            do throws(WeightsError) {
                if let slash = to.lastIndex(of: "/") {
                    try FileWriter.makeDirectory(String(to[..<slash]))
                }
                var output = try FileWriter(path: to)
                try Self.append(from, to: &output)
                try output.finish()
            } catch { throw .weights(error) }
            copied.append(name)
        }
        return copied
    }

    /// Writes the configuration of a CLIP that comes without, and the extras; gives their names.
    private func makeFiles(_ checkpoint: Checkpoint) throws(ConversionError) -> [String] {
        var files = extras
        let isClip = !hasConfiguration && ClipLayout.matches(checkpoint.tensors)
        let stated = isClip && activation == nil ? try openClipActivation() : activation
        if isClip, let activation = stated {
            guard
                let json = ClipLayout.configuration(of: checkpoint.tensors, activation)
            else { throw .badTensor(name: "visual.*", reason: "no CLIP has such shapes") }
            files[Self.configurationName] = JSONWriter.text(json) + "\n"
        }
        var made: [String] = []
        for (name, text) in files.sorted(by: { $0.key < $1.key })
        where access("\(destination)/\(name)", F_OK) != 0 {
            try ConversionError.catching { () throws(WeightsError) in
                try FileWriter.write(text, to: "\(destination)/\(name)")
            }
            made.append(name)
        }
        return made
    }

    private var hasConfiguration: Bool {
        access("\(destination)/\(Self.configurationName)", F_OK) == 0
    }

    /// What OpenCLIP's own configuration says; nil without one.
    private func openClipActivation() throws(ConversionError) -> ClipLayout.Activation? {
        try ConversionError.catching { () throws(WeightsError) in
            let directory = try ModelDirectory(path: destination)
            let name = "open_clip_config.json"
            guard directory.has(name) else { return nil }
            let model = try directory.json(name)["model_cfg"]
            return model?["quick_gelu"]?.boolValue == true ? .quickGelu : .gelu
        }
    }

    /// Writes the configuration of a family that is published without one, unless one stood beside
    /// the checkpoint; says whether it did.
    private func writeConfiguration(of checkpoint: Checkpoint) throws(ConversionError) -> Bool {
        let names = [RecognizedConfiguration.fileName, "open_clip_config.json"]
        guard !names.contains(where: { access("\(destination)/\($0)", F_OK) == 0 }),
            let text = RecognizedConfiguration.text(checkpoint)
        else { return false }
        try ConversionError.catching { () throws(WeightsError) in
            try FileWriter.write(text, to: "\(destination)/\(RecognizedConfiguration.fileName)")
        }
        return true
    }

    private func writeFacts(
        _ manifest: ModelManifest, checkpoint: Checkpoint, digest: Digest
    ) throws(ConversionError) {
        let folder = destination.split(separator: "/").last.map { String($0) }
        var files = JSONObject()
        for entry in manifest.entries { files[entry.name] = .string(entry.digest.hex) }
        var object = JSONObject()
        object["name"] = .string(facts.name ?? folder ?? "model")
        object["validated"] = false
        if let intendedUse = facts.intendedUse { object["intendedUse"] = .string(intendedUse) }
        if let trainedOn = facts.trainedOn { object["trainedOn"] = .string(trainedOn) }
        if let licence = facts.licence { object["licence"] = .string(licence) }
        if let source = facts.source { object["source"] = .string(source) }
        let intended = facts.intendedInput ?? RecognizedConfiguration.intendedInput(checkpoint)
        if let intended { object[IntendedInput.memberName] = intended.json }
        object["convertedFrom"] = [
            "format": .string(checkpoint.format.rawValue), "sha256": .string(digest.hex),
            "size": .integer(Int64(checkpoint.file.bytes.count)),
        ]
        object["files"] = .object(files)
        let text = JSONWriter.text(.object(object)) + "\n"
        try ConversionError.catching { () throws(WeightsError) in
            try FileWriter.write(text, to: "\(destination)/\(Self.factsName)")
        }
    }
}
