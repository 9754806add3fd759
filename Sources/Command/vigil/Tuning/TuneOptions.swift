import Evaluation
import FoundationModel
import Glibc
import Settings
import Tuning
import VigilCore

/// What `vigil tune` was asked to do.
struct TuneOptions {
    /// How a head is made.
    enum Method: String, CaseIterable {
        case probe
        case prototype
        case lora
    }

    /// Options that LoRA alone has.
    static let loraNames: [SafeText] = [
        "rank", "alpha", "blocks", "rate", "epochs", "step-images", "lora-out", "scratch",
    ]

    let model: String
    let truth: String
    let embeddings: String?
    let images: [String]
    let out: String
    let name: String
    let labels: [String]?
    let method: Method
    let strengths: [Double]
    let isBalanced: Bool
    let siteColumn: String?
    let site: String?
    let patience: Int?
    let shots: Int?
    let validation: Double
    let test: Double
    let seed: UInt64
    let calibration: Calibration.Method
    let rule: OperatingRule
    let replicates: Int
    let lora: LoraOptions
    let loraOut: String
    let scratch: String
    let threads: Int?

    init(_ arguments: ParsedArguments) throws {
        model = arguments.string("model") ?? ""
        truth = arguments.string("truth") ?? ""
        embeddings = arguments.string("embeddings")
        images = arguments.strings("images")
        out = arguments.string("out") ?? ""
        let stem = out.split(separator: "/").last?.split(separator: ".").first
        name = arguments.string("name") ?? stem.map { String($0) } ?? "head"
        labels = arguments.has("label") ? arguments.strings("label") : nil
        method = try arguments.choice("method", of: Method.self) ?? .probe
        strengths = try Self.strengths(arguments.strings("strength"))
        isBalanced = arguments.has("balanced")
        siteColumn = arguments.string("site")
        site = arguments.string("for-site")
        if site != nil, siteColumn == nil {
            throw UsageError.optionMissing(command: "vigil tune", option: "site")
        }
        patience = try arguments.integer("patience", in: 1...10_000)
        shots = try arguments.integer("shots", in: 1...1_000_000)
        validation = try arguments.number("validation", in: 0.01...0.49) ?? 0.15
        test = try arguments.number("test", in: 0.01...0.49) ?? 0.15
        seed = UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1)
        calibration =
            try arguments.choice("calibration", of: Calibration.Method.self) ?? .platt
        rule = try EvaluateCommand.rules(
            [arguments.string("at") ?? "specificity:0.9"], of: "vigil tune")[0]
        replicates = try arguments.integer("replicates", in: 0...100_000) ?? 1000
        threads = try arguments.integer("threads", in: 1...256)
        loraOut = arguments.string("lora-out") ?? Self.loraPath(out)
        scratch = arguments.string("scratch") ?? Environment.variables["TMPDIR"] ?? "/var/tmp"
        lora = try Self.lora(arguments, seed: seed, isBalanced: isBalanced)
        try check(arguments)
    }

    /// `probe.safetensors` gives `probe.lora.safetensors`.
    private static func loraPath(_ out: String) -> String {
        let ending = ".safetensors"
        let stem = out.hasSuffix(ending) ? String(out.dropLast(ending.count)) : out
        return "\(stem).lora\(ending)"
    }

    private static func lora(
        _ arguments: ParsedArguments, seed: UInt64, isBalanced: Bool
    ) throws -> LoraOptions {
        var options = LoraOptions()
        options.rank = try arguments.integer("rank", in: 1...256) ?? options.rank
        options.alpha = try arguments.number("alpha", in: 0.01...10_000) ?? options.alpha
        options.blocks = try arguments.integer("blocks", in: 1...1000) ?? options.blocks
        options.rate = try arguments.number("rate", in: 1e-8...1) ?? options.rate
        options.epochs = try arguments.integer("epochs", in: 1...10_000) ?? options.epochs
        options.batch = try arguments.integer("step-images", in: 1...65_536) ?? options.batch
        options.patience = try arguments.integer("patience", in: 1...10_000) ?? options.patience
        options.seed = seed
        options.isBalanced = isBalanced
        return options
    }

    /// Refuses options that do not belong together, and folders that could not be written to when
    /// all is learned.
    private func check(_ arguments: ParsedArguments) throws {
        for path in method == .lora ? [out, loraOut] : [out] {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            let folder = parts.isEmpty ? "." : parts.joined(separator: "/") + "/"
            guard access(folder, W_OK) == 0 else {
                throw CommandError.cannotWrite(path: SafeText(operatorProvided: path))
            }
        }
        if method == .lora, out == loraOut {
            throw Self.refused("lora-out", loraOut, "another file than --out")
        }
        if images.isEmpty, embeddings == nil {
            guard method != .lora else {
                throw CommandError.needs(option: "method lora", other: "images")
            }
            throw UsageError.optionMissing(
                command: "vigil tune", option: "embeddings or --images")
        }
        if let embeddings, !images.isEmpty {
            throw Self.refused("embeddings", embeddings, "none beside --images")
        }
        if let siteColumn, method == .lora {
            throw Self.refused("site", siteColumn, "none with --method lora")
        }
        for name in Self.loraNames where method != .lora && arguments.has(name.text) {
            throw CommandError.needs(option: name, other: "method lora")
        }
        if method == .lora, embeddings != nil {
            throw CommandError.needs(option: "method lora", other: "images")
        }
    }

    private static func strengths(_ texts: [String]) throws -> [Double] {
        let numbers = try texts.map { text in
            guard let number = Double(text), (1e-8...1e8).contains(number) else {
                throw refused("strength", text, "a number from 1e-8 to 1e8")
            }
            return number
        }
        return numbers.isEmpty ? [1] : numbers
    }

    private static func refused(
        _ option: SafeText, _ text: String, _ expected: SafeText
    ) -> UsageError {
        .valueRefused(
            command: "vigil tune", option: option, found: SafeText(operatorProvided: text),
            expected: expected)
    }
}
