import Telemetry
import Testing
import VigilCore

/// Readiness follows from facts and from time.
struct HealthTests {
    private let clock = ManualClock()

    private func codes(_ report: HealthReport) -> [String] {
        report.reasons.map(\.code.description)
    }

    private func readyState() -> HealthState {
        let health = HealthState(clock: clock)
        health.markStarted()
        health.markModel(verified: true)
        health.mark(assignment: .partitions(3))
        health.markBrokerSeen()
        return health
    }

    @Test("a new worker is live, but neither started nor ready, and says why")
    func new() {
        let health = HealthState(clock: clock)
        #expect(health.live.isOK)
        #expect(codes(health.startup) == ["starting"])
        #expect(
            codes(health.ready) == [
                "starting", "model_unverified", "partitions_unassigned", "broker_never_seen",
            ])
    }

    @Test("a worker with all facts is ready, with partitions or standing by")
    func ready() {
        let health = readyState()
        #expect(health.ready.isOK && health.startup.isOK)
        health.mark(assignment: .standby)
        #expect(health.ready.isOK)
    }

    @Test("each fact that goes makes the worker unready, for its own reason")
    func unready() {
        let health = readyState()
        health.mark(assignment: .none)
        #expect(codes(health.ready) == ["partitions_unassigned"])
        health.mark(assignment: .partitions(1))
        health.markModel(verified: false)
        #expect(codes(health.ready) == ["model_unverified"])
        health.markModel(verified: true)
        health.markShuttingDown()
        #expect(codes(health.ready) == ["shutting_down"])
        #expect(health.live.isOK)
    }

    @Test("a broker may be silent for thirty seconds and no longer")
    func silence() {
        let health = readyState()
        clock.advance(.seconds(30))
        #expect(health.ready.isOK)
        clock.advance(.milliseconds(1))
        #expect(codes(health.ready) == ["broker_silent"])
        #expect(health.live.isOK)
        health.markBrokerSeen()
        #expect(health.ready.isOK)
    }

    @Test("topics that are gone or made anew, and transactions that fail, are named, and pass")
    func topics() {
        let health = readyState()
        health.mark(missingTopics: ["out"], topicsMadeAnew: ["in"])
        health.mark(publishingFailure: "kafka_abortable")
        #expect(
            codes(health.ready) == [
                "topics_missing", "topics_made_anew", "publishing_fails",
            ])
        #expect(health.ready.json.contains("out") && health.ready.json.contains("in"))
        #expect(health.live.isOK)
        health.mark(missingTopics: [], topicsMadeAnew: [])
        health.mark(publishingFailure: nil)
        #expect(health.ready.isOK)
    }

    @Test("what the client says of a broker that it cannot speak to is told until one answers")
    func trouble() {
        let health = HealthState(clock: clock)
        health.mark(brokerTrouble: "Broker nowhere:1: Failed to resolve")
        #expect(health.ready.json.contains("Failed to resolve"))
        health.markBrokerSeen()
        clock.advance(.seconds(31))
        #expect(!health.ready.json.contains("Failed to resolve"))
    }

    @Test("a failed worker is not live")
    func failed() {
        let health = readyState()
        health.markFailed("the producer was fenced")
        #expect(codes(health.live) == ["failed"])
        #expect(codes(health.ready) == ["failed"])
    }

    @Test("a report is JSON with a code and a sentence for each reason")
    func json() throws {
        let health = readyState()
        health.mark(assignment: .none)
        let report = try JSONParser.parse(Array(health.ready.json.utf8))
        #expect(report["status"] == "unavailable")
        #expect(report["reasons"]?.arrayValue?.first?["code"] == "partitions_unassigned")
        #expect(try JSONParser.parse(Array(health.live.json.utf8))["status"] == "ok")
    }
}
