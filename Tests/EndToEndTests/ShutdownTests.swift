import BrokerTestKit
import Glibc
import Testing
import VigilCore

extension EndToEnd {
    @Suite(
        "Shutdown", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct ShutdownTests {
        /// A study that keeps a worker busy for many seconds.
        private static let longStudy = StudyMessage(
            "long", files: Array(repeating: Images.path("RG1_J2KR.dcm"), count: 15))

        @Test(
            "a worker told to stop under load ends in order, and the next one goes on",
            arguments: BrokerKind.available)
        func stoppedUnderLoad(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let messages = Load.make(500)
            let first = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(100, within: .seconds(120), worker: first)
            first.terminate()
            #expect(try first.exit(within: .seconds(30)) == .exit(0))
            try audit.settle()
            #expect(audit.count < 500, "the load was over before the stop")

            let second = try scene.startWorker()
            try audit.await(500, within: .seconds(120), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
        }

        @Test(
            "a second signal of either kind stops a draining worker at once",
            arguments: [SIGTERM, SIGINT])
        func secondSignal(_ signal: Int32) throws {
            let scene = try Scene(anyBroker)
            let worker = try scene.startWorker(
                settings: ["shutdown.drain-max-ms=60000", "log.level=debug"])
            try scene.send([Self.longStudy])
            _ = try worker.event("study_consumed")
            worker.send(signal)
            _ = try worker.event("shutdown_requested")
            worker.send(signal)
            #expect(try worker.exit(within: .seconds(30)) == .exit(130))
        }

        @Test("a study too long for the drain is left to the next worker, within the bound")
        func longDrain() throws {
            let scene = try Scene(anyBroker)
            let first = try scene.startWorker(
                settings: ["shutdown.drain-max-ms=500", "log.level=debug"])
            let audit = try scene.audit()
            try scene.send([Self.longStudy])
            _ = try first.event("study_decoded")
            first.terminate()
            #expect(try first.exit(within: .seconds(120)) == .exit(0))
            let end = try first.event("shutdown_finished")
            #expect(end["abandoned"]?.intValue == 1)

            let second = try scene.startWorker()
            try audit.await(1, within: .seconds(120), worker: second)
            try second.stop()
            try audit.settle()
            #expect(audit.problems([Self.longStudy]) == [])
        }
    }
}
