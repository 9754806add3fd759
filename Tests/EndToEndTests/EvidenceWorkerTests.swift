import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Workers whose records tell what parts of a film made a score.
    @Suite(
        "Evidence in records", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct EvidenceWorkerTests {
        private static let kinds = ["pneumothorax", "cardiomegaly", "nothing", "nodule"]

        private func scene() throws -> Scene {
            let scene = try Scene(
                anyBroker, model: Checkout.root + "/Deploy/models/vigil-mini")
            let admin = try TopicAdmin(configuration: scene.broker.configuration(group: "scene"))
            let topic = TopicSpecification(
                name: scene.topics.input + ".maps", partitions: 3, replication: 1, config: [:])
            let made = try admin.createTopics([topic], timeout: .seconds(30))
            try #require(made[topic.name] == .created)
            for kind in Self.kinds {
                let film = Checkout.root + "/Deploy/demo/synthetic-\(kind).dcm"
                let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: film)))
                _ = try scene.write(Images.anonymous(bytes), to: kind + ".dcm")
            }
            return scene
        }

        private func settings(_ scene: Scene) -> [String] {
            ["evidence.findings=flagged", "topics.evidence=\(scene.topics.input).maps"]
        }

        /// A study a film, and one of all films, which goes through the model in several batches.
        private func messages(_ scene: Scene) -> [StudyMessage] {
            let files = Self.kinds.map { scene.folder + "/\($0).dcm" }
            return files.enumerated().map { StudyMessage("film-\($0)", files: [$1]) }
                + [StudyMessage("all", files: files)]
        }

        private func maps(_ scene: Scene) throws -> [EvidenceRecord] {
            var reader = try RecordReader(configuration: scene.broker.configuration(group: "maps"))
            try reader.open([scene.topics.input + ".maps"], timeout: .seconds(30))
            return try reader.readToEnd(timeout: .seconds(30)).map { record in
                let text = String(decoding: record.value ?? [], as: UTF8.self)
                #expect(!text.contains("1.2.826.0.1.3680043.8.498."))
                return try EvidenceDecoder.decode(record)
            }
        }

        private func findings(_ audit: OutcomeAudit) throws -> [String: Finding] {
            try audit.findings.compactMapValues { records in
                try records.last.map { try FindingDecoder.decode($0) }
            }
        }

        @Test("each flagged finding tells boxes and named terms that add up, and its map is sent")
        func told() throws {
            let scene = try scene()
            let worker = try scene.startWorker(settings: settings(scene))
            let found = try findings(try scene.run(messages(scene), on: worker))
            let maps = try maps(scene)
            var told = 0
            for finding in found.values {
                let own = maps.first { $0.record == finding.deterministicDigest }
                var expected: [Digest] = []
                for result in finding.findings {
                    guard result.answer == .flagged else {
                        #expect(result.explained == nil)
                        continue
                    }
                    guard case .told(let evidence)? = result.explained else {
                        Issue.record("\(result.code) is not explained")
                        continue
                    }
                    told += 1
                    expected.append(evidence.map)
                    #expect(evidence.addsUp(to: Double(try #require(result.logitDifference))))
                    #expect(evidence.terms.count == EvidenceTerm.allCases.count)
                    #expect(evidence.layers == 6 && evidence.grid.count == 196)
                    #expect(evidence.boxes.allSatisfy { $0.image == result.evidence })
                    let map = try #require(own?.maps.first { $0.map.digest == evidence.map }?.map)
                    #expect(abs(map.sum - evidence.patches) <= map.step)
                }
                #expect(own?.maps.map(\.map.digest) ?? [] == expected)
                #expect(own == nil || own?.findingID == finding.findingID)
            }
            #expect(told >= 4, "\(told)")
            // The study of all films tells the same of a film as the study of that film alone.
            let one = try #require(found["film-0"]?.findings.first { $0.code == "pneumothorax" })
            let all = try #require(
                found["all"]?.findings.first { $0.code == "pneumothorax" && $0.head == one.head })
            #expect(one.explained?.box?.share == all.explained?.box?.share)
        }

        @Test("evidence has the same bytes in any batch, on any threads, and of cached embeddings")
        func bits() throws {
            let scene = try scene()
            let cache = try RunFolder.make()
            var texts: [Set<String>] = []
            for (round, more) in [
                ["batch.size-max=1", "engine.threads=1"],
                ["batch.size-max=2", "engine.threads=2"],
                ["cache.directory=\(cache)", "cache.embeddings-max-mb=64"],
                ["cache.directory=\(cache)", "cache.embeddings-max-mb=64"],
            ].enumerated() {
                // One slot: a slot that has ended keeps its partitions for a while.
                let worker = try scene.startWorker(settings: settings(scene) + more)
                let audit = try scene.audit()
                let messages = messages(scene).map { message in
                    var copy = message.with("ce_id", "\(message.id)-\(round)")
                    copy.key += "\(round)"
                    return copy
                }
                try scene.send(messages)
                try audit.await(5 * (round + 1), within: .seconds(120), worker: worker)
                try worker.stop()
                texts.append(
                    Set(
                        try findings(audit).filter { $0.key.hasSuffix("-\(round)") }.values.map {
                            JSONWriter.text($0.json["findings"] ?? .null)
                        }))
            }
            #expect(texts[0].count == 5 && texts[0].contains { $0.contains("map_digest") })
            for other in texts.dropFirst() { #expect(other == texts[0]) }
        }

        private func verdicts(_ scene: Scene, _ settings: [String]) throws -> [String?] {
            let run = try CommandRun(
                ["replay", "--verify", "--from", "0", "--to", "1000", "--json"]
                    + scene.replayArguments(settings: settings))
            return try run.output.dropLast().map {
                try JSONParser.parse(Array($0.utf8))["verdict"]?.stringValue
            }
        }

        @Test("a replay holds evidence against the record's, however it is set itself")
        func replayed() throws {
            let scene = try scene()
            let worker = try scene.startWorker(settings: settings(scene))
            let audit = try scene.run(messages(scene), on: worker)
            #expect(try verdicts(scene, []) == Array(repeating: "same", count: 5))
            // Whoever writes another map into a record, its digest with it, is found out.
            let record = try #require(audit.findings["film-0"]?.first)
            let value = try #require(record.value)
            var json = try #require(try JSONParser.parse(value).objectValue)
            let forged = JSONWriter.text(.object(json)).replacingOccurrences(
                of: "\"map_digest\":\"[0-9a-f]{8}", with: "\"map_digest\":\"00000000",
                options: .regularExpression)
            json = try #require(try JSONParser.parse(Array(forged.utf8)).objectValue)
            json["record_digest"] = .string(Finding.digest(of: .object(json)).hex)
            let producer = try PlainProducer(
                configuration: scene.broker.configuration(group: "forger"))
            try producer.send(
                OutboundRecord(
                    topic: scene.topics.finding, key: record.key,
                    value: JSONWriter.bytes(.object(json)), headers: record.headers))
            try producer.flush(within: .seconds(30))
            let after = try verdicts(scene, ["evidence.findings=flagged"])
            #expect(after.count { $0 == "evidence_differs" } == 1)
            #expect(after.count { $0 == "same" } == 4)
        }

        @Test("without the setting nothing of it stands in a record, and a replay with it agrees")
        func off() throws {
            let scene = try scene()
            let worker = try scene.startWorker()
            let found = try findings(try scene.run(messages(scene), on: worker))
            let results = found.values.flatMap(\.findings)
            #expect(results.contains { $0.answer == .flagged })
            #expect(results.allSatisfy { $0.explained == nil })
            #expect(
                try verdicts(scene, ["evidence.findings=flagged"])
                    == Array(repeating: "same", count: 5))
        }

        /// The finding on one study by a model, all of whose answers are flagged.
        private func finding(
            _ model: String, _ files: [String], study: String, rows: String, _ more: [String] = []
        ) throws -> Finding {
            let policy = try RunFolder.write(
                #"{"schema":"vigil.triage/1","version":"1",\#(rows)}"#, "triage.json")
            let scene = try Scene(anyBroker, model: model)
            let own = try files.map { file in
                let name = file.split(separator: "/").last.map(String.init) ?? ""
                return try scene.write(
                    [UInt8](Data(contentsOf: URL(fileURLWithPath: file))), to: name)
            }
            let worker = try scene.startWorker(
                settings: ["evidence.findings=flagged", "triage.policy=\(policy)"] + more)
            let audit = try scene.audit()
            try scene.send([StudyMessage("one", files: own, study: study)])
            try audit.await(1, within: .seconds(120), worker: worker)
            try worker.stop()
            return try audit.finding("one")
        }

        @Test("of a volume boxes name the first and the last slice that they run through")
        func volume() throws {
            let model = try MadeVolume.model(MadeVolume.labelled, hasProbe: false)
            let folder = try RunFolder.make()
            let files = try (0..<6).map { index in
                // Files come in another order than slices lie.
                let slice = (index * 5 + 2) % 6
                let path = folder + "/slice-\(index).dcm"
                try Data(MadeVolume.slice(slice, study: "2.25.1").file).write(
                    to: URL(fileURLWithPath: path))
                return path
            }
            let row = #"{"priority":"routine","threshold":0.000001}"#
            let found = try finding(
                model, files, study: "2.25.1",
                rows: #""own":{"septicemia":\#(row),"anemia":\#(row)}"#)
            #expect(found.findings.count == 2)
            for result in found.findings {
                guard case .told(let evidence)? = result.explained else {
                    Issue.record("\(result.code) is not explained: \(result)")
                    continue
                }
                #expect(evidence.addsUp(to: Double(try #require(result.logitDifference))))
                #expect(evidence.terms.map(\.kind) == [.logitBias] && evidence.layers == 1)
                for box in evidence.boxes {
                    #expect(box.matrix == EvidenceBox.Size(columns: 16, rows: 16))
                    #expect(!box.image.isSeries && box.image.instance < 6)
                    // Slice (5 i + 2) mod 6 stands in file i, and places rise with slices.
                    func slice(_ image: Finding.Evidence) -> Int { (image.instance * 5 + 2) % 6 }
                    #expect(box.last.map { slice($0) > slice(box.image) } ?? true)
                }
            }
        }

        @Test("an ensemble's evidence is the mean of its members', as its logit is")
        func ensemble() throws {
            let model = try RunFolder.model.get()
            let other = try RunFolder.otherModel.get()
            let rows = #""default":{"pneumothorax":{"threshold":0.000001}}"#
            let film = [Images.path("RG1_UNCR.dcm")]
            let patches = try [(model, []), (other, []), (model, ["model.ensemble=\(other)"])].map {
                let found = try finding($0.0, film, study: "2.25.7", rows: rows, $0.1)
                let result = try #require(found.findings.first { $0.code == "pneumothorax" })
                guard case .told(let evidence)? = result.explained else {
                    Issue.record("not explained: \(result)")
                    return Double.nan
                }
                #expect(evidence.addsUp(to: Double(try #require(result.logitDifference))))
                return evidence.patches
            }
            #expect(abs(patches[2] - (patches[0] + patches[1]) / 2) <= 1e-5, "\(patches)")
            #expect(patches[0] != patches[1])
        }
    }
}
