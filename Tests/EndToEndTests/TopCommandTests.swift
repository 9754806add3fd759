import BrokerTestKit
import Testing
import VigilCore

extension EndToEndAnswers {
    @Suite("How workers stand", .serialized)
    struct TopCommandTests {
        private func once(_ addresses: [String], _ options: String...) throws -> CommandRun {
            try CommandRun(["top", "--once", "--every", "0.5"] + options + addresses)
        }

        @Test("a worker's queues, deadlines and joules are shown, and one that is away is told of")
        func shown() throws {
            let scene = try Scene(anyBroker)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send([
                StudyMessage("top", files: [Images.path("SC_rgb.dcm")], priority: "stat")
            ])
            try audit.await(1, within: .seconds(120), worker: worker)
            let address = "http://127.0.0.1:\(try worker.port())"
            let nobody = "http://127.0.0.1:\(try FreePort.find())"

            let shown = try once([address + "/", nobody])
            #expect(shown.code == 0, "\(shown.error)")
            #expect(shown.output.allSatisfy { $0.count <= 100 }, "\(shown.output)")
            #expect(shown.output.contains { $0.hasPrefix(address) && $0.contains("ready") })
            #expect(shown.output.contains { $0.hasPrefix(nobody) && $0.contains("away") })
            #expect(shown.output.contains { $0.hasPrefix("stat ") && $0.hasSuffix(" 1") })

            let json = try JSONParser.parse(
                Array((try once([address], "--json").output.first ?? "").utf8))
            let told = json["workers"]?.arrayValue?.first
            #expect(told?["state"]?.stringValue == "ready")
            #expect(told?["resident_megabytes"]?.doubleValue ?? 0 > 1)
            #expect(told?["studies_in_flight"]?.doubleValue == 0)
            let stat = json["priorities"]?.arrayValue?.first
            #expect(stat?["findings"]?.doubleValue == 1)
            #expect(stat?["p95_seconds_at_most"]?.doubleValue ?? 0 > 0)
            try worker.stop()
            #expect(try once([address]).code == 69)
        }

        @Test("what is no address of a worker is refused")
        func refused() throws {
            #expect(try once(["file:///etc/passwd"]).code == 64)
            #expect(try once([]).code == 64)
        }
    }
}
