import Commands
import Evaluation
import Glibc
import Settings
import Training
import Tuning
import VigilCore

extension TuneOptions {
    /// What is learned from.
    struct Inputs {
        let model: String
        let truth: String
        let embeddings: String?
        let images: [String]
        let labels: [String]?
        let siteColumn: String?
        let site: String?

        init(_ arguments: ParsedArguments) throws {
            model = arguments.string("model") ?? ""
            truth = arguments.string("truth") ?? ""
            embeddings = arguments.string("embeddings")
            images = arguments.strings("images")
            labels = arguments.has("label") ? arguments.strings("label") : nil
            siteColumn = arguments.string("site")
            site = arguments.string("for-site")
            if site != nil, siteColumn == nil {
                throw UsageError.optionMissing(command: "vigil tune", option: "site")
            }
        }
    }

    /// Where what was learned goes, and under which name.
    struct Outputs {
        let head: String
        let name: String
        let lora: String
        /// Whether the head is a gate, of which the labels are reasons to say nothing.
        let isGate: Bool
        /// A folder for what does not fit in memory.
        let scratch: String

        init(_ arguments: ParsedArguments) {
            head = arguments.string("out") ?? ""
            let stem = head.split(separator: "/").last?.split(separator: ".").first
            name = arguments.string("name") ?? stem.map { String($0) } ?? "head"
            isGate = arguments.has("gate")
            lora = arguments.string("lora-out") ?? Self.loraPath(head)
            scratch = arguments.string("scratch") ?? Environment.variables["TMPDIR"] ?? "/var/tmp"
        }

        /// `probe.safetensors` gives `probe.lora.safetensors`.
        private static func loraPath(_ out: String) -> String {
            let ending = ".safetensors"
            let stem = out.hasSuffix(ending) ? String(out.dropLast(ending.count)) : out
            return "\(stem).lora\(ending)"
        }
    }

    /// How it is learned.
    struct Fit {
        let method: Method
        let strengths: [Double]
        let isBalanced: Bool
        let patience: Int?
        let shots: Int?
        /// Shares of the patients that are kept apart.
        let validation: Double
        let test: Double
        let seed: UInt64
        let lora: LoraOptions
        let threads: Int?

        init(_ arguments: ParsedArguments) throws {
            method = try arguments.choice("method", of: Method.self) ?? .probe
            strengths = try Self.strengths(arguments.strings("strength"))
            isBalanced = arguments.has("balanced")
            patience = try arguments.integer("patience", in: 1...10_000)
            shots = try arguments.integer("shots", in: 1...1_000_000)
            validation = try arguments.number("validation", in: 0.01...0.49) ?? 0.15
            test = try arguments.number("test", in: 0.01...0.49) ?? 0.15
            seed = UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1)
            threads = try arguments.integer("threads", in: 1...256)
            lora = try Self.lora(arguments, seed: seed, isBalanced: isBalanced)
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

        private static func strengths(_ texts: [String]) throws -> [Double] {
            let numbers = try texts.map { text in
                guard let number = Double(text), (1e-8...1e8).contains(number) else {
                    throw TuneOptions.refused("strength", text, "a number from 1e-8 to 1e8")
                }
                return number
            }
            return numbers.isEmpty ? [1] : numbers
        }
    }

    /// How it is measured.
    struct Scoring {
        let calibration: Calibration.Method
        let rule: OperatingRule
        let replicates: Int

        init(_ arguments: ParsedArguments) throws {
            calibration =
                try arguments.choice("calibration", of: Calibration.Method.self) ?? .platt
            rule = try EvaluateCommand.rules(
                [arguments.string("at") ?? "specificity:0.9"], of: "vigil tune")[0]
            replicates = try arguments.integer("replicates", in: 0...100_000) ?? 1000
        }
    }
}
