import BrokerTestKit
import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    @Suite(
        "Evaluation of a topic", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct TopicEvaluationTests {
        private func json(_ run: CommandRun) throws -> JSONValue {
            #expect(run.code == 0, "\(run.error)")
            return try JSONParser.parse(Array((run.output.first ?? "").utf8), limits: .modelFile)
        }

        private func area(_ report: JSONValue) throws -> Double {
            try #require(
                report["labels"]?.arrayValue?.first?["auroc"]?["value"]?.doubleValue)
        }

        @Test("a range of a topic measures as the same studies' files do, and by time")
        func range() throws {
            let scene = try Scene(anyBroker)
            let images = Images.quick
            let studies = (0..<60).map {
                (uid: "2.25.\(7000 + $0)", image: images[$0 % images.count])
            }
            let messages = studies.enumerated().map { index, study in
                StudyMessage(
                    "study-\(index)", files: [Images.path(study.image)], study: study.uid)
            }
            let truth = scene.folder + "/truth.csv"
            let rows = studies.enumerated().map { "\($1.uid),p\($0),\($0 % 3 == 0 ? 1 : 0)" }
            try Data((["study,patient,pneumothorax"] + rows).joined(separator: "\n").utf8)
                .write(to: URL(fileURLWithPath: truth))

            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(Array(messages[..<40]))
            try audit.await(40, within: .seconds(120), worker: worker)
            Thread.sleep(forTimeInterval: 1.1)
            let middle = Date().ISO8601Format()
            Thread.sleep(forTimeInterval: 1.1)
            try scene.send(Array(messages[40...]))
            try audit.await(60, within: .seconds(120), worker: worker)
            try worker.stop()

            let base = ["evaluate", "--truth", truth, "--json", "--replicates", "20"]
            let topic =
                base + ["--bootstrap", scene.broker.bootstrap, "--topic", scene.topics.finding]
                + scene.broker.security.flatMap { ["--set", "kafka.\($0.key)=\($0.value)"] }
            let all = try json(CommandRun(topic))
            #expect(all["scored"]?.intValue == 60)
            #expect(try json(CommandRun(topic + ["--to", middle]))["scored"]?.intValue == 40)
            #expect(try json(CommandRun(topic + ["--from", middle]))["scored"]?.intValue == 20)

            // The same scores, each study's file by its name.
            let inferred = try CommandRun(
                ["infer", "--model", try RunFolder.model.get(), "--json"] + images.map(Images.path))
            let scores = try inferred.output.map { line in
                try #require(try JSONParser.parse(Array(line.utf8))["scores"])
            }
            let lines = studies.enumerated().map { index, study in
                "{\"file\":\"\(study.uid).dcm\",\"scores\":"
                    + JSONWriter.text(scores[index % images.count]) + "}"
            }
            let run = scene.folder + "/run.jsonl"
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: run))
            let files = try json(CommandRun(base + ["--run", run]))
            #expect(abs(try area(files) - area(all)) < 1e-9)
        }

        @Test("no topic, no broker and no findings are told apart")
        func missing() throws {
            let scene = try Scene(anyBroker)
            let truth = scene.folder + "/truth.csv"
            try Data("study,patient,pneumothorax\n2.25.1,p,1\n2.25.2,q,0\n".utf8)
                .write(to: URL(fileURLWithPath: truth))
            let base = ["evaluate", "--truth", truth, "--timeout-s", "20"]
            let security = scene.broker.security.flatMap {
                ["--set", "kafka.\($0.key)=\($0.value)"]
            }
            let topic = try CommandRun(
                base + security
                    + ["--bootstrap", scene.broker.bootstrap, "--topic", scene.group + ".no"])
            let broker = try CommandRun(base + ["--bootstrap", "127.0.0.1:1"])
            let empty = try CommandRun(
                base + security
                    + ["--bootstrap", scene.broker.bootstrap, "--topic", scene.topics.finding])
            #expect(topic.code == 78 && topic.error.contains("topics create"), "\(topic.error)")
            #expect(
                broker.code == 69 && broker.error.contains("Connection refused"),
                "\(broker.error)")
            #expect(empty.code == 65 && empty.error.contains("nothing to measure"))
        }
    }
}
