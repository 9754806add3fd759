import KafkaTransport
import Pipeline
import ReportKit
import Reporting
import Telemetry
import Testing
import VigilCore

@Suite("What is told of drafts")
struct DraftAnnouncementTests {
    private func scene() throws -> TransportScene {
        let writer = ReportWriter(try MadeFinding.templates("en"))
        return try TransportScene.assigned(
            drafts: ReportDrafts(topic: TransportBench.outputs.drafts, writer: writer))
    }

    /// How many drafts the metrics have, of a study that is not assessed.
    private func count(_ scene: TransportScene) -> Int {
        scene.bench.context.telemetry.metrics.exposition().split(separator: "\n")
            .filter { $0.hasPrefix("vigil_report_drafts_total{outcome=\"not_drafted\"}") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    }

    @Test("a draft counts once its transaction is committed, and not when that is aborted")
    func aborted() throws {
        let scene = try scene()
        try scene.finish()
        scene.cluster.fail(.commit, ClientFault(error: FailureWay.abortable.error(of: .commit)))
        scene.publish()
        scene.expectNothingLost()
        #expect(count(scene) == 0)
        scene.bench.clock.pass(.seconds(60))
        scene.publish()
        scene.expectPublished()
        #expect(count(scene) == 1)
        scene.bench.clock.pass(.seconds(7200))
        scene.publish()
        #expect(count(scene) == 1)
    }

    @Test("a draft counts whose transaction turns out to be committed after no answer came")
    func settled() throws {
        let scene = try scene()
        try scene.finish()
        scene.cluster.fail(
            .commit, ClientFault(error: FailureWay.retriable.error(of: .commit), isDone: true))
        scene.publish()
        scene.expectPublished()
        #expect(count(scene) == 1)
    }
}
