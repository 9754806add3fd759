import Commands
import FoundationModel
import Settings
import VigilCore

/// `vigil model untrained`: writes a small CLIP with random weights, to try the software with.
enum ModelUntrainedCommand: Command {
    /// The sizes by the names that people know.
    private static let sizes: [(name: String, size: UntrainedClip.Size)] = [
        ("tiny", .tiny), ("small", .small), ("vit-b32", .vitB32), ("vit-b16", .vitB16),
    ]

    static var specification: CommandSpecification {
        CommandSpecification(
            name: "model untrained",
            summary: "Write a CLIP directory with seeded random weights: it runs and knows nothing",
            example: "vigil model untrained --size small models/untrained",
            options: [
                OptionSpecification(
                    "size", value: "SIZE", "tiny, small, vit-b32 or vit-b16 (small).",
                    completion: .words(sizes.map(\.name))),
                OptionSpecification("seed", value: "N", "Seed of the weights (1)."),
            ],
            positionals: [
                PositionalSpecification(
                    "DIR", "The directory to write.", completion: .directory)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let name = arguments.string("size") ?? "small"
        let size = sizes.first { $0.name == name }?.size ?? .small
        let seed = try arguments.integer("seed", in: 0...Int.max) ?? 1
        let directory = arguments.positionals.first ?? ""
        try UntrainedClip.write(to: directory, seed: UInt64(seed), size: size)
        Terminal.line(
            "\(directory): untrained CLIP \(name), seed \(seed). Its scores mean nothing.")
        return .ok
    }
}
