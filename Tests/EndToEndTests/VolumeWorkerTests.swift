import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite(
        "Workers on CT volumes", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct VolumeWorkerTests {
        /// Writes series of so many slices each into the scene's folder.
        ///
        /// - Parameter study: gives each series' study by its number.
        private func write(
            _ counts: [Int], to scene: Scene, study: (Int) -> String = { _ in "2.25.1" }
        ) throws -> [[String]] {
            try counts.enumerated().map { number, count in
                try (0..<count).map { index in
                    let series = "2.25.\(20 + number)"
                    return try scene.write(
                        MadeVolume.slice(index, study: study(number), series: series).file,
                        to: "\(series)-\(index).dcm")
                }
            }
        }

        @Test("of more series than are read, those with the fewest slices are marked as skipped")
        func skipped() throws {
            let model = try MadeVolume.model()
            let scene = try Scene(anyBroker, model: model)
            // The first and the last but one are the smallest of ten, where eight are read.
            let counts = [4, 5, 6, 5, 7, 5, 5, 6, 4, 5]
            let series = try write(counts, to: scene)
            let files = series.flatMap { $0 }
            let audit = try scene.audit()
            let worker = try scene.startWorker()
            try scene.send([StudyMessage("many", files: files, study: "2.25.1")])
            try audit.await(1, within: .seconds(120), worker: worker)
            try worker.stop()
            let finding = try audit.finding("many")
            let expected = counts.enumerated().flatMap { number, count in
                Array(repeating: [0, 8].contains(number) ? ["series_skipped"] : [], count: count)
            }
            #expect(finding.instances.map(\.flags) == expected)
            #expect(finding.findings.first?.evidence?.isSeries == true)
            // The command names each series and skips none.
            let run = try CommandRun(["infer", "--json", "--model", model] + files)
            #expect(run.code == 0 && run.output.count == counts.count, "\(run.error)")
            #expect(!run.output.contains { $0.contains("series_skipped") })
        }

        @Test("a worker in int8 gives infer's bits in int8, and a published classifier's labels")
        func reduced() throws {
            let model = try MadeVolume.model(MadeVolume.labelled, hasProbe: false)
            let inspected = try CommandRun(["model", "inspect", "--json", model])
            let facts = try JSONParser.parse(Array((inspected.output.first ?? "").utf8))
            #expect(facts["findings"] == ["septicemia", "anemia"])
            let scene = try Scene(anyBroker, model: model)
            let files = try write([5], to: scene)[0]
            let audit = try scene.audit()
            // The table knows neither; Merlin's phenotypes are the site's own business.
            let own = #"{"septicemia":{"priority":"stat"},"anemia":{"priority":"routine"}}"#
            let policy = try scene.write(
                Array(#"{"schema":"vigil.triage/1","version":"1","own":\#(own)}"#.utf8),
                to: "triage.json")
            let worker = try scene.startWorker(
                settings: ["engine.precision=int8", "triage.policy=\(policy)"])
            try scene.send([StudyMessage("a", files: files, study: "2.25.1")])
            try audit.await(1, within: .seconds(120), worker: worker)
            try worker.stop()
            let finding = try audit.finding("a")
            #expect(Set(finding.findings.map(\.code)) == ["septicemia", "anemia"])
            for precision in ["int8", "fp32"] {
                let run = try CommandRun(
                    ["infer", "--json", "--model", model, "--precision", precision] + files)
                let line = try JSONParser.parse(Array((run.output.first ?? "").utf8))
                let isSame = line["digest"]?.stringValue == finding.assessed?.output.hex
                #expect(isSame == (precision == "int8"), "\(run.error)")
            }
        }

        @Test("a stat volume runs between two layers of a routine one, and no bit changes")
        func preemption() throws {
            let model = try MadeVolume.model(MadeVolume.slow)
            let scene = try Scene(anyBroker, model: model)
            // An order holds for all of a study, so the urgent ones are another's.
            let files = try write([5, 6], to: scene) { $0 == 0 ? "2.25.1" : "2.25.9" }
            let routine = (0..<12).map {
                StudyMessage("r\($0)", files: files[0], study: "2.25.1")
            }
            let stat = (0..<3).map {
                StudyMessage("s\($0)", files: files[1], priority: "stat", study: "2.25.9")
            }
            let audit = try scene.audit()
            let worker = try scene.startWorker()
            try scene.send(routine)
            for (index, message) in stat.enumerated() {
                try audit.await(within: .seconds(120)) { $0.count > 2 * index }
                try scene.send([message])
            }
            try audit.await(routine.count + stat.count, within: .seconds(180), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(routine + stat) == [])
            func spans(_ messages: [StudyMessage]) throws -> [(Timestamp, Timestamp)] {
                try messages.map {
                    let timeline = try audit.finding($0.id).run.timeline
                    return (try #require(timeline.inferStart), try #require(timeline.inferEnd))
                }
            }
            // One that comes between two volumes runs by itself; three do not all do so.
            let (outer, inner) = (try spans(routine), try spans(stat))
            let within = inner.filter { inner in
                outer.contains { $0.0 <= inner.0 && inner.1 <= $0.1 }
            }
            #expect(!within.isEmpty, "\(outer) \(inner)")
            for (messages, files) in [(routine, files[0]), (stat, files[1])] {
                let run = try CommandRun(["infer", "--json", "--model", model] + files)
                let line = try JSONParser.parse(Array((run.output.first ?? "").utf8))
                let digests = Set(
                    try messages.map { try audit.finding($0.id).assessed?.output.hex })
                #expect(digests == [line["digest"]?.stringValue])
            }
        }
    }
}
