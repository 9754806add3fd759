import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Decoder faults", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct DecoderFaultTests {
        @Test("decoders that are killed again and again cost no event, and not the worker")
        func killed() throws {
            let scene = try Scene(anyBroker)
            let messages = Load.make(400)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            var kills = 0
            let end = ContinuousClock.now + .seconds(60)
            while audit.count < messages.count, ContinuousClock.now < end {
                for decoder in worker.children where kill(decoder, SIGKILL) == 0 { kills += 1 }
                try? audit.await(
                    min(messages.count, audit.count + 20), within: .milliseconds(200),
                    worker: worker)
            }
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            #expect(kills >= 20, "too few to tell")
            // A file over which a decoder died twice is given up; no other reason is new.
            for message in messages where audit.deadLetters[message.id] != nil {
                let code = try audit.deadLetter(message.id).errorCode
                let known = [
                    "decoder_crashed", "not_json", "unsupported_scheme", "tombstone",
                    "outside_roots",
                ]
                #expect(known.contains(code), "\(message.id): \(code)")
            }
        }

        @Test("decoders that stand still cost their studies alone, after decode.timeout-ms")
        func stopped() throws {
            let scene = try Scene(anyBroker)
            let warm = Load.make(4, badEvery: 100)
            let worker = try scene.startWorker(settings: ["decode.timeout-ms=1000"])
            let port = try worker.port()
            let audit = try scene.audit()
            try scene.send(warm)
            try audit.await(4, within: .seconds(30), worker: worker)
            let decoders = worker.children
            #expect(!decoders.isEmpty)
            for decoder in decoders { kill(decoder, SIGSTOP) }
            let held = (0..<20).map {
                StudyMessage("held-\($0)", files: [Images.path("SC_rgb.dcm")])
            }
            try scene.send(held)
            try audit.await(24, within: .seconds(30), worker: worker)
            let metrics = HTTPExchange(port: port, path: "/metrics").body
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(warm + held) == [])
            for name in ["decoder_restarts_total{reason", "decode_failures_total{transfer"] {
                #expect(metrics.contains("vigil_\(name)"), "\(name)")
            }
            #expect(!metrics.contains("\nvigil_sci_grams_per_study "))
            let given = try held.filter { audit.deadLetters[$0.id] != nil }.map {
                try audit.deadLetter($0.id).errorCode
            }
            #expect(!given.isEmpty && given.count <= decoders.count)
            #expect(Set(given) == ["decoder_timeout"])
        }

        @Test("work that takes far longer than max.poll.interval.ms costs no partition")
        func slow() throws {
            let scene = try Scene(anyBroker)
            let warm = Load.make(4, badEvery: 100)
            let worker = try scene.startWorker(
                settings: [
                    "kafka.consumer.session.timeout.ms=1000",
                    "kafka.consumer.heartbeat.interval.ms=300",
                    "kafka.consumer.max.poll.interval.ms=1000",
                ])
            let audit = try scene.audit()
            try scene.send(warm)
            try audit.await(4, within: .seconds(30), worker: worker)
            let decoders = worker.children
            for decoder in decoders { kill(decoder, SIGSTOP) }
            let held = (0..<20).map {
                StudyMessage("held-\($0)", files: [Images.path("SC_rgb.dcm")])
            }
            try scene.send(held)
            Thread.sleep(forTimeInterval: 4)
            #expect(audit.findings.count == 4)
            for decoder in decoders { kill(decoder, SIGCONT) }
            try audit.await(24, within: .seconds(30), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(warm + held) == [])
            #expect(audit.findings.count == 24)
            let lost = ["partitions_lost", "MAXPOLL", "member_replaced"]
            #expect(!worker.log.contains { line in lost.contains { line.contains($0) } })
        }
    }
}
