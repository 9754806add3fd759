import Evaluation
import Settings
import Tuning
import VigilCore

/// What `vigil tune` was asked to do.
struct TuneOptions {
    /// How a head is made.
    enum Method: String, CaseIterable {
        case probe
        case prototype
    }

    let model: String
    let truth: String
    let embeddings: String
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
    let acuities: [String: Priority]
    let replicates: Int

    init(_ arguments: ParsedArguments) throws {
        model = arguments.string("model") ?? ""
        truth = arguments.string("truth") ?? ""
        embeddings = arguments.string("embeddings") ?? ""
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
        acuities = try Self.acuities(arguments.strings("acuity"))
        replicates = try arguments.integer("replicates", in: 0...100_000) ?? 1000
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

    private static func acuities(_ texts: [String]) throws -> [String: Priority] {
        var out: [String: Priority] = [:]
        for text in texts {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let priority = Priority(rawValue: String(parts[1])) else {
                throw refused("acuity", text, "CODE=stat, urgent, asap or routine")
            }
            out[String(parts[0])] = priority
        }
        return out
    }

    private static func refused(
        _ option: SafeText, _ text: String, _ expected: SafeText
    ) -> UsageError {
        .valueRefused(
            command: "vigil tune", option: option, found: SafeText(operatorProvided: text),
            expected: expected)
    }
}
