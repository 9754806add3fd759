import BrokerTestKit
import Testing
import VigilCore

extension EndToEnd {
    @Suite(
        "Observation", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct ObservationTests {
        @Test("the endpoint tells readiness, and counts what was done")
        func endpoint() throws {
            let scene = try Scene(anyBroker)
            let messages = Load.make(40, badEvery: 10)
            let worker = try scene.startWorker()
            let port = try worker.port()
            for path in ["/live", "/ready", "/startup"] {
                #expect(HTTPExchange(port: port, path: path).status == 200, "\(path)")
            }
            try scene.send(messages)
            try worker.events(36, "finding_published")
            try worker.events(4, "study_dead_lettered")
            let metrics = HTTPExchange(port: port, path: "/metrics")
            #expect(metrics.status == 200)
            #expect(Self.sum("vigil_events_consumed_total", metrics.body) == 40)
            #expect(Self.sum("vigil_findings_produced_total", metrics.body) == 36)
            #expect(Self.sum("vigil_dlq_records_total", metrics.body) == 4)
            #expect(Self.sum("vigil_instances_decoded_total", metrics.body) == 36)
            #expect(Self.sum("vigil_transactions_total", metrics.body) > 0)
            #expect(Self.sum("vigil_energy_joules_total", metrics.body) > 0)
            try worker.stop()
        }

        @Test("a worker without a broker is alive, not ready, and stops when told")
        func notReady() throws {
            let scene = try Scene(anyBroker)
            let worker = try WorkerProcess(
                arguments: scene.arguments(
                    instance: "slot-1", settings: [], bootstrap: "127.0.0.1:1"))
            let port = try worker.port()
            #expect(HTTPExchange(port: port, path: "/live").status == 200)
            #expect(HTTPExchange(port: port, path: "/ready").status == 503)
            #expect(HTTPExchange(port: port, path: "/startup").status == 503)
            try worker.stop(within: .seconds(30))
            #expect(worker.output == [])
        }

        @Test("a port that is taken is named with the remedy, exit code 78")
        func portTaken() throws {
            let scene = try Scene(anyBroker)
            let first = try scene.startWorker()
            let port = try first.port()
            let second = try CommandRun(
                ["worker"]
                    + scene.arguments(instance: "slot-2", settings: ["http.port=\(port)"]))
            #expect(second.code == 78)
            #expect(second.error.contains("port \(port) is taken"))
            #expect(second.error.contains("http.port"))
            try first.stop()
        }

        /// The sum of all series of a counter.
        private static func sum(_ name: String, _ exposition: String) -> Double {
            exposition.split(separator: "\n").reduce(0) { sum, line in
                guard line.hasPrefix(name + "{") || line.hasPrefix(name + " ") else { return sum }
                return sum + (line.split(separator: " ").last.flatMap { Double($0) } ?? 0)
            }
        }
    }
}
