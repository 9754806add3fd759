import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Studies in parts", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct StudyPartsTests {
        private static let study = "1.2.826.0.1.3680043.8.498.5"

        /// One series of a study, each with an image of its own.
        private func part(_ id: String, series: Int, of expected: Int, in study: String = study)
            -> StudyMessage
        {
            let path = Images.path(Images.quick[series % Images.quick.count])
            return StudyMessage(
                id,
                body: """
                    {"study":{"uid":"\(study)"},"priority":"routine",\
                    "expected":{"series":\(expected)},"instances":[{"uri":"file://\(path)",\
                    "series":"\(study).\(series)"}]}
                    """)
        }

        private func withdrawal(_ id: String, series: Int? = nil) -> StudyMessage {
            let list = series.map { ",\"series\":[\"\(Self.study).\($0)\"]" } ?? ""
            return StudyMessage(
                id,
                body: """
                    {"study":{"uid":"\(Self.study)"},"status":"entered-in-error"\(list)}
                    """)
        }

        /// An event that is complete by itself: with its outcome, all before it were taken in.
        private func marker(_ id: String) -> StudyMessage {
            StudyMessage(id, files: [Images.path(Images.quick[0])])
        }

        private func answers(_ finding: Finding) -> [String] {
            finding.revision?.answers.map(\.event.id) ?? []
        }

        @Test(
            "parts that come out of order, twice and to two workers give one finding of the whole",
            arguments: BrokerKind.available)
        func complete(_ kind: BrokerKind) throws {
            let scene = try Scene(kind, partitions: 1)
            let first = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send([
                part("c", series: 3, of: 3), part("a", series: 1, of: 3),
                part("a-again", series: 1, of: 3), marker("marker"),
            ])
            try audit.await(1, within: .seconds(120), worker: first)
            first.kill()
            _ = try first.exit(within: .seconds(30))
            #expect(audit.findings.keys.sorted() == ["marker"])
            let second = try scene.startWorker()
            try scene.send([part("b", series: 2, of: 3)])
            try audit.await(2, within: .seconds(120), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.findings.keys.sorted() == ["b", "marker"])
            #expect(audit.findings["b"]?.count == 1 && audit.energy["b"]?.count == 1)
            #expect(audit.deadLetters.isEmpty)
            let finding = try audit.finding("b")
            #expect(answers(finding) == ["c", "a", "a-again", "b"])
            #expect(finding.instances.count == 3)
            let revision = try #require(finding.revision)
            #expect(revision.number == 1 && revision.closing == .complete)
            #expect(revision.isComplete && revision.series == 3 && revision.previous == nil)
        }

        @Test(
            "a study closed by time is revised by what comes late, and taken back when withdrawn",
            arguments: BrokerKind.available)
        func revised(_ kind: BrokerKind) throws {
            let scene = try Scene(kind, partitions: 1)
            let settings = ["study.wait-max-ms=1000"]
            let first = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            try scene.send([part("one", series: 1, of: 2)])
            try audit.await(1, within: .seconds(120), worker: first)
            // What was said before is known to a worker that knows nothing but Kafka.
            first.kill()
            _ = try first.exit(within: .seconds(30))
            let second = try scene.startWorker(settings: settings)
            for (count, message) in [
                part("two", series: 2, of: 2), withdrawal("less", series: 1),
            ].enumerated() {
                try scene.send([message])
                try audit.await(2 + count, within: .seconds(120), worker: second)
            }
            // With the marker's outcome, the duplicate has been judged by itself.
            try scene.send([part("two-again", series: 2, of: 2), marker("marker")])
            try audit.await(4, within: .seconds(120), worker: second)
            try scene.send([withdrawal("gone")])
            try audit.await(5, within: .seconds(120), worker: second)
            try second.stop()
            try audit.settle()
            try expectRevisions(audit)
            try expectUnwanted(scene, ["two-again": "duplicate"])
            let replay = try CommandRun(
                ["replay", "--verify", "--from", "0", "--to", "1000"]
                    + scene.replayArguments(settings: []))
            #expect(replay.code == 0, "\(replay.output) \(replay.error)")
        }

        private func expectRevisions(_ audit: OutcomeAudit) throws {
            let chain = try ["one", "two", "less"].map { try audit.finding($0) }
            #expect(Set(chain.map(\.findingID)).count == 1)
            #expect(chain.map { $0.revision?.number } == [1, 2, 3])
            #expect(chain.map { $0.revision?.closing } == [.timedOut, .late, .late])
            #expect(chain.map { $0.revision?.isComplete } == [false, true, false])
            #expect(chain.map(\.instances.count) == [1, 2, 1])
            #expect(
                chain.map { $0.revision?.previous } == [
                    nil, chain[0].deterministicDigest, chain[1].deterministicDigest,
                ])
            #expect(chain[2].instances == [chain[1].instances[1]])
            let types = ["one", "two"].map { audit.findings[$0]?.first?.header("ce_type") }
            #expect(types == [WireNames.findingType, WireNames.revisionType])
            let gone = try #require(audit.findings["gone"]?.first)
            #expect(gone.key == audit.findings["one"]?.first?.key)
            let withdrawn = try audit.finding("gone")
            #expect(withdrawn.isWithdrawn && withdrawn.findings.isEmpty)
            #expect(withdrawn.priority.ordered == chain[0].priority.ordered)
            #expect(gone.header("ce_type") == WireNames.retractionType)
            #expect(gone.header("ce_revision") == "4")
            #expect(withdrawn.findingID == chain[0].findingID)
            #expect(audit.findings.values.allSatisfy { $0.count == 1 })
            #expect(audit.energy.keys.sorted() == ["less", "marker", "one", "two"])
            #expect(audit.deadLetters.isEmpty)
        }

        private func expectUnwanted(_ scene: Scene, _ codes: [String: String]) throws {
            var reader = try RecordReader(configuration: scene.broker.configuration(group: "x"))
            try reader.open([scene.topics.input + ".expired"], timeout: .seconds(30))
            let records = try reader.readToEnd(timeout: .seconds(30))
            let found = try records.map {
                ($0.header("ce_id") ?? "", try DeadLetterDecoder.decode($0).errorCode)
            }
            #expect(Dictionary(found) { $1 } == codes && found.count == codes.count)
        }

        @Test("a study withdrawn while it waits is never read, and each event is accounted for")
        func withdrawnEarly() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send([
                part("one", series: 1, of: 3), part("two", series: 2, of: 3), withdrawal("gone"),
            ])
            try audit.await(1, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.findings.keys.sorted() == ["gone"])
            #expect(audit.findings["gone"]?.first?.header("ce_revision") == "1")
            #expect(audit.energy.isEmpty && audit.deadLetters.isEmpty)
            try expectUnwanted(scene, ["one": "withdrawn", "two": "withdrawn"])
        }
    }
}
