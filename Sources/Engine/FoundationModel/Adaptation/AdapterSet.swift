internal import Glibc
internal import VigilCore
internal import Weights

/// The adapters that a model is loaded with, read and held in memory. LoRA adapters are merged into
/// the weights; heads run on the embeddings, all of them on one pass of the encoder; domains mark
/// images whose embedding lies far from those of the training, and gates say of which images
/// nothing is said.
///
/// The order in which files are named does not matter: adapters stand in the order of their
/// digests, and of a file that is named twice one is kept.
package struct AdapterSet: Sendable {
    /// The folder of a model's folder whose adapters are always loaded.
    package static let folderName = "adapters"
    /// The most adapters of a model.
    package static let countLimit = 256

    /// LoRA adapters.
    package let loras: [LoraAdapter]
    /// Probes and MLPs.
    package let heads: [HeadAdapter]
    /// Domains of training.
    package let domains: [DomainAdapter]
    /// Heads that say of which images nothing is said.
    package let gates: [HeadAdapter]

    /// No adapters.
    package static let none = AdapterSet(loras: [], heads: [], domains: [], gates: [])

    private init(
        loras: [LoraAdapter], heads: [HeadAdapter], domains: [DomainAdapter], gates: [HeadAdapter]
    ) {
        self.loras = loras.sorted { $0.identity.digest.hex < $1.identity.digest.hex }
        self.heads = heads.sorted { $0.identity.digest.hex < $1.identity.digest.hex }
        self.domains = domains.sorted { $0.identity.digest.hex < $1.identity.digest.hex }
        self.gates = gates.sorted { $0.identity.digest.hex < $1.identity.digest.hex }
    }

    /// Reads adapters: safetensors files, or folders as PEFT saves them.
    ///
    /// - Parameters:
    ///   - paths: files and folders that the operator named.
    ///   - directory: a model's folder, whose `adapters` are read as well; nil: none.
    /// - Throws: ``ModelError/badAdapter(file:what:expected:found:)``, or a file's error.
    package init(paths: [String], modelDirectory directory: String? = nil) throws(ModelError) {
        let all = paths + (try directory.map(Self.contents) ?? [])
        guard all.count <= Self.countLimit else {
            throw .badAdapter(
                file: SafeText(operatorProvided: Self.folderName), what: "the number of adapters",
                expected: "at most \(Self.countLimit)", found: "\(all.count)")
        }
        var loras: [LoraAdapter] = []
        var heads: [HeadAdapter] = []
        var domains: [DomainAdapter] = []
        var gates: [HeadAdapter] = []
        var digests: Set<Digest> = []
        var names: Set<String> = []
        for path in all {
            let (tensors, metadata) = try Self.read(path)
            guard digests.insert(tensors.digest).inserted else { continue }
            guard names.insert(metadata.name).inserted else {
                throw .badAdapter(
                    file: tensors.file, what: "metadata name", expected: "one of its own",
                    found: SafeText(operatorProvided: "\(metadata.name), which another has"))
            }
            switch metadata.kind {
            case .lora: loras.append(try LoraAdapter(tensors, metadata))
            case .linearProbe, .mlpHead: heads.append(try HeadAdapter(tensors, metadata))
            case .imageGate: gates.append(try HeadAdapter(tensors, metadata))
            case .trainingDomain, .mahalanobisDomain, .relativeDomain, .neighbourDomain:
                domains.append(try DomainAdapter(tensors, metadata))
            }
        }
        self.init(loras: loras, heads: heads, domains: domains, gates: gates)
    }

    /// All adapters, those that are merged first.
    package var identities: [AdapterIdentity] {
        loras.map(\.identity) + heads.map(\.identity) + domains.map(\.identity)
            + gates.map(\.identity)
    }

    /// Refuses adapters that were made for other weights.
    /// - Parameter base: of the model's weights (``ModelManifest/digest(of:)``).
    func check(base: Digest) throws(ModelError) {
        let all =
            loras.map { ($0.metadata, $0.file) }
            + (heads + gates).map { ($0.metadata, $0.file) }
            + domains.map { ($0.metadata, $0.file) }
        for (metadata, file) in all where metadata.base != base {
            throw .badAdapter(
                file: file, what: "metadata base", expected: "\(base), the model's weights",
                found: "\(metadata.base)")
        }
    }

    private static func read(
        _ path: String
    ) throws(ModelError) -> (AdapterTensors, AdapterMetadata) {
        guard isFolder(path) else {
            let tensors = try AdapterTensors(path: path)
            let stem = lastPart(path).split(separator: ".").first.map { String($0) } ?? "adapter"
            return (
                tensors,
                try AdapterMetadata(tensors.metadata, file: tensors.file, fileName: stem)
            )
        }
        let configuration = "adapter_config.json"
        let directory = try ModelError.catching { () throws(WeightsError) in
            try ModelDirectory(path: path)
        }
        let json = try ModelError.catching { () throws(WeightsError) in
            try directory.json(configuration)
        }
        let weights = "adapter_model.safetensors"
        var tensors = try AdapterTensors(path: "\(path)/\(weights)")
        let metadata = try AdapterMetadata(
            peft: json, file: SafeText(operatorProvided: "\(path)/\(configuration)"),
            folder: lastPart(path))
        let entries = directory.manifest().entries.filter {
            $0.name == configuration || $0.name == weights
        }
        tensors.digest = ModelManifest(entries: entries).digest
        return (tensors, metadata)
    }

    /// The adapters of a model's folder; none where it has no such folder.
    private static func contents(of directory: String) throws(ModelError) -> [String] {
        let path = "\(directory)/\(folderName)"
        guard isFolder(path) else { return [] }
        let names = try ModelError.catching { () throws(WeightsError) in
            try ModelDirectory.names(in: path)
        }
        return names.sorted().map { "\(path)/\($0)" }
            .filter { $0.hasSuffix(".safetensors") || isFolder($0) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map { String($0) } ?? path
    }
}
