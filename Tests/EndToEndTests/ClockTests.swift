import BrokerTestKit
import Foundation
import Testing
import VigilCore

/// A cpufreq tree of one policy of 0.4 to 3 GHz.
struct MadeClock {
    let path: String

    init() throws {
        path = try RunFolder.make()
        let folder = path + "/policy0"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for (name, value) in [("cpuinfo_min_freq", 400), ("cpuinfo_max_freq", 3000)] {
            try "\(value)000\n".write(
                toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        try reset()
    }

    private var file: String { path + "/policy0/scaling_max_freq" }

    /// No cap.
    func reset() throws { try "3000000".write(toFile: file, atomically: false, encoding: .utf8) }

    /// The cap in kHz.
    func cap() throws -> Int? {
        Int(try String(contentsOfFile: file, encoding: .utf8).filter { $0 != "\n" })
    }
}

extension EndToEnd {
    @Suite(
        "Clock cap", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct ClockTests {
        private static func settings(_ root: String) -> [String] {
            ["energy.clock-max-percent=70", "energy.cpufreq-root=\(root)"]
        }

        @Test("a worker caps the clock while it runs; a killed one leaves the cap, which is told")
        func lifetime() throws {
            let (scene, clock) = (try Scene(anyBroker), try MadeClock())
            let first = try scene.startWorker(settings: Self.settings(clock.path))
            #expect(try first.event("clock_capped")["percent"]?.intValue == 70)
            #expect(try clock.cap() == 2_100_000)
            try first.stop()
            #expect(try clock.cap() == 3_000_000)

            let second = try scene.startWorker(settings: Self.settings(clock.path))
            second.kill()
            #expect(try second.exit(within: .seconds(30)) == .signal(9))
            #expect(try clock.cap() == 2_100_000)
            let third = try scene.startWorker(settings: Self.settings(clock.path))
            let warning = try third.event("setting_warning") {
                $0["setting"] == "energy.clock-max-percent"
            }
            #expect(warning["remedy"]?.stringValue?.contains("cpuinfo_max_freq") == true)
            try third.stop()
            #expect(try clock.cap() == 2_100_000)
        }

        @Test("a second signal sets the clock back too, and without cpufreq a worker says why not")
        func ends() throws {
            let (scene, clock) = (try Scene(anyBroker), try MadeClock())
            let worker = try scene.startWorker(
                settings: Self.settings(clock.path) + [
                    "shutdown.drain-max-ms=60000", "log.level=debug",
                ])
            try scene.send([
                StudyMessage(
                    "long", files: Array(repeating: Images.path("RG1_J2KR.dcm"), count: 15))
            ])
            _ = try worker.event("study_consumed")
            worker.terminate()
            _ = try worker.event("shutdown_requested")
            #expect(try clock.cap() == 2_100_000)
            worker.terminate()
            #expect(try worker.exit(within: .seconds(30)) == .exit(130))
            #expect(try clock.cap() == 3_000_000)

            let without = try scene.startWorker(settings: Self.settings("/nonexistent"))
            let warning = try without.event("setting_warning") {
                $0["setting"] == "energy.clock-max-percent"
            }
            #expect(warning["what"]?.stringValue?.contains("no cpufreq policy") == true)
            try without.stop()
        }
    }
}
