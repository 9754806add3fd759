internal import Imaging
internal import VigilCore
internal import Weights

/// What the metadata of an adapter's file says, or a PEFT folder's `adapter_config.json`.
struct AdapterMetadata {
    /// The metadata's member that marks an adapter's file, and its value.
    static let schemaName = "vigil.adapter"
    static let schemaVersion = "1"
    /// The most labels of a head, and bytes of their JSON.
    static let labelLimit = 4096

    /// How a head's logits become probabilities.
    enum Output: String, CaseIterable {
        /// Each on its own.
        case sigmoid
        /// Shares of one whole.
        case softmax
    }

    let name: String
    let kind: AdapterIdentity.Kind
    /// The weights that it belongs to (``ModelManifest/digest(of:)``).
    let base: Digest
    /// The preprocessing that it was trained with; nil: not stated.
    var preprocessing: Digest?
    /// The LoRA adapters that must be merged for a head.
    var merged: Set<Digest> = []
    /// Of a head.
    var labels: [AdapterLabel] = []
    var head = (output: Output.sigmoid, activation: HeadActivation?.none)
    /// Of LoRA: what the product is multiplied with is alpha / rank, or alpha / sqrt(rank).
    var lora = (alpha: Double?.none, rank: Int?.none, isRankStabilised: false)
    /// Of a domain: the greatest distance that counts as inside, and which of the nearest
    /// neighbours counts, from 1.
    var domain = (limit: Double?.none, rank: Int?.none)
    var isValidated = false

    private let pairs: [String: String]
    private let file: SafeText

    /// Reads the metadata of a single file.
    init(_ pairs: [String: String], file: SafeText, fileName: String) throws(ModelError) {
        self.pairs = pairs
        self.file = file
        let found = pairs[Self.schemaName]
        guard found == Self.schemaVersion else {
            throw .badAdapter(
                file: file, what: "metadata vigil.adapter", expected: "1",
                found: SafeText(operatorProvided: found ?? "none"))
        }
        guard let kind = AdapterIdentity.Kind(rawValue: pairs["kind"] ?? "") else {
            throw .badAdapter(
                file: file, what: "metadata kind",
                expected: SafeText(fixedMessage: Self.kinds),
                found: SafeText(operatorProvided: pairs["kind"] ?? "none"))
        }
        self.kind = kind
        name = pairs["name"] ?? fileName
        base = try Self.digest(pairs["base"], "metadata base", file)
        guard (1...PromptSet.textLimit).contains(name.utf8.count) else {
            throw bad("name", "a text of at most \(PromptSet.textLimit) bytes")
        }
        if let text = pairs["preprocessing"] {
            preprocessing = try Self.digest(text, "metadata preprocessing", file)
        }
        isValidated = try choice("validated", ["true": true, "false": false]) ?? false
        switch kind {
        case .lora: try readLora()
        case .linearProbe, .mlpHead, .imageGate: try readHead()
        case .trainingDomain, .mahalanobisDomain, .neighbourDomain:
            try readDomain(limits: "a positive number") { $0 > 0 }
        case .relativeDomain: try readDomain(limits: "a number") { $0.isFinite }
        }
    }

    private static let kinds =
        "one of " + AdapterIdentity.Kind.allCases.map(\.rawValue).joined(separator: ", ")

    private mutating func readDomain(
        limits: SafeText, _ isLimit: (Double) -> Bool
    ) throws(ModelError) {
        try readMerged()
        guard let value = pairs["limit"].flatMap({ Double($0) }), value.isFinite, isLimit(value)
        else { throw bad("limit", limits) }
        domain.limit = value
        guard kind == .neighbourDomain else { return }
        domain.rank = pairs["neighbours"].flatMap { Int($0) }
        guard let rank = domain.rank, (1...DomainAdapter.rowLimit).contains(rank) else {
            throw bad("neighbours", "a number from 1 to \(DomainAdapter.rowLimit)")
        }
    }

    private mutating func readMerged() throws(ModelError) {
        for text in (pairs["merged"] ?? "").split(separator: ",") {
            merged.insert(try Self.digest(String(text), "metadata merged", file))
        }
    }

    private mutating func readLora() throws(ModelError) {
        lora.alpha = try number("alpha")
        lora.rank = try number("rank").flatMap { Int(exactly: $0) }
        lora.isRankStabilised = try choice("rslora", ["true": true, "false": false]) ?? false
        guard lora.alpha != nil else { throw bad("alpha", "a number") }
    }

    private mutating func readHead() throws(ModelError) {
        try readMerged()
        head.output =
            try choice("output", ["sigmoid": Output.sigmoid, "softmax": .softmax]) ?? .sigmoid
        head.activation = try choice(
            "activation",
            Dictionary(uniqueKeysWithValues: HeadActivation.allCases.map { ($0.rawValue, $0) }))
        guard (head.activation != nil) == (kind == .mlpHead) else {
            throw bad(
                "activation",
                kind == .mlpHead ? "one of \(HeadActivation.names)" : "none but for an mlp-head")
        }
        let json = try? JSONParser.parse(Array((pairs["labels"] ?? "").utf8), limits: .modelFile)
        let elements = json?.arrayValue ?? []
        labels = elements.compactMap { AdapterLabel(json: $0) }
        guard !labels.isEmpty, labels.count == elements.count, labels.count <= Self.labelLimit,
            Set(labels.map(\.code)).count == labels.count
        else {
            throw .badAdapter(
                file: file, what: "metadata labels",
                expected: "a list of labels with a code each, no code twice",
                found: "\(labels.count) that read of \(elements.count)")
        }
    }

    /// Refuses a head or domain of another width, preprocessing or set of merged adapters.
    func check(_ model: any PixelEncoder, width: Int) throws(ModelError) {
        func refuse(_ what: SafeText, _ expected: SafeText, _ found: SafeText) -> ModelError {
            .badAdapter(file: file, what: what, expected: expected, found: found)
        }
        guard width == model.embeddingWidth else {
            throw refuse(
                "the width of its first matrix", "\(model.embeddingWidth), the model's embedding",
                "\(width)")
        }
        let digest = model.input.digest
        let wanted = preprocessing ?? digest
        guard model.input.fits(wanted) else {
            throw refuse("metadata preprocessing", "\(digest), the model's", "\(wanted)")
        }
        let there = Set(model.identity.adapters.filter { $0.kind == .lora }.map(\.digest))
        guard merged == there else {
            throw refuse(
                "metadata merged", "\(Self.list(there)), the LoRA adapters of the model",
                Self.list(merged))
        }
    }

    private static func list(_ digests: Set<Digest>) -> SafeText {
        let names = digests.map(\.hex).sorted().joined(separator: ",")
        return SafeText(fixedMessage: names.isEmpty ? "none" : names)
    }

    private func number(_ name: String) throws(ModelError) -> Double? {
        guard let text = pairs[name] else { return nil }
        guard let value = Double(text), value.isFinite, value > 0 else {
            throw bad(name, "a positive number")
        }
        return value
    }

    private func choice<Value>(
        _ name: String, _ values: [String: Value]
    ) throws(ModelError) -> Value? {
        guard let text = pairs[name] else { return nil }
        guard let value = values[text] else {
            let names = values.keys.sorted().joined(separator: ", ")
            throw bad(name, "one of \(SafeText(fixedMessage: names))")
        }
        return value
    }

    private func bad(_ name: String, _ expected: SafeText) -> ModelError {
        .badAdapter(
            file: file, what: "metadata \(SafeText(operatorProvided: name))", expected: expected,
            found: SafeText(operatorProvided: String((pairs[name] ?? "none").prefix(80))))
    }

    private static func digest(
        _ text: String?, _ what: SafeText, _ file: SafeText
    ) throws(ModelError) -> Digest {
        guard let text, let digest = Digest(text: text) else {
            throw .badAdapter(
                file: file, what: what, expected: "a SHA-256 of 64 hexadecimal digits",
                found: SafeText(operatorProvided: String((text ?? "none").prefix(80))))
        }
        return digest
    }
}

extension AdapterMetadata {
    /// PEFT's options beyond adding the product of two matrices, scaled alike everywhere.
    private static let unsupported = [
        "alpha_pattern", "rank_pattern", "modules_to_save", "layer_replication",
        "target_parameters", "trainable_token_indices", "alora_invocation_tokens",
        "arrow_config", "kasa_config", "velora_config", "monteclora_config",
    ]

    /// Reads the `adapter_config.json` of a PEFT folder. What changes the product in another way
    /// than alpha / rank is refused.
    init(peft json: JSONValue, file: SafeText, folder: String) throws(ModelError) {
        for name in ["use_dora", "use_qalora", "use_bdlora", "fan_in_fan_out", "lora_bias"]
        where json[name] == true {
            throw .badAdapter(
                file: file, what: SafeText(operatorProvided: name), expected: "false",
                found: "true")
        }
        // Others change the model's own weights at the start of the training.
        let start = json["init_lora_weights"]?.stringValue ?? "gaussian"
        guard ["gaussian", "orthogonal", "eva"].contains(start) else {
            throw .badAdapter(
                file: file, what: "init_lora_weights",
                expected: "true, false, gaussian, orthogonal or eva",
                found: SafeText(operatorProvided: start))
        }
        for (name, standard) in [("peft_type", "LORA"), ("bias", "none")] {
            let found = json[name]?.stringValue ?? standard
            guard found == standard else {
                throw .badAdapter(
                    file: file, what: SafeText(operatorProvided: name),
                    expected: SafeText(fixedMessage: standard),
                    found: SafeText(operatorProvided: found))
            }
        }
        for name in Self.unsupported {
            let value = json[name] ?? .null
            let isEmpty =
                value.isNull || value.objectValue?.count == 0 || value.arrayValue?.isEmpty == true
            guard isEmpty else {
                throw .badAdapter(
                    file: file, what: SafeText(operatorProvided: name), expected: "none",
                    found: "some")
            }
        }
        var pairs = [Self.schemaName: Self.schemaVersion, "kind": "lora"]
        pairs["alpha"] = json["lora_alpha"]?.doubleValue.map { "\($0)" }
        pairs["rank"] = json["r"]?.intValue.map { "\($0)" }
        pairs["rslora"] = json["use_rslora"]?.boolValue.map { "\($0)" }
        for name in ["base", "name", "preprocessing"] {
            pairs[name] = json["vigil"]?[name]?.stringValue
        }
        try self.init(pairs, file: file, fileName: folder)
    }
}
