import BrokerTestKit
import KafkaTransport
import Processes
import Testing
import VigilCore

extension EndToEnd {
    @Suite(
        "Delivery", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct DeliveryTests {
        @Test(
            "a thousand events of all priorities, some of them bad, have a thousand outcomes",
            arguments: BrokerKind.available)
        func thousandEvents(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let messages = Load.make(1000)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(1000, within: .seconds(90), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            #expect(audit.findings.count == 900)
            #expect(audit.deadLetters.count == 100)
        }

        @Test(
            "a worker that is killed five times under load loses nothing and repeats nothing",
            arguments: BrokerKind.showingAfterKills)
        func killedUnderLoad(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let messages = Load.make(600)
            let audit = try scene.audit()
            try scene.send(messages)
            for round in 1...5 {
                let worker = try scene.startWorker()
                try audit.await(audit.count + 60, within: .seconds(120), worker: worker)
                worker.kill()
                #expect(try worker.exit(within: .seconds(30)) == .signal(9), "round \(round)")
            }
            let beforeLast = audit.count
            let worker = try scene.startWorker()
            try audit.await(600, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            #expect(beforeLast < 600, "the load was over before the last kill")
        }

        @Test(
            "a log that ends before the committed offset was made anew, and is read from its start",
            arguments: BrokerKind.available)
        func logMadeAnew(_ kind: BrokerKind) throws {
            let scene = try Scene(kind, partitions: 1)
            let configuration = scene.broker.configuration(group: scene.group, instance: "before")
            let producer = try TransactionalProducer(
                configuration: configuration, wakeUp: WakeUp())
            try producer.initTransactions(within: .seconds(30))
            try producer.begin()
            let partition = TopicPartition(topic: scene.topics.input, partition: 0)
            try producer.sendOffsets(
                [OffsetToCommit(partition: partition, nextOffset: 1000, metadata: "")],
                for: GroupMetadata(ofEmptyGroup: scene.group), within: .seconds(30))
            try producer.commit(within: .seconds(30))

            let messages = Load.make(20)
            try scene.send(messages)
            let worker = try scene.startWorker()
            let astray = try worker.event("committed_offset_astray")
            #expect(astray["kind"]?.stringValue == "log_reset")
            let audit = try scene.audit()
            try audit.await(20, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }
    }
}
