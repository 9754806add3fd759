import Energy
import Foundation
import Pipeline
import Settings
import Testing
import VigilCore
import Wire

/// The grid's intensity over HTTP, as a worker asks for it.
struct IntensityFeedTests {
    private static let carbonAware = """
        [{"location":"eastus","time":"2026-01-01T00:00:00Z","rating":100,"duration":"01:00:00"},
         {"location":"eastus","time":"2026-01-01T01:00:00Z","rating":250.5,"duration":"01:00:00"}]
        """
    private static let electricityMaps = """
        {"zone":"DE","history":[
         {"zone":"DE","carbonIntensity":100,"datetime":"2026-01-01T00:00:00.000Z"},
         {"zone":"DE","carbonIntensity":250.5,"datetime":"2026-01-01T01:00:00.000Z"}]}
        """

    private func account(
        _ port: UInt16, _ more: [SettingOverride] = []
    ) throws -> CarbonAccount {
        let url = SettingOverride(
            key: "carbon.intensity-url", value: "http://127.0.0.1:\(port)/now")
        return try CarbonAccount(
            try Settings.load(
                overrides: [url, SettingOverride(key: "carbon.pue", value: "1.5")] + more))
    }

    private let energy = EnergyReading(
        joules: Joules(3_600_000), low: Joules(3_600_000), high: Joules(3_600_000),
        method: .model, zones: [], duration: .seconds(1))

    @Test(
        "a feed in either shape makes grams of joules",
        arguments: [carbonAware, electricityMaps])
    func shapes(body: String) throws {
        let token = FileManager.default.temporaryDirectory.path + "/vigil-token-\(UUID())"
        try "secret\n".write(toFile: token, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: token) }
        let server = try AnswerServer([AnswerServer.answer("200 OK", body)])
        let account = try account(
            server.port, [SettingOverride(key: "carbon.token-file", value: token)])
        let soon = try #require(Timestamp(rfc3339: "2026-01-01T01:10:00Z"))
        #expect(account.record(energy, held: .seconds(1), studies: 1, at: soon) == nil)
        #expect(account.cache.refresh())
        #expect(server.requests.first?.hasPrefix("GET /now HTTP/1.1\r\n") == true)
        #expect(server.requests.first?.contains("auth-token: secret\r\n") == true)
        let record = try #require(
            account.record(energy, held: .seconds(1), studies: 1, at: soon))
        #expect(abs(record.grams - 1.5 * 250.5) < 1e-9)
        #expect(record.source == "feed" && !record.isStale && record.age == .seconds(600))
    }

    @Test("a feed that refuses, babbles or is gone changes nothing, and its last word grows old")
    func failures() throws {
        let answers = [
            AnswerServer.answer("200 OK", Self.electricityMaps),
            AnswerServer.answer("401 Unauthorized", "{\"error\":\"no key\"}"),
            AnswerServer.answer("200 OK", "<html>"),
            AnswerServer.answer("200 OK", "{\"carbonIntensity\":-5}"),
        ]
        let server = try AnswerServer(answers)
        let account = try account(
            server.port, [SettingOverride(key: "carbon.stale-s", value: "3600")])
        let found = answers.map { _ in account.cache.refresh() }
        #expect(found == [true, false, false, false])
        let late = try #require(Timestamp(rfc3339: "2026-01-01T03:00:00Z"))
        let record = try #require(
            account.record(energy, held: .seconds(1), studies: 1, at: late))
        #expect(record.intensity == 250.5 && record.isStale)
    }
}
