import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite("What persons have ordered for a study", .serialized)
    struct WorklistOrderTests {
        private static let study = "1.2.826.0.1.3680043.8.498.9"
        private static let sender = "orders.sources=urn:test:ris"

        private func message(_ id: String, _ priority: String) -> StudyMessage {
            StudyMessage(
                id, files: [Images.path("SC_rgb.dcm")], priority: priority, study: Self.study)
        }

        private func change(_ id: String, _ members: String) -> StudyMessage {
            StudyMessage(id, body: "{\"study\":{\"uid\":\"\(Self.study)\"},\(members)}")
                .with("ce_type", "org.vigil.study.priority.v1")
        }

        @Test(
            "an escalation stands against what comes later, over a restart, until it is lowered",
            arguments: BrokerKind.available)
        func escalation(_ kind: BrokerKind) throws {
            let scene = try Scene(kind, partitions: 1)
            let audit = try scene.audit()
            // Both are there before the worker: the urgent one is published first.
            try scene.send([message("routine", "routine"), message("stat", "stat")])
            let first = try scene.startWorker(settings: [Self.sender])
            try audit.await(2, within: .seconds(120), worker: first)
            #expect(try audit.finding("routine").priority.ordered == .stat)
            #expect(try audit.finding("routine").priority.order.ofEvent == .routine)
            try first.stop()

            let second = try scene.startWorker(settings: [Self.sender])
            try scene.send([message("later", "routine")])
            try audit.await(3, within: .seconds(120), worker: second)
            let later = try audit.finding("later").priority
            // What is stat by the first order that is read does not wait for the rest.
            #expect(later.ordered == .stat && later.effective == .stat)

            let reason = "\"change\":\"lower\",\"reason\":\"read_already\""
            try scene.send([
                change("stranger", "\"priority\":\"routine\",\(reason)")
                    .with("ce_source", "urn:test:stranger"),
                message("unmoved", "routine"),
            ])
            try audit.await(5, within: .seconds(120), worker: second)
            #expect(try audit.deadLetter("stranger").errorCode == "not_authorised")
            #expect(try audit.finding("unmoved").priority.ordered == .stat)

            try scene.send([
                change("lower", "\"priority\":\"routine\",\(reason)"),
                message("lowered", "routine"),
            ])
            try audit.await(6, within: .seconds(120), worker: second)
            let lowered = try audit.finding("lowered").priority
            #expect(lowered.ordered == .routine && lowered.order.lowered?.from == .stat)
            #expect(lowered.order.isKnown)

            try scene.send([
                change("raise", "\"priority\":\"urgent\""), message("raised", "routine"),
            ])
            try audit.await(7, within: .seconds(120), worker: second)
            #expect(try audit.finding("raised").priority.ordered == .urgent)
            try second.stop()
        }

        @Test("only a sender with the right takes a study back", arguments: BrokerKind.available)
        func retraction(_ kind: BrokerKind) throws {
            let scene = try Scene(kind, partitions: 1)
            let audit = try scene.audit()
            let worker = try scene.startWorker(settings: [Self.sender])
            let cancelled = "{\"study\":{\"uid\":\"\(Self.study)\"},\"status\":\"cancelled\"}"
            try scene.send([
                StudyMessage("cancel", body: cancelled).with("ce_source", "urn:test:stranger")
            ])
            try audit.await(1, within: .seconds(120), worker: worker)
            #expect(try audit.deadLetter("cancel").errorCode == "not_authorised")
            try worker.stop()
        }
    }
}
