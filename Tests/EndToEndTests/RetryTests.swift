import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Retries", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct RetryTests {
        /// A file of the kernel that can be opened and never be read: a storage that fails.
        private static let failing = "/sys/devices/virtual/net/lo"

        @Test(
            "a study whose storage fails goes through both retry topics, and holds nobody up",
            arguments: BrokerKind.available)
        func retryTopics(_ kind: BrokerKind) throws {
            let scene = try Scene(kind, partitions: 1)
            let failing = StudyMessage("failing", files: [Self.failing + "/speed"])
            let others = Load.make(30, badEvery: 1000)
            let worker = try scene.startWorker(
                settings: [
                    "input.roots=\(Images.folder),\(Self.failing)", "retry.attempts-max=2",
                    "retry.backoff-ms=20", "retry.topic-pause-ms=1000",
                ])
            let audit = try scene.audit()
            try scene.send([failing] + others)
            try audit.await(30, within: .seconds(120), worker: worker)
            #expect(audit.deadLetters.isEmpty, "the others had to wait")
            try audit.await(31, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems([failing] + others) == [])
            let letter = try audit.deadLetter("failing")
            #expect(letter.attempts == 6 && letter.errorCode == "input_failed")
            #expect(letter.origin.topic == scene.topics.input)
            #expect(letter.firstFailure < letter.lastFailure)
            let postponed = worker.log.filter { $0.contains("\"event\":\"study_postponed\"") }
            #expect(postponed.count == 2)
        }

        @Test("a study in parts goes through a retry topic as a whole, and is given up as a whole")
        func parts() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let study = "1.2.826.0.1.3680043.8.498.7"
            let parts = [Images.path(Images.quick[0]), Self.failing + "/speed"].map { path in
                StudyMessage(
                    path,
                    body: """
                        {"study":{"uid":"\(study)"},"priority":"asap","expected":{"instances":2},\
                        "instances":[{"uri":"file://\(path)"}]}
                        """)
            }
            let worker = try scene.startWorker(
                settings: [
                    "input.roots=\(Images.folder),\(Self.failing)", "retry.attempts-max=2",
                    "retry.backoff-ms=20", "retry.topic-pause-ms=500", "topics.retry-count=1",
                ])
            let audit = try scene.audit()
            try scene.send(parts)
            try audit.await(2, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(parts) == [])
            for part in parts {
                let letter = try audit.deadLetter(part.id)
                #expect(letter.attempts == 4 && letter.errorCode == "input_failed")
                #expect(letter.origin.topic == scene.topics.input)
            }
        }

        @Test("a study that waits in a retry topic is not lost with its worker")
        func killedMeanwhile() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let failing = StudyMessage("failing", files: [Self.failing + "/speed"])
            let settings = [
                "input.roots=\(Images.folder),\(Self.failing)", "retry.attempts-max=1",
                "topics.retry-count=1", "retry.topic-pause-ms=3000",
            ]
            let first = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            try scene.send([failing])
            _ = try first.event("study_postponed")
            first.kill()
            _ = try first.exit(within: .seconds(30))
            let second = try scene.startWorker(settings: settings)
            try audit.await(1, within: .seconds(120), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems([failing]) == [])
        }

        @Test("an event past its expirytime goes to the topic of expired events, unread")
        func expired() throws {
            let scene = try Scene(anyBroker)
            let image = Images.path(Images.quick[0])
            let late = StudyMessage("late", files: [image])
                .with("ce_expirytime", "2020-01-01T00:00:00Z")
            let early = StudyMessage("early", files: [image])
                .with("ce_expirytime", "2999-01-01T00:00:00Z")
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send([late, early])
            try audit.await(1, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems([early]) == [])
            var reader = try RecordReader(configuration: scene.broker.configuration(group: "x"))
            try reader.open([scene.topics.input + ".expired"], timeout: .seconds(30))
            let records = try reader.readToEnd(timeout: .seconds(30))
            #expect(records.map { $0.header("ce_id") } == ["late"])
            let record = try #require(records.first)
            #expect(record.value == late.value)
            #expect(try DeadLetterDecoder.decode(record).errorCode == "expired")
        }
    }
}
