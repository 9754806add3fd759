import BrokerTestKit
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Studies of many images", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct LargeStudyTests {
        /// Different images, over and over.
        private static func files(_ count: Int) -> [String] {
            // Of one patient, or they are no study.
            let names = ["693_UNCR.dcm", "693_UNCI.dcm", "693_J2KR.dcm"]
            return (0..<count).map { Images.path(names[$0 % names.count]) }
        }

        @Test("a study has the same finding whatever the batches that its images come through")
        func chunks() throws {
            let message = StudyMessage("large", files: Self.files(11))
            var digests: Set<Digest> = []
            for (size, batches) in [(1, 2...), (8, 2...), (256, 1...)] {
                let scene = try Scene(anyBroker)
                let worker = try scene.startWorker(settings: ["batch.size-max=\(size)"])
                let finding = try scene.run([message], on: worker).finding("large")
                #expect(finding.instances.count == 11)
                let batch = try #require(finding.run.batch)
                #expect(batches.contains(batch.batches), "\(size): \(batch)")
                #expect(finding.run.energy?.joules ?? .zero > .zero)
                digests.insert(finding.deterministicDigest)
            }
            #expect(digests.count == 1)
        }

        @Test("stat studies of one image pass one of many that the model is at")
        func order() throws {
            let count = 160
            let scene = try Scene(anyBroker)
            let worker = try scene.startWorker(settings: ["log.level=debug"])
            let audit = try scene.audit()
            let file = Images.path("SC_rgb.dcm")
            let large = StudyMessage(
                "large", files: Array(repeating: file, count: count), priority: "stat")
            try scene.send([large])
            // The model is at it.
            _ = try worker.event("batch_formed")
            let small = (0..<3).map {
                StudyMessage("small-\($0)", files: [file], priority: "stat")
            }
            try scene.send(small)
            try audit.await(4, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems([large] + small) == [])
            let ends = try ([large] + small).map { try audit.finding($0.id).run.timeline.inferEnd }
            let last = try #require(ends[0])
            for end in ends.dropFirst() { #expect(try #require(end) < last) }
        }

        @Test("a study beyond a budget is given up with the budget's own code")
        func budget() throws {
            let scene = try Scene(anyBroker)
            let worker = try scene.startWorker(settings: ["study.images-max=4"])
            let audit = try scene.run(
                [
                    StudyMessage("within", files: Self.files(1)),
                    StudyMessage("beyond", files: Array(repeating: Self.files(1)[0], count: 9)),
                ], on: worker)
            #expect(audit.findings["within"] != nil)
            #expect(try audit.deadLetter("beyond").errorCode == "study_images")
        }
    }
}
