import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// The commands about energy, which need no broker.
    @Suite("Energy commands", .serialized)
    struct EnergyCommandTests {
        private func lines(_ run: CommandRun) throws -> [JSONValue] {
            try #require(run.code == 0, "\(run.error)")
            return try run.output.map {
                try JSONParser.parse(Array($0.utf8))
            }
        }

        @Test("the energy benchmark shows a frontier, and its last line that nothing is lost")
        func bench() throws {
            let lines = try lines(
                CommandRun(["bench", "energy", "--seconds", "0", "--threads", "1", "--json"]))
            let last = try #require(lines.last)
            // Nothing is corrected here, and whatever else runs takes turns with it.
            #expect(try #require(last["conservation_error"]?.doubleValue) <= 0.01)
            #expect(last["surplus_joules"]?.doubleValue != nil)
            #expect(last["method"]?.stringValue?.isEmpty == false)
            let settings = lines.dropLast()
            #expect(settings.count == 6)
            #expect(settings.contains { $0["on_frontier"] == true })
            for setting in settings {
                let joules = try #require(setting["joules_per_study"]?.doubleValue)
                let low = try #require(setting["low_joules_per_study"]?.doubleValue)
                let high = try #require(setting["high_joules_per_study"]?.doubleValue)
                #expect(low <= joules && joules <= high)
                #expect(try #require(setting["studies_per_second"]?.doubleValue) > 0)
            }
        }

        @Test("the choice is written as settings that the worker takes")
        func choice() throws {
            let path = try RunFolder.make() + "/choice.yaml"
            _ = try lines(
                CommandRun([
                    "bench", "energy", "--seconds", "0", "--threads", "1", "--json", "--write",
                    path,
                ]))
            let shown = try CommandRun(["config", "print", "--config", path])
            #expect(shown.code == 0, "\(shown.error)")
            #expect(shown.output.contains { $0.contains("threads") && $0.contains("1") })
        }

        @Test("where clocks can be capped the frontier has caps too, and they are set back")
        func clocks() throws {
            let clock = try MadeClock()
            let path = clock.path + "/choice.yaml"
            let bench = ["bench", "energy", "--seconds", "0", "--threads", "1", "--json"]
            let capped = try lines(
                CommandRun(bench + ["--cpufreq", clock.path, "--write", path]))
            let rows = capped.dropLast()
            #expect(rows.count == 18)
            for percent in [100, 80, 60] {
                #expect(rows.count { $0["clock_max_percent"]?.intValue == percent } == 6)
            }
            #expect(try clock.cap() == 3_000_000)
            #expect(try #require(capped.last?["conservation_error"]?.doubleValue) <= 0.01)
            let chosen = try #require(rows.first { $0["chosen"] == true })
            let percent = try #require(chosen["clock_max_percent"]?.intValue)
            let written = try String(contentsOfFile: path, encoding: .utf8)
            #expect(written.contains("clock-max-percent: \(percent)"))

            let plain = try lines(CommandRun(bench + ["--cpufreq", "/nonexistent"]))
            #expect(plain.count == 7)
            #expect(plain.last?["clock"]?.stringValue?.contains("no cpufreq policy") == true)
        }

        @Test("a day on a real grid misses no deadline, and saves grams where studies may wait")
        func plan() throws {
            let lines = try lines(
                CommandRun([
                    "energy", "plan", "--json", "--intensity",
                    Checkout.root + "/Deploy/energy/california-2022-04-20.json",
                ]))
            #expect(lines.count == 3)
            for line in lines {
                #expect(try #require(line["simulated_in_s"]?.doubleValue) < 60)
            }
            for line in lines { #expect(line["deadlines_missed_by_deferral"]?.intValue == 0) }
            #expect(try #require(lines[2]["grams_saved"]?.doubleValue) > 0)
            let bad = try CommandRun(["energy", "plan", "--intensity", "/etc/hostname"])
            #expect(bad.code == 78)
        }

        @Test("energy records become a table, and what is none is refused")
        func csv() throws {
            let folder = Checkout.root + "/Schemas/energy/examples/valid"
            let table = try CommandRun(["energy", "csv", folder + "/interval-full.json"])
            #expect(table.code == 0)
            let rows = table.output
            #expect(rows.count == 2)
            #expect(rows.first?.hasPrefix("timestamp,project_name,run_id,duration,") == true)
            #expect(rows.last?.contains(",DE,process,1.5,rapl,") == true)
            #expect(try CommandRun(["energy", "csv", "/nonexistent"]).code == 66)
            #expect(try CommandRun(["energy", "csv", Checkout.root + "/README.md"]).code != 0)
        }
    }
}
