import BrokerTestKit
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Energy", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct EnergyTests {
        @Test("the shares of a batch sum to the batch, and intervals follow each other")
        func energy() throws {
            let scene = try Scene(anyBroker)
            let messages = Load.make(80, badEvery: 1000)
            let audit = try scene.audit()
            try scene.send(messages)
            let worker = try scene.startWorker(
                settings: ["energy.interval-s=1", "batch.wait-max-ms=500", "log.level=debug"])
            try audit.await(messages.count, within: .seconds(60), worker: worker)
            try audit.await(within: .seconds(20)) { $0.intervals.count >= 3 }
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            try checkShares(audit, worker)
            try checkIntervals(audit)
        }

        private func checkShares(_ audit: OutcomeAudit, _ worker: WorkerProcess) throws {
            var batches: [String: [EnergyRecord]] = [:]
            for (id, records) in audit.energy {
                let record = try EnergyDecoder.decode(try #require(records.first))
                guard case .study(let share) = record.subject, let batch = share.batch else {
                    Issue.record("the energy record of \(id) names no study and batch")
                    continue
                }
                #expect(share.cause.id == id)
                #expect(try share.findingID == audit.finding(id).findingID)
                #expect(record.reading.low <= record.reading.joules)
                #expect(record.reading.joules <= record.reading.high)
                #expect(record.reading.method != .none)
                #expect(record.basis?.isEmpty == false)
                batches[batch.id, default: []].append(record)
            }
            #expect(batches.values.contains { $0.count > 1 }, "no batch of several studies")
            // What the worker itself measured for each batch, to the last bit.
            let measured = try worker.log.filter { $0.contains("\"batch_inferred\"") }.map {
                try JSONParser.parse(Array($0.utf8))["joules"]?.doubleValue
            }
            let sums = batches.values.map { $0.reduce(Joules.zero) { $0 + $1.reading.joules } }
            #expect(sums.map(\.value).sorted() == measured.compactMap { $0 }.sorted())
        }

        private func checkIntervals(_ audit: OutcomeAudit) throws {
            var last: Timestamp?
            var studies = 0
            let records = try audit.intervals.map { try EnergyDecoder.decode($0) }
            let intervals = records.compactMap { record -> EnergyRecord.Interval? in
                guard case .interval(let interval) = record.subject else { return nil }
                return interval
            }
            #expect(intervals.count == records.count)
            for interval in intervals.sorted(by: { $0.from < $1.from }) {
                #expect(interval.worker == "slot-1")
                #expect(interval.from < interval.to)
                #expect(last == nil || last == interval.from)
                last = interval.to
                studies += interval.studies
            }
            #expect(studies == audit.findings.count)
            for record in records { #expect(record.reading.method != .none) }
        }
    }
}
