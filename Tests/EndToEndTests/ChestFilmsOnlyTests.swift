import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// What a worker with vigil-mini makes of everything in pydicom-data, and of the inputs that
    /// public reports led to.
    @Suite(
        "Nothing but chest films", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker && Images.areThere, "\(Images.howToGet)"))
    struct ChestFilmsOnlyTests {
        private static let model = Checkout.root + "/Deploy/models/vigil-mini"
        private static let cases = Checkout.root + "/../shared/cases/imaging/"

        /// All files, radiographs last.
        private static let files: (others: [String], radiographs: [String]) = {
            let all = ((try? FileManager.default.contentsOfDirectory(atPath: Images.folder)) ?? [])
                .filter { $0.hasSuffix(".dcm") }.sorted()
            let radiographs = all.filter { $0.hasPrefix("RG") }
            return (all.filter { !radiographs.contains($0) }, radiographs)
        }()

        private static func messages(_ names: [String]) -> [StudyMessage] {
            names.map { StudyMessage($0, files: [Images.path($0)], priority: "asap") }
        }

        @Test("of all that is no film nothing is said, and none of it costs a joule of inference")
        func others() throws {
            #expect(Self.files.others.count >= 50)
            let scene = try Scene(anyBroker, model: Self.model)
            let messages = Self.messages(Self.files.others)
            let audit = try scene.run(messages, on: try scene.startWorker())
            #expect(audit.problems(messages) == [])
            for message in messages where audit.deadLetters[message.id] == nil {
                let finding = try audit.finding(message.id)
                #expect(finding.assessed == nil && finding.findings.isEmpty, "\(message.id)")
                #expect(finding.run.batch == nil && !finding.leftOut.isEmpty, "\(message.id)")
                #expect(finding.run.timeline.inferStart == nil, "\(message.id)")
                #expect(finding.priority.effective == .asap, "\(message.id)")
            }
            // Nothing but such studies was there: no interval has a joule for the model.
            for record in audit.intervals {
                let stages = try EnergyDecoder.decode(record).stages
                #expect(stages.map { $0.inference <= .zero } ?? true)
            }
        }

        @Test("of real radiographs nothing is flagged, and none moves")
        func radiographs() throws {
            let scene = try Scene(anyBroker, model: Self.model)
            let messages = Self.messages(Self.files.radiographs)
            let audit = try scene.run(messages, on: try scene.startWorker())
            #expect(audit.problems(messages) == [])
            var abstained = 0
            for message in messages where audit.deadLetters[message.id] == nil {
                let finding = try audit.finding(message.id)
                #expect(finding.priority.effective == .asap && finding.priority.ai == nil)
                for result in finding.findings {
                    guard case .abstained(let because) = result.answer else {
                        Issue.record("\(message.id): \(result.code) is answered")
                        continue
                    }
                    abstained += 1
                    #expect(because == [.outsideTrainingDomain] || because == [.rotated])
                }
            }
            #expect(abstained > 0)
        }

        /// What is said of a file of the cases: `left_out`, or the codes whose prompts reach 0.5.
        /// The probes' operating points lie where one in ten films without a finding reaches them.
        private func said(_ name: String) throws -> (leftOut: String?, codes: [String]) {
            let run = try CommandRun(["infer", "--model", Self.model, "--json", Self.cases + name])
            try #require(run.code == 0, "\(run.error)")
            let line = try JSONParser.parse(Array(run.output.joined().utf8))
            let scores = line["scores"]?.objectValue?.members ?? []
            return (
                line["left_out"]?.stringValue,
                scores.filter { ($0.value.doubleValue ?? 1) >= 0.5 }.map(\.name)
            )
        }

        @Test(
            "inputs 22 to 25 and 43 of the cases end as they should",
            .enabled(if: FileManager.default.fileExists(atPath: cases), "no ../shared"))
        func reported() throws {
            let film = try said("22c-twin-film.dcm")
            #expect(film.leftOut == nil && film.codes.contains("pneumothorax"))
            #expect(try said("22c-film-mono2-inverse.dcm") == film)
            #expect(try said("25-film.dcm") == film)
            for (name, reason) in [
                ("23-for-processing.dcm", "for_processing"),
                ("24-dose-screen.dcm", "secondary_capture"), ("24d-rtdose.dcm", "dose_object"),
                ("25-sr.dcm", "report"), ("25b-ko.dcm", "key_object"),
                ("25c-pr.dcm", "presentation_state"), ("25d-pdf.dcm", "document"),
            ] {
                #expect(try said(name).leftOut == reason, "\(name)")
            }
            #expect(try said("43-twin-no-frame.png").codes == [])
            #expect(try said("43-normal-film-black-frame.png").codes == [])
            // What the model sees of it is the film without the frame of 40 pixels.
            let seen = try CommandRun([
                "image", "--model", Self.model, "--as", "input", "--json",
                Self.cases + "43-normal-film-black-frame.png",
            ])
            let facts = try JSONParser.parse(Array(seen.output.joined().utf8))
            #expect(facts["exposed_field"] == [40, 40, 432, 432])
            #expect(facts["flags"] == ["border_cropped"])
        }
    }
}
