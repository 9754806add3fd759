import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Scarce resources", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct ScarcityTests {
        @Test("a producer whose queue is full holds work back and drops nothing")
        func smallQueue() throws {
            let scene = try Scene(anyBroker)
            try scene.run(
                Load.make(300),
                on: scene.startWorker(
                    settings: ["kafka.producer.queue.buffering.max.messages=10"]))
        }

        /// What a finding may be large.
        private static let bytesMax = 12_000

        @Test(
            "a finding too large for its topic becomes a dead letter, and its neighbours go out",
            arguments: ["the client", "the broker"])
        func largeFinding(refusedBy: String) throws {
            let isBroker = refusedBy == "the broker"
            let scene = try Scene(
                anyBroker, partitions: 1,
                findingConfig: isBroker ? ["max.message.bytes": "\(Self.bytesMax)"] : nil)
            let file = Images.path("SC_rgb.dcm")
            let large = StudyMessage("large", files: Array(repeating: file, count: 60))
            let small = (0..<10).map { StudyMessage("small-\($0)", files: [file]) }
            let messages = Array(small[..<5]) + [large] + Array(small[5...])
            let settings =
                isBroker ? [] : ["kafka.producer.message.max.bytes=\(Self.bytesMax)"]
            let audit = try scene.run(messages, on: scene.startWorker(settings: settings))
            let letter = try audit.deadLetter("large")
            #expect(letter.stage == .publish)
            #expect(letter.errorCode == "kafka_too_large")
            #expect(audit.findings.count == 10)
        }

        @Test("a worker whose log and files cannot be written loses nothing")
        func fullDisk() throws {
            let scene = try Scene(anyBroker)
            let worker = try WorkerProcess(
                arguments: scene.arguments(instance: "slot-1", settings: []),
                shell: "trap '' XFSZ; ulimit -f 4096; exec \"$@\" 2>/dev/full")
            try worker.ready()
            try scene.run(Load.make(100), on: worker)
        }

        @Test("with 128 file handles a worker works, with fewer it ends in order")
        func fileHandles() throws {
            let scene = try Scene(anyBroker)
            func start(_ handles: Int, _ instance: String) throws -> WorkerProcess {
                try WorkerProcess(
                    arguments: scene.arguments(
                        instance: instance, settings: ["startup.timeout-ms=4000"]),
                    shell: "ulimit -n \(handles); exec \"$@\"")
            }
            let few = try [6, 8, 12, 16, 24, 32].map { ($0, try start($0, "few-\($0)")) }
            for (handles, worker) in few {
                let end = try worker.exit(within: .seconds(30))
                let told = worker.log.joined()
                // A file of the model that cannot be opened, or what the system refused.
                #expect(end == .exit(66) || end == .exit(71), "with \(handles): \(told)")
                let causes = ["Too many open files", "errno 24", "error 24"]
                #expect(causes.contains { told.contains($0) }, "with \(handles): \(told)")
            }
            let worker = try start(128, "slot-1")
            try worker.ready()
            try scene.run(Load.make(100), on: worker)
        }
    }
}
