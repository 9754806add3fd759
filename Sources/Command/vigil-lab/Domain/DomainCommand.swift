import Commands
import Settings
import Tuning
import VigilCore
import Weights

/// `vigil domain`: learns which images are of the training's kind, and writes it as an adapter.
enum DomainCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "domain",
            summary: "Learn where a model's embeddings of ordinary images lie, by the distance "
                + "that best tells others from them, and write it as an adapter",
            example: "vigil domain --model models/encoder --inside films.jsonl "
                + "--outside turned.jsonl --outside knees.jsonl --out domain.safetensors",
            options: [
                CommonOptions.model,
                OptionSpecification(
                    "inside", value: "FILE",
                    "Lines of 'vigil infer --embedding --json' of images as those of the "
                        + "training that had no part in it; every second one is held out.",
                    isRequired: true, completion: .file),
                OptionSpecification(
                    "outside", value: "FILE",
                    "The same of images of another kind, a file a kind, which choose the "
                        + "distance; without any the first is taken.", isRepeated: true,
                    completion: .file),
                OptionSpecification(
                    "truth", value: "FILE", "CSV or JSON lines that tell classes apart.",
                    completion: .file),
                OptionSpecification(
                    "class", value: "COLUMN",
                    "The column of --truth whose values are the classes (one class)."),
                OptionSpecification(
                    "shrinkage", value: "SHARE",
                    "Of covariances: none, ledoit-wolf or a share; of several the best is taken "
                        + "(ledoit-wolf, 0.01, 0.001, 0.0001 and 0.00001).", isRepeated: true),
                OptionSpecification(
                    "neighbour", value: "K", "Which of the nearest neighbours counts (5)."),
                OptionSpecification(
                    "rows", value: "N", "Embeddings to be near to, at most 4096 (512)."),
                OptionSpecification(
                    "share", value: "SHARE",
                    "Of the held-out images inside, how many lie beyond the limit (0.01)."),
                OptionSpecification(
                    "out", value: "FILE", "The safetensors file to write.", isRequired: true,
                    completion: .file),
                OptionSpecification("name", value: "NAME", "The adapter's name (the file's)."),
                OptionSpecification(
                    "distances", value: "FILE",
                    "All distances of held-out and other images as JSON lines, in double "
                        + "precision.", completion: .file),
                CommonOptions.json,
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let options = try DomainOptions(arguments)
        let model = try TuneModel(directory: options.model)
        let inside = try DomainData(path: options.inside, width: model.width)
        guard inside.rows.count > 1 else {
            throw TuningError.nothingToLearn(reason: "--inside has no two embeddings")
        }
        let outside = try options.outside.map { try DomainData(path: $0, width: model.width) }
        let session = DomainSession(options: options, inside: inside, outside: outside)
        let trials = try session.trials()
        guard
            let best = trials.indices.min(by: {
                (-trials[$0].separation, $0) < (-trials[$1].separation, $1)
            })
        else { throw TuningError.nothingToLearn(reason: "no distance was asked for") }
        let chosen = trials[best]
        let limit = try session.limit(of: chosen)
        let record = record(options, trials, films: inside.rows.count)
        let digest = try DomainFile(
            name: options.name, base: model.base, preprocessing: model.preprocessing,
            merged: inside.merged ?? [], candidate: chosen.candidate, limit: limit, record: record
        ).write(to: options.out)
        if let path = options.distances { try write(trials, to: path) }
        if arguments.has("json") {
            var object = JSONObject()
            object["file"] = .string(options.out)
            object["digest"] = .string(digest.hex)
            object["kind"] = .string(chosen.candidate.kind)
            object["limit"] = .number(limit)
            object["fit"] = record
            Terminal.line(JSONWriter.text(.object(object)))
        } else {
            Terminal.line("\(options.out): \(digest)")
            Terminal.out(table(trials, chosen: best).text)
        }
        return .ok
    }

    private static func table(_ trials: [DomainSession.Trial], chosen: Int) -> TextTable {
        var table = TextTable([
            .init("distance"), .init("shrinkage"), .init("mean area"), .init("least"),
            .init("chosen"),
        ])
        for (place, trial) in trials.enumerated() {
            table.add([
                trial.candidate.kind, trial.shrinkage.map { $0.text(decimals: 6) } ?? "none",
                trial.separation.text(decimals: 4),
                (trial.separations.min() ?? .nan).text(decimals: 4),
                place == chosen ? "yes" : "",
            ])
        }
        return table
    }

    /// How the distance was chosen: it goes into the file and to machines.
    private static func record(
        _ options: DomainOptions, _ trials: [DomainSession.Trial], films: Int
    ) -> JSONValue {
        [
            "images": .integer(Int64(films)), "share": .number(options.share),
            "class": options.classColumn.map { .string($0) } ?? .null,
            "trials": .array(
                trials.map { trial in
                    [
                        "kind": .string(trial.candidate.kind),
                        "shrinkage": trial.shrinkage.map { .number($0) } ?? .null,
                        "separations": .array(trial.separations.map { .number($0) }),
                    ]
                }),
        ]
    }

    private static func write(_ trials: [DomainSession.Trial], to path: String) throws {
        var writer = try FileWriter(path: path)
        for trial in trials {
            let line: JSONValue = [
                "kind": .string(trial.candidate.kind),
                "shrinkage": trial.shrinkage.map { .number($0) } ?? .null,
                "inside": .array(trial.inside.map { .number($0) }),
                "outside": .array(trial.outside.map { .array($0.map { .number($0) }) }),
            ]
            try writer.write(Array((JSONWriter.text(line) + "\n").utf8))
        }
        try writer.finish(isDurable: false)
    }
}
