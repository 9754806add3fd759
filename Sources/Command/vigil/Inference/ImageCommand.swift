import Commands
import FoundationModel
import Imaging
import Settings
import VigilCore
import Weights

/// `vigil image`: what a model will see of a file, and why.
enum ImageCommand: Command {
    private static let views = ["decoded", "input"]

    static var specification: CommandSpecification {
        CommandSpecification(
            name: "image", summary: "Write what a model will see of a file, with facts and flags",
            example: "vigil image --model models/vigil-mini --as input --png seen.png chest.dcm",
            options: [
                OptionSpecification(
                    "frame", value: "N", "The frame, counted from 0; 0 unless given."),
                OptionSpecification(
                    "as", value: "VIEW",
                    "'decoded', the grey that the file's own labels give, or 'input', that as a "
                        + "model's preprocessing cuts and resizes it.",
                    completion: .words(views)),
                OptionSpecification(
                    "model", value: "DIR",
                    "The model whose preprocessing is used; without one the shorter side becomes "
                        + "224 pixels and the middle is cut out.", completion: .directory),
                OptionSpecification(
                    "png", value: "OUT", "The image as an 8-bit grey PNG.", completion: .file),
                CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification("FILE", "DICOM, PNG or JPEG.", completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let file = arguments.positionals.first ?? ""
        let frame = try arguments.integer("frame", in: 0...Int(Int32.max)) ?? 0
        let showsInput = arguments.string("as") == "input"
        if arguments.has("model"), !showsInput {
            throw CommandError.needs(option: "model", other: "as input")
        }
        let manifest = try manifest(arguments)
        let instance: DecodedInstance
        do throws(ImagingError) {
            let decoders = try FileDecoders.pool()
            let input = try InputRoots.openTrusted(
                path: file, maximumBytes: DecodeLimits().maximumBytes)
            instance = try decoders.decode(input)
        } catch {
            guard arguments.has("json"), case .deadLetter = error.disposition else { throw error }
            Terminal.line(
                JSONWriter.text(["file": .string(file), "error": InferenceSession.json(error)]))
            return .dataError
        }
        guard frame < instance.frames.count else {
            throw VigilCommandError.noFrame(frame, of: instance.frames.count)
        }
        let shown =
            showsInput
            ? Preprocessor(manifest).resized(instance.frames[frame]) : instance.frames[frame]
        if let path = arguments.string("png") {
            var writer = try FileWriter(path: path)
            try writer.write(GreyPNG.bytes(of: shown))
            try writer.finish(isDurable: false)
        }
        let facts = ImageFacts(
            file: file, instance: instance, frame: frame, shown: shown,
            manifest: manifest, showsInput: showsInput)
        Terminal.out(arguments.has("json") ? facts.json : facts.text)
        return .ok
    }

    /// The model's preprocessing, or a plain one.
    private static func manifest(_ arguments: ParsedArguments) throws -> PreprocessingManifest {
        let model = try arguments.string("model").map {
            try FoundationModelLoader.load(directory: $0)
        }
        let input = model.map { $0.pixels?.input } ?? Self.plain.map { .image($0) }
        guard case .image(let manifest)? = input else { throw VigilCommandError.takesNoImages }
        return manifest
    }

    /// The sizes of most models, and grey values from 0 to 1.
    private static let plain = PreprocessingManifest(
        resize: .shortestEdge(224), width: 224, height: 224, mean: [0], deviation: [1],
        channels: .single)
}
