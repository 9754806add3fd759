import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Records that no worker wrote", .serialized,
        .enabled(if: EndToEnd.apacheKafka.isAvailable, "\(EndToEnd.apacheKafka.howToGet)"))
    struct HostileRecordTests {
        /// Findings that stop the worker that follows them, if it believes them.
        private static let forgeries: [@Sendable (inout Finding.Revision) -> Void] = [
            { $0.number = .max },
            { $0.parts = [RecordPosition(topic: $0.parts[0].topic, partition: 99, offset: 0)] },
            { $0.parts = [RecordPosition(topic: $0.parts[0].topic, partition: .min, offset: 0)] },
            { $0.parts = [RecordPosition(topic: "", partition: 0, offset: 0)] },
            {
                let name = String(repeating: "x", count: 3000)
                $0.parts = [RecordPosition(topic: name, partition: 0, offset: 0)]
            },
            { $0.parts = [RecordPosition(topic: "elsewhere", partition: 0, offset: 0)] },
            {
                $0.parts = [
                    RecordPosition(topic: $0.parts[0].topic, partition: 0, offset: .max - 1)
                ]
            },
        ]

        private func part(_ id: String, of number: Int, series: Int) -> StudyMessage {
            let study = "1.2.826.0.1.3680043.8.498.5.\(number)"
            let path = Images.path(Images.quick[series % Images.quick.count])
            return StudyMessage(
                id,
                body: """
                    {"study":{"uid":"\(study)"},"priority":"routine","expected":{"series":2},\
                    "instances":[{"uri":"file://\(path)","series":"\(study).\(series)"}]}
                    """)
        }

        @Test("whatever stands in the topic of findings, each event has an outcome")
        func findings() throws {
            let scene = try Scene(apacheKafka, partitions: 1)
            let settings = ["study.wait-max-ms=500"]
            let count = Self.forgeries.count
            let first = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            try scene.send((0..<count).map { part("one-\($0)", of: $0, series: 1) })
            try audit.await(count, within: .seconds(120), worker: first)
            try first.stop()
            let producer = try PlainProducer(
                configuration: scene.broker.configuration(group: "forger"))
            for (number, forge) in Self.forgeries.enumerated() {
                var finding = try audit.finding("one-\(number)")
                var revision = try #require(finding.revision)
                forge(&revision)
                finding.revision = revision
                let encoder = FindingEncoder(topic: scene.topics.finding)
                try producer.send(encoder.encode(finding, time: Timestamp(microseconds: 0)))
            }
            try producer.flush(within: .seconds(30))
            let second = try scene.startWorker(settings: settings)
            try scene.send((0..<count).map { part("two-\($0)", of: $0, series: 2) })
            try audit.await(2 * count, within: .seconds(120), worker: second)
            try second.stop()
            let ignored = second.log.filter { $0.contains("\"event\":\"record_ignored\"") }
            #expect(ignored.count == 4, "\(ignored)")
            let gone = try [1, 5, 6].map { try audit.deadLetter("two-\($0)").errorCode }
            #expect(gone == ["part_gone", "part_gone", "part_gone"])
            #expect(audit.deadLetters.count == 3)
        }
    }
}
