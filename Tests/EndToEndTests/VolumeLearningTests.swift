import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite(
        "Learning from CT volumes", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct VolumeLearningTests {
        private func json(_ run: CommandRun) throws -> JSONValue {
            try JSONParser.parse(Array((run.output.first ?? "").utf8), limits: .modelFile)
        }

        /// Series of five slices that are dense on their left or on their right, two of each
        /// patient, each in a folder with its study's name; and the truth of it.
        private func series(
            _ count: Int, in folder: String
        ) throws -> (folders: [String], isRight: [Bool], truth: String) {
            var generator = SplitMix64(seed: 29)
            var (folders, sides, truth) = ([String](), [Bool](), ["study,patient,effusion"])
            for index in 0..<count {
                let (study, isRight) = ("2.25.\(100 + index)", generator.below(2) == 1)
                let place = "\(folder)/\(study)"
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true)
                for slice in 0..<5 {
                    let made = MadeVolume.slice(slice, study: study, series: study + ".1") {
                        Int16(generator.below(200) + (($0 % 16 >= 8) == isRight ? 900 : 100))
                    }
                    try Data(made.file).write(to: URL(fileURLWithPath: "\(place)/\(slice).dcm"))
                }
                folders.append(place)
                sides.append(isRight)
                truth.append("\(study),p\(index / 2),\(isRight ? 1 : 0)")
            }
            let path = folder + "/truth.csv"
            try Data(truth.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
            return (folders, sides, path)
        }

        @Test("a probe is fitted on embeddings of series, and scores series in infer and a worker")
        func probe() throws {
            let model = try MadeVolume.model(hasProbe: false)
            let scene = try Scene(anyBroker, model: model)
            let (folders, isRight, truth) = try series(80, in: scene.folder)
            let embedded = try CommandRun(
                ["infer", "--model", model, "--embedding", "--json"] + folders)
            #expect(embedded.code == 0, "\(embedded.error)")
            #expect(embedded.output.count == 80)
            let lines = scene.folder + "/run.jsonl"
            try Data(embedded.output.joined(separator: "\n").utf8)
                .write(to: URL(fileURLWithPath: lines))
            let head = scene.folder + "/site.safetensors"
            let tune = ["tune", "--model", model, "--truth", truth, "--out", head, "--json"]
            let tuned = try CommandRun(tune + ["--embeddings", lines, "--replicates", "50"])
            #expect(tuned.code == 0, "\(tuned.error)")
            let record = try json(tuned)
            #expect(record["studies"]?["skipped"]?.intValue == 0)
            let area = record["test"]?.arrayValue?.first?["auroc"]?["value"]?.doubleValue
            #expect(try #require(area) > 0.9)

            let inferred = try CommandRun(
                ["infer", "--model", model, "--adapter", head, "--json"] + folders.prefix(20))
            let scores = try inferred.output.map { line in
                let json = try JSONParser.parse(Array(line.utf8))
                return try #require(json["heads"]?["site"]?["effusion"]?.doubleValue)
            }
            for side in [true, false] { #expect(isRight.prefix(20).contains(side)) }
            let right = zip(scores, isRight).filter { $0.1 }.map(\.0)
            let left = zip(scores, isRight).filter { !$0.1 }.map(\.0)
            // The areas above are of patients that had no part in fitting; these had.
            #expect(right.reduce(0, +) / Double(right.count) > 0.7, "\(right)")
            #expect(left.reduce(0, +) / Double(left.count) < 0.3, "\(left)")
            try worker(scene, head: head, folder: folders[0], score: scores[0])
        }

        /// The worker's finding has the score that the command gave.
        private func worker(
            _ scene: Scene, head: String, folder: String, score: Double
        ) throws {
            let audit = try scene.audit()
            let worker = try scene.startWorker(settings: ["model.adapters=\(head)"])
            try scene.send([
                StudyMessage("a", files: (0..<5).map { "\(folder)/\($0).dcm" }, study: "2.25.100")
            ])
            try audit.await(1, within: .seconds(120), worker: worker)
            try worker.stop()
            let result = try #require(try audit.finding("a").findings.first)
            #expect(result.code == "effusion" && result.head == "site")
            #expect(result.probability == Float(score))
        }

        @Test("slices of one series in two folders are refused, and named one by one they are read")
        func folders() throws {
            let model = try MadeVolume.model()
            let folder = try RunFolder.make()
            var (files, folders): ([String], [String]) = ([], [])
            for half in 0..<2 {
                folders.append("\(folder)/\(half)")
                try FileManager.default.createDirectory(
                    atPath: folders[half], withIntermediateDirectories: true)
                for index in half * 4..<half * 4 + 4 {
                    files.append("\(folders[half])/\(index).dcm")
                    try Data(MadeVolume.slice(index).file)
                        .write(to: URL(fileURLWithPath: files[index]))
                }
            }
            let parts = try CommandRun(["infer", "--json", "--model", model] + folders)
            #expect(parts.code == 65 && parts.output.count == 2)
            #expect(parts.output.last?.contains("lie in another folder") == true)
            let whole = try CommandRun(["infer", "--json", "--model", model] + files)
            #expect(whole.code == 0 && whole.output.count == 1, "\(whole.error)")
        }

        @Test("images, and layers to train, are refused for a model of volumes")
        func refusals() throws {
            let model = try MadeVolume.model(hasProbe: false)
            let folder = try RunFolder.make()
            let (folders, _, truth) = try series(2, in: folder)
            let tune = [
                "tune", "--model", model, "--truth", truth, "--images", folders[0], "--out",
                folder + "/site.safetensors",
            ]
            for (more, word) in [([], "--embeddings"), (["--method", "lora"], "trained")] {
                let run = try CommandRun(tune + more)
                #expect(run.code == 64 && run.error.contains(word), "\(run.error)")
            }
        }
    }
}
