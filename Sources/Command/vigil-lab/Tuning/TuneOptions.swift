import Commands
import Evaluation
import FoundationModel
import Settings
import Training
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

    let inputs: Inputs
    let outputs: Outputs
    let fit: Fit
    let scoring: Scoring

    init(_ arguments: ParsedArguments) throws {
        inputs = try Inputs(arguments)
        outputs = Outputs(arguments)
        fit = try Fit(arguments)
        scoring = try Scoring(arguments)
        try check(arguments)
    }

    /// Refuses options that do not belong together, and folders that could not be written to when
    /// all is learned.
    private func check(_ arguments: ParsedArguments) throws {
        try OutputPlaces.check([outputs.head] + (fit.method == .lora ? [outputs.lora] : []))
        if fit.method == .lora, outputs.head == outputs.lora {
            throw Self.refused("lora-out", outputs.lora, "another file than --out")
        }
        if inputs.images.isEmpty, inputs.embeddings == nil {
            guard fit.method != .lora else {
                throw CommandError.needs(option: "method lora", other: "images")
            }
            throw UsageError.optionMissing(
                command: "vigil tune", option: "embeddings or --images")
        }
        if let embeddings = inputs.embeddings, !inputs.images.isEmpty {
            throw Self.refused("embeddings", embeddings, "none beside --images")
        }
        if outputs.isGate, fit.method == .lora {
            throw Self.refused("method", "lora", "probe or prototype with --gate")
        }
        if outputs.isGate, scoring.calibration == .isotonic {
            throw Self.refused("calibration", "isotonic", "one without steps with --gate")
        }
        if let siteColumn = inputs.siteColumn, fit.method == .lora {
            throw Self.refused("site", siteColumn, "none with --method lora")
        }
        for name in Self.loraNames where fit.method != .lora && arguments.has(name.text) {
            throw CommandError.needs(option: name, other: "method lora")
        }
        if fit.method == .lora, inputs.embeddings != nil {
            throw CommandError.needs(option: "method lora", other: "images")
        }
    }

    static func refused(
        _ option: SafeText, _ text: String, _ expected: SafeText
    ) -> UsageError {
        .valueRefused(
            command: "vigil tune", option: option, found: SafeText(operatorProvided: text),
            expected: expected)
    }
}
