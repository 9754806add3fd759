import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// What workers make of studies that are none of those that their model says it takes.
    @Suite(
        "What a model says that it takes", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct IntendedInputTests {
        private static let study = "2.25.4711"

        /// The tiny model as one of frontal chest films of adults.
        private static func model(_ intended: String = chest) throws -> String {
            let path = try RunFolder.make() + "/model"
            try FileManager.default.copyItem(atPath: RunFolder.model.get(), toPath: path)
            let file = URL(fileURLWithPath: path + "/vigil.json")
            var facts = try #require(JSONParser.parse([UInt8](Data(contentsOf: file))).objectValue)
            facts["intendedInput"] = try JSONParser.parse(Array(intended.utf8))
            try Data(JSONWriter.bytes(.object(facts))).write(to: file)
            return path
        }

        private static let chest =
            #"{"modalities":["CR","DX"],"bodyParts":["CHEST"],"views":["AP","PA"],"ages":[16,99]}"#

        /// A film by its Modality, Body Part Examined, View Position and Patient's Age.
        private static func film(
            _ number: Int, _ modality: String, _ part: String, _ view: String, age: String = ""
        ) -> MadeDicom {
            var film = MadeDicom(study: study, series: "2.25.2", instance: "2.25.3.\(number)")
            film.set(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.1")
            film.set(0x0008, 0x0060, "CS", modality)
            film.set(0x0018, 0x0015, "CS", part)
            film.set(0x0018, 0x5101, "CS", view)
            film.set(0x0010, 0x1010, "AS", age)
            return film
        }

        /// By the study's name: its film, and why it is left out; nil when it is taken.
        private static let studies: [(name: String, film: MadeDicom, reason: String?)] = [
            ("frontal", film(1, "DX", "CHEST", "PA", age: "044Y"), nil),
            ("untold", film(2, "CR", "", ""), nil),
            ("knee", film(3, "DX", "KNEE", "AP"), "other_body_part"),
            ("ultrasound", film(4, "US", "CHEST", ""), "other_modality"),
            ("nameless", film(5, "", "CHEST", "PA"), "modality_unknown"),
            ("lateral", film(6, "DX", "CHEST", "LL"), "other_view"),
            ("child", film(7, "DX", "CHEST", "AP", age: "009M"), "age_out_of_range"),
        ]

        private static func messages(_ scene: Scene) throws -> [StudyMessage] {
            let paths = try studies.map { try scene.write($0.film.file, to: "\($0.name).dcm") }
            let alone = zip(studies, paths).map {
                StudyMessage($0.name, files: [$1], priority: "urgent", study: study)
            }
            return alone + [
                StudyMessage("mixed", files: [paths[2], paths[0]], study: study),
                StudyMessage("picture", files: [Images.path("SC_rgb.dcm")]),
            ]
        }

        @Test("each film that it does not take is named with the reason and costs no inference")
        func reasons() throws {
            let scene = try Scene(anyBroker, model: try Self.model())
            let worker = try scene.startWorker()
            let audit = try scene.run(try Self.messages(scene), on: worker)
            for (name, _, reason) in Self.studies {
                let finding = try audit.finding(name)
                #expect(finding.priority.effective == .urgent, "\(name)")
                #expect((finding.assessed == nil) == (reason != nil), "\(name)")
                guard let reason else { continue }
                #expect(finding.reasons.map(\.code) == ["nothing_to_assess", reason], "\(name)")
                #expect(finding.leftOut.map(\.reason.rawValue) == [reason], "\(name)")
                #expect(finding.run.batch == nil && finding.findings.isEmpty, "\(name)")
            }
            let untold = try audit.finding("untold")
            #expect(untold.decision.gates.map(\.verdict) == [.unknown, .unknown, .unknown])
            #expect(
                untold.decision.gates.map(\.reason) == [
                    "body_part_unknown", "view_unknown", "age_unknown",
                ])
            let ultrasound = try audit.finding("ultrasound")
            #expect(ultrasound.decision.gates.map(\.facts) == [["modality": "US"]])
            let (mixed, frontal) = (try audit.finding("mixed"), try audit.finding("frontal"))
            #expect(mixed.assessed?.output == frontal.assessed?.output)
            #expect(mixed.leftOut.map(\.reason) == [.otherBodyPart])
            #expect(try audit.finding("picture").leftOut.map(\.reason) == [.otherModality])
        }

        @Test("a setting takes or refuses what a header does not tell, attribute by attribute")
        func unknown() throws {
            let scene = try Scene(anyBroker, model: try Self.model())
            let worker = try scene.startWorker(settings: ["gate.take-without=modality,age"])
            let audit = try scene.run(try Self.messages(scene), on: worker)
            #expect(try audit.finding("nameless").assessed != nil)
            let untold = try audit.finding("untold")
            #expect(untold.leftOut.map(\.reason) == [.bodyPartUnknown])
            #expect(try audit.finding("knee").leftOut.map(\.reason) == [.otherBodyPart])
        }

        @Test("a file without a header tells no modality, and is taken where that is allowed")
        func pictures() throws {
            let scene = try Scene(anyBroker, model: try Self.model())
            let picture = try scene.write(Self.picture, to: "picture.png")
            let refused = try scene.run(
                [StudyMessage("refused", files: [picture])], on: try scene.startWorker())
            #expect(try refused.finding("refused").leftOut.map(\.reason) == [.modalityUnknown])
            let infer = try CommandRun(["infer", "--model", try Self.model(), picture])
            #expect(infer.code == 0 && !infer.output.joined().contains("not assessed"))
        }

        /// Eight by eight grey pixels as PNG.
        private static let picture: [UInt8] = Array(
            Data(
                base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAUElEQVR4nGNg"
                    + "YGRiZmFlY2cQEBQSFhEVE2dQUFRSVlFVU2cwMDQyNjE1M2dwcHRydnF1c2cI"
                    + "CAwKDgkNC2dISExKTklNS2coKCwqLiktKwcAWYcO4apYRogAAAAASUVORK5C"
                    + "YII=") ?? Data())

        @Test("an intended input that cannot be read ends the start with its field's name")
        func malformed() throws {
            let faults = [
                (#"{"bodyPart":["CHEST"]}"#, "intendedInput.bodyPart"),
                (#"{"ages":[99,16]}"#, "intendedInput.ages"), (#"{"ages":[16]}"#, "ages"),
                (#"{"modalities":"CR"}"#, "modalities"), (#"{"views":[]}"#, "views"),
                (#"{"leastMatrix":[-1,4]}"#, "leastMatrix"), ("[]", "intendedInput"),
                (#"{"takesBurnedInAnnotation":1}"#, "takesBurnedInAnnotation"),
            ]
            for (intended, field) in faults {
                let run = try CommandRun(["model", "inspect", try Self.model(intended)])
                #expect(run.code == 65 && run.error.contains(field), "\(intended): \(run.error)")
            }
            let run = try CommandRun(["model", "inspect", try Self.model(), "--json"])
            let facts = try JSONParser.parse(Array(run.output.joined().utf8))
            #expect(facts["intended_input"]?.arrayValue?.first?["ages"] == [16, 99])
        }
    }
}
