import BrokerTestKit
import Foundation
import Testing
import VigilCore

extension EndToEnd {
    /// The benchmark of the whole pipeline, in its shortest form.
    @Suite(
        "Pipeline benchmark", .serialized,
        .enabled(if: BrokerKind.demo.isAvailable, "\(BrokerKind.demo.howToGet)"))
    struct PipelineBenchTests {
        private func run(_ arguments: [String]) throws -> JSONValue {
            let broker = try TestBroker.shared(.demo)
            let run = try CommandRun(
                ["bench", "pipeline", "--bootstrap", broker.bootstrap, "--json"] + arguments)
            try #require(run.code == 0, "\(run.error)")
            return try JSONParser.parse(Array(try #require(run.output.last).utf8))
        }

        @Test("it tells how fast, how late and at what cost real workers read studies")
        func workers() throws {
            let line = try run([
                "--model", try RunFolder.model.get(), "--studies", "20", "--size", "64",
                "--set", "energy.method=model",
            ])
            #expect(line["studies"] == 20)
            #expect(line["images"] == 20)
            #expect(line["dead_letters"] == 0)
            #expect(try #require(line["studies_per_second"]?.doubleValue) > 0)
            let outside = try #require(line["cpu_share_outside_inference"]?.doubleValue)
            #expect(outside > 0 && outside < 1)
            #expect(line["energy_method"]?.stringValue?.isEmpty == false)
            let joules = try #require(line["joules_per_study"]?.doubleValue)
            #expect(try #require(line["low_joules_per_study"]?.doubleValue) <= joules)
            let times = try #require(line["time_to_notification_ms"])
            #expect(times["all"]?["studies"] == 20)
            #expect(times["stat"]?["studies"] == 1)
            for stage in ["total", "wait", "read", "batch", "infer", "publish"] {
                let p50 = try #require(times["all"]?[stage]?["p50"]?.doubleValue)
                let p99 = try #require(times["all"]?[stage]?["p99"]?.doubleValue)
                #expect(p50 <= p99, "\(stage)")
            }
        }

        /// - Parameter said: what the other program writes: a rate, and its processor time or not.
        @Test(
            "the transport alone copies every record, and another program takes its turn",
            arguments: ["1000", "1000 0.5"])
        func transport(said: String) throws {
            let other = try RunFolder.make() + "/other"
            try MadeProgram.write("#!/bin/sh\necho \(said)\n", to: other)
            let line = try run([
                "--transport", "--records", "300", "--transaction", "100", "--rounds", "1",
                "--against", other,
            ])
            #expect(line["records"] == 300)
            let rate = try #require(line["records_per_second"]?.doubleValue)
            #expect(rate > 0)
            #expect(line["against_records_per_second"]?.doubleValue == 1000)
            #expect(line["ratio"]?.doubleValue == rate / 1000)
            func joules(_ name: String) -> Double? { line[name]?.doubleValue }
            let own = try #require(joules("joules_per_record"))
            #expect(try #require(joules("low_joules_per_record")) <= own)
            #expect(try #require(joules("high_joules_per_record")) >= own)
            let isTold = said.contains(" ")
            #expect(line["against_energy_method"]?.stringValue == (isTold ? "model" : "none"))
            #expect((joules("against_joules_per_record") != nil) == isTold)
            if let against = joules("against_joules_per_record") {
                #expect(try #require(joules("against_low_joules_per_record")) < against)
                // Half a second of a busy processor, over 300 records.
                #expect(against > 0 && against < 0.5 * 100 / 300)
            }
        }

        @Test("what cannot be measured says why, and ends")
        func refusals() throws {
            let broker = try TestBroker.shared(.demo)
            let base = ["bench", "pipeline", "--bootstrap", broker.bootstrap]
            let gone = try CommandRun(base + ["--worker", "/nonexistent", "--size", "64"])
            #expect(gone.code == 66, "\(gone.error)")
            let silent = try CommandRun(base + ["--worker", "/bin/true", "--size", "64"])
            #expect(silent.code == 69, "\(silent.error)")
            let rate = try CommandRun(base + ["--rate", "fast"])
            #expect(rate.code == 64, "\(rate.error)")
        }
    }
}
