import Energy
import Glibc
import Pipeline
import Settings
import Testing
import VigilCore

/// A smart plug's power over HTTP, as a worker asks for it.
struct PlugTests {
    private func meter(_ port: UInt16) throws -> any EnergyMeter {
        try EnergyMeters.detect(
            try Settings.load(
                overrides: [
                    ("energy.method", "http"), ("energy.http-field", "StatusSNS/ENERGY/Power"),
                    ("energy.http-url", "http://127.0.0.1:\(port)/cm?cmnd=Status%208"),
                ].map { SettingOverride(key: $0, value: $1) }))
    }

    private func answer(_ watts: String) -> String {
        AnswerServer.answer("200 OK", "{\"StatusSNS\":{\"ENERGY\":{\"Power\":\(watts)}}}")
    }

    /// The energy of a moment in which this process is busy and the plug is asked.
    private func measured(_ meter: any EnergyMeter) -> EnergyReading {
        let mark = meter.begin()
        let begun = clock()
        while clock() - begun < CLOCKS_PER_SEC / 20 {}
        meter.refresh()
        return meter.end(mark).reading
    }

    @Test("a plug's watts are asked for over HTTP and become joules at the wall")
    func power() throws {
        let server = try AnswerServer(Array(repeating: answer("81.5"), count: 3))
        let meter = try meter(server.port)
        let reading = measured(meter)
        #expect(reading.method == .http && reading.zones == ["wall"])
        #expect(reading.joules.value > 0 && reading.low.value <= reading.joules.value)
        #expect(reading.joules.value <= 81.5 * reading.duration.seconds * 1.05)
        #expect(server.requests.count == 3)
        #expect(server.requests.first?.hasPrefix("GET /cm?cmnd=Status%208 HTTP/1.1") == true)
    }

    @Test(
        "a plug that is gone, refuses or says nonsense gives an estimate that is labelled as one",
        arguments: ["refuses", "-3", "1e9", "\"x\""])
    func failures(later: String) throws {
        let end =
            later == "refuses"
            ? AnswerServer.answer("503 Service Unavailable", "") : answer(later)
        let server = try AnswerServer([answer("81.5"), answer("81.5"), end, end, end])
        let meter = try meter(server.port)
        meter.refresh()
        let reading = measured(meter)
        #expect(reading.method == .model, "\(reading)")
        #expect(reading.joules.value > 0)
    }

    @Test("a plug that does not answer at the start is told as such")
    func absent() throws {
        let server = try AnswerServer([AnswerServer.answer("404 Not Found", "")])
        #expect(throws: EnergyError.noCounters(.noAnswer)) { try meter(server.port) }
    }
}
