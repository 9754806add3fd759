import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// What workers make of studies of which not everything may be scored.
    @Suite(
        "Gates", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct GateTests {
        private static let study = "2.25.4711"
        private static let storage = "1.2.840.10008.5.1.4.1.1."

        /// An object of a class, with pixels or without.
        private static func object(
            _ number: Int, sopClass: String, modality: String, pixels: Bool = true,
            study: String = study, series: String = "2.25.2", patient: String = ""
        ) -> MadeDicom {
            var object = MadeDicom(
                study: study, series: series, instance: "2.25.3.\(number)")
            object.set(0x0008, 0x0016, "UI", storage + sopClass)
            object.set(0x0008, 0x0060, "CS", modality)
            object.set(0x0010, 0x0020, "LO", patient)
            if !pixels { object.remove(0x7fe0, 0x0010) }
            return object
        }

        /// A film and, beside it, objects that are none, by the reasons for which they are left
        /// out.
        private static let beside: [(object: MadeDicom, reason: Finding.LeftOut.Reason)] = {
            var screen = object(8, sopClass: "7", modality: "CT")
            screen.set(0x0008, 0x0008, "CS", "DERIVED\\SECONDARY\\SCREEN SAVE")
            var raw = object(9, sopClass: "1.1", modality: "DX")
            raw.set(0x0008, 0x0068, "CS", "FOR PROCESSING")
            return [
                (object(2, sopClass: "88.11", modality: "SR", pixels: false), .report),
                (object(3, sopClass: "88.59", modality: "KO", pixels: false), .keyObject),
                (object(4, sopClass: "11.1", modality: "PR", pixels: false), .presentationState),
                (object(5, sopClass: "104.1", modality: "DOC", pixels: false), .document),
                (object(6, sopClass: "9.1.1", modality: "ECG", pixels: false), .waveform),
                (object(7, sopClass: "66.4", modality: "SEG"), .segmentation),
                (screen, .secondaryCapture), (raw, .forProcessing),
                (object(10, sopClass: "481.2", modality: "RTDOSE"), .doseObject),
                // Filed wrongly by an archive: nothing is said by it.
                (
                    object(11, sopClass: "88.22", modality: "SR", pixels: false, study: "1.2.3"),
                    .report
                ),
            ]
        }()

        private static let film = object(1, sopClass: "1.1", modality: "DX", patient: "A1")

        @Test(
            "a film with reports, keys, papers and screens beside it has the film's finding",
            arguments: BrokerKind.available)
        func beside(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let film = try scene.write(Self.film.file, to: "film.dcm")
            let others = try Self.beside.enumerated().map {
                try scene.write($1.object.file, to: "other-\($0).dcm")
            }
            let messages = [
                StudyMessage("alone", files: [film], study: Self.study),
                StudyMessage("all", files: others + [film], priority: "urgent", study: Self.study),
                StudyMessage("none", files: others, priority: "stat", study: Self.study),
            ]
            let worker = try scene.startWorker()
            let audit = try scene.run(messages, on: worker)
            let (alone, all) = (try audit.finding("alone"), try audit.finding("all"))
            #expect(all.assessed?.output == alone.assessed?.output && all.assessed != nil)
            #expect(all.findings == alone.findings && all.instances == alone.instances)
            #expect(alone.leftOut.isEmpty)
            #expect(all.leftOut.map(\.reason) == Self.beside.map(\.reason))
            #expect(all.leftOut.map(\.place) == Array(0..<others.count))
            #expect(all.leftOut.allSatisfy { $0.sop != nil && $0.series != nil })
            let none = try audit.finding("none")
            #expect(none.assessed == nil && none.findings.isEmpty && none.instances.isEmpty)
            #expect(none.priority.effective == .stat && none.priority.ai == nil)
            #expect(none.leftOut.count == others.count)
            #expect(none.reasons.first?.code == "nothing_to_assess")
        }

        /// An event that states series and SOP Instance UIDs: the file, its series and its SOP.
        private static func message(
            _ id: String, _ files: [(path: String, series: String?, sop: String?)]
        ) -> StudyMessage {
            let instances = files.map { file in
                let series = file.series.map { #","series":"\#($0)""# } ?? ""
                let sop = file.sop.map { #","sop":"\#($0)""# } ?? ""
                return #"{"uri":"file://\#(file.path)"\#(series)\#(sop)}"#
            }
            return StudyMessage(
                id,
                body: #"{"study":{"uid":"\#(study)"},"priority":"asap","instances":["#
                    + instances.joined(separator: ",") + "]}")
        }

        /// Studies of own and others' films, and why each is not assessed; no reason when it is.
        private static func cases(_ scene: Scene) throws -> [(StudyMessage, [String])] {
            func path(_ name: String, _ object: MadeDicom) throws -> String {
                try scene.write(object.file, to: name + ".dcm")
            }
            let own = try path("own", Self.film)
            let padded = try path(
                "padded", Self.object(2, sopClass: "1.1", modality: "DX", patient: " a1  "))
            let nameless = try path("nameless", Self.object(3, sopClass: "1.1", modality: "DX"))
            let other = try path(
                "other", Self.object(4, sopClass: "1.1", modality: "DX", study: "2.25.4712"))
            let malformed = try path(
                "malformed", Self.object(5, sopClass: "1.1", modality: "DX", study: "2..5"))
            let someone = try path(
                "someone", Self.object(6, sopClass: "1.1", modality: "DX", patient: "A2"))
            func plain(_ id: String, _ files: [String]) -> StudyMessage {
                StudyMessage(id, files: files, priority: "asap", study: Self.study)
            }
            let many = Array(repeating: own, count: 5)
            return [
                (plain("same", [own, padded, nameless]), []),
                (Self.message("stated", [(own, "2.25.2", "2.25.3.1")]), []),
                (plain("study", [other]), ["other_study"]),
                (plain("last", many + [other]), ["other_study"]),
                (plain("malformed", [own, malformed]), ["other_study"]),
                (plain("patient", many + [someone]), ["other_patient"]),
                (
                    Self.message("series", [(own, "2.25.2", nil), (padded, "2.25.9", nil)]),
                    ["other_series"]
                ),
                (Self.message("sop", [(own, nil, "2.25.3.2")]), ["other_instance"]),
                (
                    plain("both", [own, other, someone]),
                    ["other_study", "other_patient"]
                ),
            ]
        }

        /// A study keeps its order, and is assessed when nothing speaks against it.
        private static func check(_ finding: Finding, _ reasons: [String], _ id: String) {
            #expect(finding.priority.ordered == .asap)
            guard !reasons.isEmpty else {
                #expect(finding.assessed != nil, "\(id)")
                return
            }
            #expect(finding.assessed == nil && finding.findings.isEmpty, "\(id)")
            #expect(finding.priority.effective == .asap && finding.priority.ai == nil)
            #expect(finding.reasons.map(\.code) == ["identity_mismatch"] + reasons, "\(id)")
        }

        @Test(
            "a study with anyone else's image is not assessed, stays where it was, and is alarmed")
        func identity() throws {
            let scene = try Scene(anyBroker)
            let cases = try Self.cases(scene)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(cases.map(\.0))
            try audit.await(cases.count, within: .seconds(120), worker: worker)
            let metrics = HTTPExchange(port: try worker.port(), path: "/metrics").body
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(cases.map(\.0)) == [])
            for (message, reasons) in cases {
                try Self.check(audit.finding(message.id), reasons, message.id)
            }
            let alarms = [
                ("study_uid_differs", 4), ("series_uid_differs", 1), ("sop_uid_differs", 1),
                ("patient_differs", 2),
            ]
            for (kind, count) in alarms {
                let line = #"vigil_identity_mismatch_total{kind="\#(kind)"} \#(count)"#
                #expect(metrics.contains(line), "\(line)")
            }
        }
    }
}
