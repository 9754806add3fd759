import BrokerTestKit
import Foundation
import Signing
import Testing
import Triage
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Workers that answer by a site's calibration.
    @Suite(
        "Workers with calibrations", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct CalibratedWorkerTests {
        /// A calibration that was signed, and the keys of whoever signed it.
        private struct Signed {
            let file: String
            let keys: MadeKeys

            var settings: [String] {
                ["triage.calibrations=\(file)", "triage.calibration-keys=\(keys.open)"]
            }
        }

        private static let image = "SC_rgb.dcm"

        /// Calibrates three findings by invented studies, so that an image of these scores is
        /// flagged, not flagged and neither, in this order.
        private func calibration(
            _ scores: [(code: String, score: Float)], site: String = "north",
            model: String? = nil
        ) throws -> Signed {
            let lower = scores.map { $0.score * 0.5 }
            let upper = scores.map { $0.score + (1 - $0.score) / 2 }
            // What studies with the finding score, and from where on it is flagged.
            let positives = [upper[0], upper[1], lower[2]]
            let flagged = [lower[0], upper[1], upper[2]]
            let codes = scores.map(\.code)
            var truth = ["study,patient," + codes.joined(separator: ",")]
            var lines: [String] = []
            for index in 0..<200 {
                let isThere = index % 2 == 0
                truth.append(
                    "1.2.\(index),p\(index)" + codes.map { _ in isThere ? ",1" : ",0" }.joined())
                let given = zip(codes, positives).map { "\"\($0)\":\(isThere ? $1 : $1 / 4)" }
                let scores = given.joined(separator: ",")
                lines.append("{\"file\":\"/a/1.2.\(index).dcm\",\"scores\":{\(scores)}}")
            }
            let keys = try MadeKeys()
            let out = try RunFolder.make() + "/site.calibration"
            let run = try CommandRun(
                [
                    "calibrate", "--truth",
                    try RunFolder.write(truth.joined(separator: "\n"), "truth.csv"), "--run",
                    try RunFolder.write(lines.joined(separator: "\n"), "run.jsonl"), "--model",
                    try model ?? RunFolder.model.get(), "--site", site, "--risk", "fnr=0.05",
                    "--key", keys.secret, "--out", out,
                ] + zip(codes, flagged).flatMap { ["--flag-at", "\($0)=\($1)"] })
            try #require(run.code == 0, "\(run.error)")
            return Signed(file: out, keys: keys)
        }

        /// The same calibration as if it had been made earlier, and was over since then.
        private func expired(_ signed: Signed) throws -> Signed {
            let text = try EndedCalibration.text(
                of: signed.file, trusting: signed.keys.open, signing: signed.keys)
            return Signed(
                file: try RunFolder.write(text, "old.calibration"), keys: signed.keys)
        }

        private func finding(
            _ scene: Scene, _ settings: [String], priority: String = "routine"
        ) throws -> Finding {
            let worker = try scene.startWorker(
                settings: settings + ["triage.unvalidated-may-raise=true"])
            let message = StudyMessage(
                "one", files: [Images.path(Self.image)], priority: priority)
            return try scene.run([message], on: worker).finding("one")
        }

        /// The first three findings of the image without any calibration.
        private func plainScores() throws -> [(code: String, score: Float)] {
            let plain = try finding(try Scene(anyBroker), [])
            #expect(plain.decision.isUncalibrated && plain.decision.calibration == nil)
            #expect(plain.findings.allSatisfy { $0.calibrated == nil && !$0.answer.isAbstained })
            return try plain.findings.prefix(3).map { ($0.code, try #require($0.probability)) }
        }

        @Test("each finding is answered by the calibration and says by which, and a replay agrees")
        func answers() throws {
            let scores = try plainScores()
            let signed = try calibration(scores)
            let scene = try Scene(anyBroker)
            let found = try finding(scene, signed.settings + ["triage.site=north"])
            let digest = try #require(found.decision.calibration?.digest)
            #expect(!found.decision.isUncalibrated)
            #expect(found.decision.calibration?.validUntil != nil)
            let three = found.findings.prefix(3)
            #expect(three.map(\.answer) == [.flagged, .notFlagged, .abstained([.uncertain])])
            #expect(three.allSatisfy { $0.calibrated?.digest == digest })
            #expect(three.allSatisfy { $0.calibrated?.stratum == "pooled" })
            let promise = try #require(three[1].calibrated?.guarantee)
            #expect(promise.risk == .falseNegatives && promise.alpha == 0.05)
            #expect(promise.count == 100 && promise.coverageFloor == 0.2)
            #expect(three[0].calibrated?.guarantee == nil)
            for other in found.findings.dropFirst(3) {
                #expect(other.answer == .abstained([.calibrationMissing]))
                #expect(other.calibrated == nil && other.threshold == nil)
            }
            #expect(found.reasons.contains { $0.code == "findings_abstained" })
            let replay = try CommandRun(
                ["replay", "--verify", "--from", "0", "--to", "9", "--json"]
                    + scene.replayArguments(
                        settings: signed.settings + [
                            "triage.site=north", "triage.unvalidated-may-raise=true",
                        ]))
            #expect(replay.code == 0, "\(replay.error)")
            #expect(replay.output.contains { $0.contains("\"same\"") }, "\(replay.output)")
        }

        @Test("after its expiry all abstains, nothing is raised, and the order stands")
        func afterExpiry() throws {
            let scores = try plainScores()
            let old = try expired(try calibration(scores))
            let found = try finding(try Scene(anyBroker), old.settings, priority: "asap")
            #expect(found.priority.effective == .asap && found.priority.ai == nil)
            let three = found.findings.prefix(3)
            #expect(three.allSatisfy { $0.answer == .abstained([.calibrationExpired]) })
            #expect(three.allSatisfy { $0.calibrated?.guarantee == nil })
            #expect(found.reasons.first?.code == "calibration_expired")
        }

        @Test("the demonstration's calibration answers its films as they were made, in three ways")
        func demonstration() throws {
            let demo = Checkout.root + "/Deploy/demo/"
            let scene = try Scene(anyBroker, model: Checkout.root + "/Deploy/models/vigil-mini")
            let kinds = ["pneumothorax", "cardiomegaly", "nodule", "nothing"]
            let files = try kinds.map { kind in
                let film = URL(fileURLWithPath: demo + "synthetic-\(kind).dcm")
                return try scene.write([UInt8](Data(contentsOf: film)), to: "\(kind).dcm")
            }
            let worker = try scene.startWorker(settings: [
                "triage.calibrations=\(demo)synthetic.calibration",
                "triage.calibration-keys=\(demo)synthetic.pub",
            ])
            let run = try CommandRun(scene.demoArguments(files: files))
            try worker.stop()
            try #require(run.code == 0, "\(run.error)")
            let rows = try run.output.map { try JSONParser.parse(Array($0.utf8)) }
            let found = try kinds.map { kind in
                let row = rows.first { $0["file"]?.stringValue == "\(kind).dcm" }
                return try Finding(json: try #require(row?["finding"])).findings
            }
            func answer(_ kind: Int, _ code: String) -> Finding.Answer? {
                found[kind].first { $0.head != nil && $0.code == code }?.answer
            }
            #expect(answer(0, "pneumothorax") == .flagged && answer(1, "cardiomegaly") == .flagged)
            for kind in 1...3 { #expect(answer(kind, "pneumothorax") == .notFlagged) }
            #expect(found.joined().contains { $0.answer == .abstained([.uncertain]) })
            #expect(found[3].allSatisfy { $0.answer != .flagged })
            #expect(found.joined().allSatisfy { $0.calibrated?.stratum == "pooled" })
        }

        @Test("a calibration of another model, site or signer stops the start and says why")
        func refused() throws {
            let scores: [(code: String, score: Float)] = [
                ("pneumothorax", 0.5), ("effusion", 0.5), ("mass", 0.5),
            ]
            let mini = Checkout.root + "/Deploy/models/vigil-mini"
            let signed = try calibration(scores, model: mini)
            let taken = try CommandRun.ofWorker(mini, signed.settings)
            #expect(taken.code == 69, "only the broker is missing: \(taken.error)")
            let model = try CommandRun.ofWorker(try RunFolder.model.get(), signed.settings)
            #expect(model.code == 78 && model.error.contains("other_model"), "\(model.error)")
            let site = try CommandRun.ofWorker(mini, signed.settings + ["triage.site=south"])
            #expect(site.code == 78 && site.error.contains("other_site"), "\(site.error)")
            let key = try CommandRun.ofWorker(
                mini,
                [
                    "triage.calibrations=\(signed.file)",
                    "triage.calibration-keys=\(try MadeKeys().open)",
                ])
            #expect(key.code == 78 && key.error.contains("unknown_key"), "\(key.error)")
            let none = try CommandRun.ofWorker(mini, ["triage.calibrations=\(signed.file)"])
            #expect(none.code == 78, "\(none.error)")
            #expect(none.error.contains("triage.calibration-keys"), "\(none.error)")
        }

        @Test("a validated model without a calibration does not start until legacy is written down")
        func validated() throws {
            let model = try RunFolder.make() + "/model"
            try FileManager.default.copyItem(atPath: RunFolder.model.get(), toPath: model)
            let file = URL(fileURLWithPath: model + "/vigil.json")
            let json = try JSONParser.parse([UInt8](Data(contentsOf: file)))
            var object = try #require(json.objectValue)
            object["validated"] = true
            try Data(JSONWriter.bytes(.object(object))).write(to: file)
            let inspected = try CommandRun(["model", "inspect", "--json", model])
            let facts = try JSONParser.parse(Array((inspected.output.first ?? "").utf8))
            let pin = "models.allow=\(try #require(facts["digest"]?.stringValue))"
            let refused = try CommandRun.ofWorker(model, [pin])
            #expect(refused.code == 78, "\(refused.error)")
            for part in ["is validated", "triage.calibrations", "triage.uncalibrated"] {
                #expect(refused.error.contains(part), "\(refused.error)")
            }
            let legacy = try CommandRun.ofWorker(model, [pin, "triage.uncalibrated=legacy"])
            #expect(legacy.code == 69, "only the broker is missing: \(legacy.error)")
        }
    }
}
