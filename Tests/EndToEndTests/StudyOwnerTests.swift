import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "One owner a study", .serialized,
        .enabled(
            if: EndToEnd.apacheKafka.isAvailable, "\(EndToEnd.apacheKafka.howToGet)"))
    struct StudyOwnerTests {
        private static let partitions: Int32 = 4
        private static let study = "1.2.826.0.1.3680043.8.498.77"

        private func part(
            _ id: String, _ series: Int, of expected: Int = 4, _ priority: String = "routine"
        ) -> StudyMessage {
            let path = Images.path(Images.quick[series % Images.quick.count])
            return StudyMessage(
                id,
                body: """
                    {"study":{"uid":"\(Self.study)"},"priority":"\(priority)",\
                    "expected":{"series":\(expected)},"instances":[{"uri":"file://\(path)",\
                    "series":"\(Self.study).\(series)"}]}
                    """)
        }

        private func workers(_ scene: Scene, _ settings: [String]) throws -> [WorkerProcess] {
            try (1...2).map {
                try scene.startWorker(instance: "slot-\($0)", settings: settings)
            }
        }

        /// Sends each message to a partition of its own, whoever owns its study.
        private func scatter(
            _ messages: [StudyMessage], from first: Int32 = 0, in scene: Scene
        ) throws {
            let producer = try PlainProducer(
                configuration: scene.broker.configuration(group: "sender"))
            for (index, message) in messages.enumerated() {
                try producer.send(
                    message.record(topic: scene.topics.input),
                    partition: (first + Int32(index)) % Self.partitions)
            }
            try producer.flush(within: .seconds(30))
        }

        /// What was forwarded: where each event first stood, and where it stands.
        private func forwarded(
            _ scene: Scene
        ) throws -> [(from: RecordPosition, record: InboundRecord)] {
            let topics = PlacedTopics(input: scene.topics.input, hasUrgent: false)
            var reader = try RecordReader(
                configuration: scene.broker.configuration(group: "placed"))
            try reader.open(topics.names, timeout: .seconds(30))
            return try reader.readToEnd(timeout: .seconds(30)).map {
                (topics.original(of: $0).position, $0)
            }
        }

        private func studyFindings(_ audit: OutcomeAudit) throws -> [Finding] {
            try audit.findings.values.joined().map { try FindingDecoder.decode($0) }
        }

        @Test("parts of one study in all partitions of two workers make one finding and revise it")
        func parts() throws {
            let scene = try Scene(apacheKafka, partitions: Int(Self.partitions))
            let workers = try workers(
                scene, ["study.wait-max-ms=120000", "study.wait-max-stat-ms=120000"])
            let audit = try scene.audit()
            try scatter(
                [part("a", 1), part("b", 2), part("c", 3, "stat"), part("d", 4)], in: scene)
            try audit.await(within: .seconds(90)) { $0.findings.count == 1 }
            let found = try studyFindings(audit)
            #expect(found.map { $0.revision?.number } == [1])
            #expect(found[0].revision?.answers.count == 4)
            #expect(found[0].revision?.closing == .complete)
            #expect(found[0].priority.ordered == .stat && found[0].priority.order.isKnown)
            // Where each event stood is told, and not where it was forwarded to.
            let answered = Set(found[0].revision?.answers.map(\.position.topic) ?? [])
            #expect(answered == [scene.topics.input])

            try scatter([part("e", 5, of: 5), part("f", 1)], from: 2, in: scene)
            try audit.await(within: .seconds(90)) { $0.findings.count >= 2 }
            for worker in workers { try worker.stop() }
            try audit.settle()
            let all = try studyFindings(audit).sorted {
                ($0.revision?.number ?? 0) < ($1.revision?.number ?? 0)
            }
            #expect(all[0].revision?.number == 1 && all[1].revision?.number == 2)
            #expect(all[1].revision?.previous == all[0].deterministicDigest)
            #expect(Set(all.map(\.findingID)).count == 1 && all[1].instances.count == 5)
            let forwarded = try forwarded(scene)
            // Of six, those that a sender had placed right stayed.
            let owner = KeyPartitioner.crc32.partition(
                of: Array(Self.study.utf8), among: Self.partitions)
            #expect((3...5).contains(forwarded.count))
            #expect(Set(forwarded.map(\.from)).count == forwarded.count)
            #expect(forwarded.allSatisfy { $0.record.position.partition == owner })
            #expect(forwarded.allSatisfy { $0.from.partition != owner })
        }

        @Test("without owners two workers make two findings of the same parts")
        func withoutOwners() throws {
            let scene = try Scene(apacheKafka, partitions: Int(Self.partitions))
            let workers = try workers(
                scene,
                [
                    "study.placement=off", "study.wait-max-ms=1000",
                    "study.wait-max-stat-ms=1000",
                ])
            let audit = try scene.audit()
            try scatter(
                [part("a", 1), part("b", 2), part("c", 3, "stat"), part("d", 4)], in: scene)
            try audit.await(within: .seconds(90)) { audit in
                ((try? studyFindings(audit)) ?? []).reduce(0) {
                    $0 + ($1.revision?.answers.count ?? 0)
                } >= 4
            }
            for worker in workers { try worker.stop() }
            try audit.settle()
            #expect(try studyFindings(audit).count { $0.revision?.number == 1 } == 2)
            #expect(try forwarded(scene).isEmpty)
        }

        @Test("an order that one partition learned stands for the events of all others")
        func orders() throws {
            let scene = try Scene(apacheKafka, partitions: Int(Self.partitions))
            let workers = try workers(scene, [])
            let audit = try scene.audit()
            func message(_ id: String, _ priority: String) -> StudyMessage {
                StudyMessage(
                    id, files: [Images.path("SC_rgb.dcm")], priority: priority,
                    study: Self.study)
            }
            let raise = StudyMessage(
                "raise", body: "{\"study\":{\"uid\":\"\(Self.study)\"},\"priority\":\"stat\"}"
            ).with("ce_type", "org.vigil.study.priority.v1")
            try scatter([message("first", "urgent")], in: scene)
            try audit.await(1, within: .seconds(120))
            try scatter([raise], from: 1, in: scene)
            // It has no outcome but the order: an event behind it in its partition tells of it.
            try scatter([message("marker", "routine")], from: 1, in: scene)
            try audit.await(2, within: .seconds(120))
            for (index, id) in ["p0", "p1", "p2", "p3"].enumerated() {
                try scatter([message(id, "routine")], from: Int32(index), in: scene)
            }
            try audit.await(6, within: .seconds(120))
            for worker in workers { try worker.stop() }
            try audit.settle()
            for id in ["marker", "p0", "p1", "p2", "p3"] {
                let priority = try audit.finding(id).priority
                #expect(priority.ordered == .stat && priority.order.isKnown, "\(id)")
                #expect(priority.order.ofEvent == .routine)
            }
            #expect(try audit.finding("first").priority.ordered == .urgent)
        }

        @Test(
            "a worker that dies while it forwards loses and repeats nothing",
            arguments: [
                "before-begin", "after-first-record", "after-offsets", "during-commit",
                "after-commit",
            ])
        func killed(_ point: String) throws {
            let scene = try Scene(apacheKafka, partitions: Int(Self.partitions))
            let messages = (0..<24).map { number in
                StudyMessage(
                    "event-\(number)",
                    files: [Images.path(Images.quick[number % Images.quick.count])],
                    priority: number % 3 == 0 ? "stat" : "routine")
            }
            let audit = try scene.audit()
            try scatter(messages, in: scene)
            let first = try WorkerProcess(
                arguments: scene.arguments(
                    instance: "slot-1",
                    settings: ["test.crash-at=\(point)", "test.crash-after=1"]))
            let end = try first.exit(within: .seconds(120))
            #expect([.signal(9), .signal(14)].contains(end))
            let second = try scene.startWorker()
            try audit.await(messages.count, within: .seconds(90), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            let forwarded = try forwarded(scene)
            #expect(Set(forwarded.map(\.from)).count == forwarded.count && forwarded.count > 8)
        }

        @Test("what is bad is a dead letter where it stands or by where it stood, byte for byte")
        func deadLetters() throws {
            let scene = try Scene(apacheKafka, partitions: Int(Self.partitions))
            let bad = (0..<8).map { number in
                number < 4
                    ? StudyMessage("broken-\(number)", body: "{\"study\":")
                    : StudyMessage("gone-\(number)", files: [Images.path("../no-such-file")])
            }
            let settings = ["topics.retry-count=1", "retry.topic-pause-ms=100"]
            let workers = try workers(scene, settings)
            let audit = try scene.audit()
            try scatter(bad, in: scene)
            try audit.await(bad.count, within: .seconds(90))
            for worker in workers { try worker.stop() }
            try audit.settle()
            #expect(audit.problems(bad) == [])
            let forwarded = try forwarded(scene)
            #expect(forwarded.allSatisfy { $0.record.header("ce_id")?.hasPrefix("gone") == true })
            for (index, message) in bad.enumerated() {
                let origin = try audit.deadLetter(message.id).origin
                #expect(origin.topic == scene.topics.input)
                #expect(origin.partition == Int32(index) % Self.partitions)
            }
        }
    }
}
