import BrokerTestKit
import Foundation
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Workers that compare studies with earlier ones of their patients.
    @Suite(
        "Workers with earlier studies", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct PriorWorkerTests {
        private static let demo = Checkout.root + "/Deploy/demo/"
        private static let mini = Checkout.root + "/Deploy/models/vigil-mini"
        private static let calibrated = [
            "triage.calibrations=\(demo)synthetic.calibration",
            "triage.calibration-keys=\(demo)synthetic.pub",
        ]
        private static let settings =
            calibrated + ["context.priors-max=100", "context.prior-spread=0.5"]

        /// A study of a patient: a film of the demonstration without its UIDs.
        private func study(
            _ id: String, _ kind: String, of patient: String? = ContextScene.patient,
            in scene: Scene
        ) throws -> StudyMessage {
            let film = try Data(
                contentsOf: URL(fileURLWithPath: Self.demo + "synthetic-\(kind).dcm"))
            let path = try scene.write(Images.anonymous([UInt8](film)), to: "\(id).dcm")
            var message = StudyMessage(id, files: [path])
            guard let patient, let value = message.value else { return message }
            let text = String(decoding: value, as: UTF8.self).dropFirst()
            message.value = Array("{\"patient\":\"\(patient)\",\(text)".utf8)
            return message
        }

        /// A further worker's findings of studies that are sent one after the other.
        private func findings(
            of studies: [StudyMessage], after count: Int, in scene: Scene, _ settings: [String]
        ) throws -> [Finding] {
            let worker = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            for (index, study) in studies.enumerated() {
                try scene.send([study])
                try audit.await(count + index + 1, within: .seconds(120), worker: worker)
            }
            try worker.stop()
            return try studies.map { try audit.finding($0.id) }
        }

        @Test("a film says what is new since the patient's last, over a restart, and is replayed")
        func compares() throws {
            let scene = try Scene(anyBroker, model: Self.mini)
            let one = try findings(
                of: [try study("first", "nothing", in: scene)], after: 0, in: scene, Self.settings)
            let first = try #require(one.first)
            #expect(first.assessed?.prior?.state == .noneKnown)
            let other = String(repeating: "0b", count: 16)
            let two = try findings(
                of: [
                    try study("second", "pneumothorax", in: scene),
                    try study("other", "pneumothorax", of: other, in: scene),
                    try study("unnamed", "pneumothorax", of: nil, in: scene),
                    try study("unclear", "pneumothorax", of: "DOE^JANE", in: scene),
                ], after: 1, in: scene, Self.settings)
            let prior = try #require(two[0].assessed?.prior)
            #expect(prior.state == .compared && prior.asked.spread == 0.5)
            let earlier = try #require(prior.earlier)
            #expect(earlier.study == first.pseudonym && earlier.record == first.deterministicDigest)
            #expect(earlier.time == first.contextTime)
            #expect(earlier.kind == Finding.StudyKind(view: "PA", modality: "DX"))
            #expect(prior.changes.map(\.code) == two[0].findings.map(\.code))
            let change = prior.changes.first { $0.head != nil && $0.code == "pneumothorax" }
            #expect(change?.word == .newSince && (change?.difference?.low ?? 0) > 0)
            #expect(change?.before?.answer == .notFlagged)
            #expect(prior.changes.allSatisfy { $0.word != .unknown || $0.doubt != nil })
            #expect(two[1].assessed?.prior?.state == .noneKnown)
            #expect(two[2].assessed?.prior == nil)
            #expect(two[3].assessed?.prior?.state == .patientUnclear)
            // It informs: what is said and asked for besides is that of anybody's film.
            #expect(two.allSatisfy { $0.findings == two[0].findings })
            #expect(two.allSatisfy { $0.priority == two[0].priority })
            for settings in [Self.settings, Self.calibrated] {
                #expect(Set(try scene.verdicts(settings)) == ["same"])
            }
        }

        @Test("without the setting a record is what it was before, to the byte")
        func off() throws {
            let (plain, asking) = (
                try Scene(anyBroker, model: Self.mini), try Scene(anyBroker, model: Self.mini)
            )
            func finding(_ scene: Scene, _ settings: [String]) throws -> Finding {
                let found = try findings(
                    of: [try study("film", "nodule", in: scene)], after: 0, in: scene, settings)
                return try #require(found.first)
            }
            let (without, with) = (
                try finding(plain, Self.calibrated), try finding(asking, Self.settings)
            )
            #expect(without.assessed?.prior == nil && with.assessed?.prior != nil)
            var bare = with
            bare.assessed?.prior = nil
            #expect(bare.deterministicDigest == without.deterministicDigest)
            #expect(without.json["prior"] == nil)
        }

        @Test("of another view, or of a record that cannot be read, nothing is told, and why")
        func unknown() throws {
            let scene = try Scene(anyBroker, model: Self.mini)
            let two = try findings(
                of: [
                    try study("computed", "cardiomegaly", in: scene),
                    try study("direct", "nothing", in: scene),
                ], after: 0, in: scene, Self.settings)
            let prior = try #require(two[1].assessed?.prior)
            #expect(prior.earlier?.study == two[0].pseudonym)
            #expect(prior.changes.allSatisfy { $0.doubt == .otherView && $0.word == .unknown })
            let producer = try PlainProducer(configuration: scene.broker.configuration(group: "x"))
            // Of the last study, and one of the first under the last one's key.
            for value in ["{}", JSONWriter.text(two[0].json)] {
                try producer.send(
                    OutboundRecord(
                        topic: scene.topics.finding, key: Array(two[1].pseudonym.safeText.utf8),
                        value: Array(value.utf8), headers: []))
                try producer.flush(within: .seconds(30))
            }
            let worker = try scene.startWorker(settings: Self.settings)
            try scene.send([try study("third", "nothing", in: scene)])
            let audit = try scene.audit()
            try audit.await(within: .seconds(120)) { $0.findings["third"] != nil }
            try worker.stop()
            let third = try audit.finding("third")
            #expect(third.assessed?.prior?.state == .unreadable)
            #expect(third.priority.effective == .routine)
        }
    }
}
