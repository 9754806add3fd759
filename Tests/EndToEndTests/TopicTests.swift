import BrokerTestKit
import Foundation
import KafkaTransport
import Processes
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Topics that change under a worker", .serialized,
        .enabled(if: EndToEnd.apacheKafka.isAvailable, "\(EndToEnd.apacheKafka.howToGet)"))
    struct TopicTests {
        private func messages(_ name: String, _ count: Int) -> [StudyMessage] {
            (0..<count).map {
                StudyMessage(
                    "\(name)-\($0)", files: [Images.path(Images.quick[$0 % Images.quick.count])],
                    priority: $0 % 3 == 0 ? "stat" : "routine")
            }
        }

        /// Sends what comes to the topic as it is now, and expects one outcome of all.
        private func expectAnswers(
            to new: [StudyMessage], after old: [StudyMessage], _ scene: Scene,
            _ worker: WorkerProcess, _ audit: OutcomeAudit
        ) throws {
            try scene.send(new)
            try audit.await(old.count + new.count, within: .seconds(120), worker: worker)
            _ = try answer("/ready", of: worker) { $0.status == 200 }
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(old + new) == [])
        }

        @Test("a topic deleted and made again under a worker has an outcome for every event")
        func madeAnew() throws {
            let scene = try Scene(apacheKafka, partitions: 1)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            let (old, new) = (messages("old", 30), messages("new", 80))
            try scene.send(old)
            try audit.await(old.count, within: .seconds(120), worker: worker)
            try TopicChanges.makeAnew([scene.topics.input], partitions: 1, on: scene.broker)
            // More than the old one had, so that the old position stands in the new log.
            try expectAnswers(to: new, after: old, scene, worker, audit)
        }

        @Test("a topic that is gone for a while is named, and its events are read when it is back")
        func gone() throws {
            let scene = try Scene(apacheKafka, partitions: 1)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            let (old, new) = (messages("old", 9), messages("new", 9))
            try scene.send(old)
            try audit.await(old.count, within: .seconds(120), worker: worker)
            try TopicChanges.makeAnew([scene.topics.input], partitions: 1, on: scene.broker) {
                let answer = try answer("/ready", of: worker) { $0.status == 503 }
                #expect(answer.body.contains("topics_missing"))
                #expect(answer.body.contains(scene.topics.input))
                // The client hears of it by itself, and must not end the worker.
                Thread.sleep(forTimeInterval: 4)
                #expect(worker.isRunning)
                #expect(HTTPExchange(port: try worker.port(), path: "/live").status == 200)
            }
            try expectAnswers(to: new, after: old, scene, worker, audit)
        }

        @Test("topics of outcomes that are gone are named, and nothing is lost")
        func outputsGone() throws {
            let scene = try Scene(apacheKafka, partitions: 1)
            let worker = try scene.startWorker()
            let events = messages("event", 12)
            let outputs = [scene.topics.finding, scene.topics.energy, scene.topics.deadLetter]
            try TopicChanges.makeAnew(outputs, partitions: 1, on: scene.broker) {
                try scene.send(events)
                for topic in outputs {
                    _ = try answer("/ready", of: worker) {
                        $0.status == 503 && $0.body.contains(topic)
                    }
                }
            }
            let audit = try scene.audit()
            try audit.await(events.count, within: .seconds(90), worker: worker)
            _ = try answer("/ready", of: worker) { $0.status == 200 }
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(events) == [])
        }

        @Test("partitions that are added are read in time, also those added while a worker is away")
        func partitionsAdded() throws {
            let scene = try Scene(apacheKafka, partitions: 1)
            let audit = try scene.audit()
            var worker = try scene.startWorker()
            for (round, count) in [(1, 2), (2, 3)] {
                if round == 2 {
                    try worker.stop()
                    try TopicChanges.grow(scene.topics.input, to: count, on: scene.broker)
                    worker = try scene.startWorker()
                } else {
                    try TopicChanges.grow(scene.topics.input, to: count, on: scene.broker)
                }
                let message = messages("round-\(round)", 1)[0]
                let end = ContinuousClock.now + .seconds(30)
                var isSent = false
                while !isSent, ContinuousClock.now < end {
                    // One that has seen the topic asks for its partitions again after minutes.
                    let producer = try PlainProducer(
                        configuration: scene.broker.configuration(group: "sender"))
                    do {
                        try producer.send(
                            message.record(topic: scene.topics.input), partition: Int32(round))
                        try producer.flush(within: .seconds(5))
                        isSent = true
                    } catch { Thread.sleep(forTimeInterval: 0.5) }
                }
                #expect(isSent)
                try audit.await(round, within: .seconds(120), worker: worker)
            }
            try worker.stop()
        }

        @Test("when all is answered the lag is nothing, whatever the transactions have left")
        func lag() throws {
            let scene = try Scene(apacheKafka, partitions: 1)
            let worker = try scene.startWorker()
            let events = messages("event", 6)
            let producer = try TransactionalProducer(
                configuration: scene.broker.configuration(group: "ris", instance: "a"),
                wakeUp: WakeUp())
            try producer.initTransactions(within: .seconds(30))
            for event in events {
                try producer.begin()
                try producer.produce(event.record(topic: scene.topics.input))
                try producer.commit(within: .seconds(30))
            }
            try worker.events(events.count, "finding_published")
            let line =
                "vigil_kafka_consumer_lag_records{topic=\"\(scene.topics.input)\","
                + "partition=\"0\"} 0"
            _ = try answer("/metrics", of: worker) { $0.body.contains(line) }
            worker.pause()
            try scene.send(events)
            worker.resume()
            try worker.events(2 * events.count, "finding_published")
            _ = try answer("/metrics", of: worker) { $0.body.contains(line) }
            try worker.stop()
        }

        @Test("events that retention takes from a running worker are counted, and it goes on")
        func overtaken() throws {
            let scene = try Scene(apacheKafka, partitions: 1)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            let events = messages("event", 40)
            try scene.send(Array(events[..<10]))
            try audit.await(10, within: .seconds(120), worker: worker)
            worker.pause()
            // A fetch that waits at the broker is over then, and would bring them all.
            Thread.sleep(forTimeInterval: 1)
            try scene.send(Array(events[10...]))
            try TopicChanges.deleteRecords(
                of: TopicPartition(topic: scene.topics.input, partition: 0), before: 25,
                on: scene.broker)
            worker.resume()
            let told = try worker.event("events_overtaken")
            #expect(told["count"]?.intValue == 15 && told["first"]?.intValue == 25)
            try audit.await(25, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(Array(events[..<10] + events[25...])) == [])
        }

        /// The answer of a probe or of the metrics, asked for until it is as wanted.
        private func answer(
            _ path: String, of worker: WorkerProcess, _ isWanted: (HTTPExchange) -> Bool
        ) throws -> HTTPExchange {
            let port = try worker.port()
            let end = ContinuousClock.now + .seconds(60)
            var answer = HTTPExchange(port: port, path: path)
            while !isWanted(answer), ContinuousClock.now < end {
                usleep(100_000)
                answer = HTTPExchange(port: port, path: path)
            }
            #expect(isWanted(answer), "\(path): \(answer.body.prefix(400))")
            return answer
        }
    }
}
