import Commands
import FoundationModel
import Settings
import Tensor
import VigilCore

/// `vigil bench evidence`: what evidence costs beside the inference that it is of, in rounds that
/// take turns.
enum BenchEvidenceCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "bench evidence",
            summary: "Measure what evidence costs beside inference, in rounds that take turns",
            example: "vigil bench evidence --model models/vigil-mini --batch 1 --flagged 2",
            options: [
                CommonOptions.model, CommonOptions.adapter, EngineOptions.batch,
                EngineOptions.threads, EngineOptions.precision, EngineOptions.isa,
                OptionSpecification(
                    "flagged", value: "N",
                    "Findings of each image that are explained, of what the model is asked for (2)."
                ),
                OptionSpecification("rounds", value: "N", "Rounds of each way (60)."),
                CommonOptions.json,
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let directory = arguments.string("model") ?? ""
        var options = try EngineOptions.model(arguments)
        options.adapters = try AdapterSet(
            paths: arguments.strings("adapter"), modelDirectory: directory)
        let classifier = try ImageClassifier.load(directory: directory, options: options)
        let bench = try EvidenceBench(
            classifier, batch: try arguments.integer("batch", in: 1...1024) ?? 1,
            flagged: try arguments.integer("flagged", in: 1...1000) ?? 2)
        let costs = try bench.run(rounds: try arguments.integer("rounds", in: 3...100_000) ?? 60)
        var object = JSONObject()
        for (name, value) in costs { object[name] = .number(value) }
        if arguments.has("json") {
            Terminal.line(JSONWriter.text(.object(object)))
            return .ok
        }
        var table = TextTable([.init("figure"), .init("value", isNumber: true)])
        for (name, value) in costs { table.add([name, value.text(decimals: 4)]) }
        Terminal.out(table.text)
        return .ok
    }
}

/// Runs a batch as it is, with the traces that evidence needs, and with evidence.
private struct EvidenceBench {
    private let explainer: Explainer
    private let readouts: [PreparedReadout]
    private let batch: Int
    private let images: [Float]

    init(_ classifier: ImageClassifier, batch: Int, flagged: Int) throws {
        let explainer = try Explainer(classifier)
        let own =
            (classifier.head?.prompts.findings.map(\.code) ?? [])
            + (classifier.labels?.codes ?? [])
        var all: [(code: String, head: String?)] = own.map { ($0, nil) }
        for head in classifier.heads {
            all += head.labels.map { ($0.code, head.identity.name) }
        }
        readouts = try all.prefix(flagged).map {
            explainer.prepare(try classifier.readout(of: $0.code, adapter: $0.head))
        }
        self.explainer = explainer
        self.batch = batch
        // Any numbers take the same time.
        images = (0..<batch * classifier.model.imagePixels).map { Float($0 % 251) / 251 - 0.5 }
    }

    private enum Way: CaseIterable {
        case plain
        case traced
        case explained
    }

    private func run(_ way: Way) throws {
        let classifier = explainer.classifier
        try images.withUnsafeBufferPointer { images in
            guard way != .plain else {
                _ = try classifier.classify(images: images, count: batch)
                return
            }
            let (embeddings, traces) = try explainer.encode(images, count: batch)
            let results = try embeddings.withUnsafeBufferPointer {
                try classifier.results($0, count: batch)
            }
            guard way == .explained else { return }
            for (trace, result) in zip(traces, results) {
                for readout in readouts {
                    _ = try explainer.evidence(readout, trace, of: result).map.digest
                }
            }
        }
    }

    /// Processor seconds of so many repeats.
    private func time(_ way: Way, repeats: Int) throws -> Double {
        let model = explainer.classifier.model
        let begun = model.processorTime()
        for _ in 0..<repeats { try run(way) }
        return (model.processorTime() - begun) / .seconds(1)
    }

    /// Processor time beside plain inference: for each way the mean over rounds, and the interval
    /// that 95 % of such means lie in.
    func run(rounds: Int) throws -> [(String, Double)] {
        for way in Way.allCases { try run(way) }
        let once = try time(.plain, repeats: 3) / 3
        // A round of a twentieth of a second is long beside the clock's steps.
        let repeats = max(1, Int((0.05 / max(once, 1e-6)).rounded(.up)))
        var ratios: [Way: [Double]] = [:]
        var seconds = 0.0
        for round in 0..<rounds {
            var spent: [Way: Double] = [:]
            // Each way comes first, second and last in turn.
            for place in 0..<Way.allCases.count {
                let way = Way.allCases[(place + round) % Way.allCases.count]
                spent[way] = try time(way, repeats: repeats)
            }
            let plain = spent[.plain] ?? 0
            seconds += plain / Double(repeats * rounds)
            for way in [Way.traced, .explained] {
                ratios[way, default: []].append((spent[way] ?? 0) / max(plain, 1e-9) - 1)
            }
        }
        func figures(_ name: String, _ way: Way) -> [(String, Double)] {
            let all = ratios[way] ?? []
            let mean = all.reduce(0, +) / Double(max(all.count, 1))
            let variance =
                all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(all.count - 1, 1))
            let half = 1.96 * (variance / Double(max(all.count, 1))).squareRoot()
            return [(name, mean), (name + "_low", mean - half), (name + "_high", mean + half)]
        }
        return [("rounds", Double(rounds)), ("plain_seconds", seconds)]
            + figures("without_flagged", .traced) + figures("with_flagged", .explained)
    }
}
