import BrokerTestKit
import Testing

extension EndToEnd {
    @Suite(
        "Delivery", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct DeliveryTests {
        @Test(
            "a thousand events of all priorities, some of them bad, have a thousand outcomes",
            arguments: BrokerKind.available)
        func thousandEvents(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let messages = Load.make(1000)
            let worker = try scene.startWorker()
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(1000, within: .seconds(90), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            #expect(audit.findings.count == 900)
            #expect(audit.deadLetters.count == 100)
        }
    }
}
