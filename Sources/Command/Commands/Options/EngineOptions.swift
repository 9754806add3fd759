package import FoundationModel
package import Settings
import Tensor
import VigilCore

/// Options of commands that run a model without a worker.
package enum EngineOptions {
    /// The arithmetic.
    package static let precision = OptionSpecification(
        "precision", value: "P", "Arithmetic of the matrix products; auto measures (fp32).",
        completion: .words(Precision.allCases.map(\.rawValue)))
    /// The engine's threads.
    package static let threads = OptionSpecification(
        "threads", value: "N", "Threads of the engine (all processors that may be used).")
    /// The instruction set.
    package static let isa = OptionSpecification(
        "isa", value: "SET", "Forces an instruction set, as VIGIL_ISA does.",
        completion: .words(InstructionSet.allCases.map(\.rawValue)))
    /// How much is read or run at a time.
    package static let batch = OptionSpecification(
        "batch", value: "N", "Images or files at a time (8).")
    /// Refuses arithmetic that depends on the processor.
    package static let reproducible = OptionSpecification(
        flag: "reproducible",
        "Only arithmetic that gives the same bits on every processor (fp32 and int8 always do).")

    /// The model's options from the arguments; the packed weights are cached under the user's
    /// cache.
    package static func model(_ arguments: ParsedArguments) throws -> ModelOptions {
        let precision = try arguments.choice("precision", of: Precision.self) ?? .fp32
        let isReproducible = arguments.has("reproducible")
        if isReproducible && (precision == .fp16 || precision == .bf16) {
            throw CommandError.notReproducible(precision)
        }
        let isAuto = precision == .auto && isReproducible
        return ModelOptions(
            precision: isAuto ? .int8 : precision,
            threads: try arguments.integer("threads", in: 1...256),
            instructionSet: try arguments.choice("isa", of: InstructionSet.self),
            cacheDirectory: cacheDirectory)
    }

    /// The models that may be loaded, as the environment says (`VIGIL_MODELS__ALLOW`).
    package static func allowed() throws -> AllowedModels {
        try AllowedModels(
            Settings.load(file: nil, environment: Environment.variables, overrides: [])
                .modelsAllow)
    }

    /// Where workers keep an index of studies, as the environment says; nil: nowhere.
    package static func similarIndex() throws -> String? {
        try Settings.load(file: nil, environment: Environment.variables, overrides: [])
            .similarIndex
    }

    /// `$XDG_CACHE_HOME/vigil` or `~/.cache/vigil`; nil when neither is known.
    package static var cacheDirectory: String? {
        let variables = Environment.variables
        if let base = variables["XDG_CACHE_HOME"], base.hasPrefix("/") { return base + "/vigil" }
        return variables["HOME"].map { $0 + "/.cache/vigil" }
    }
}
