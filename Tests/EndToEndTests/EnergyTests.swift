import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite(
        "Energy", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct EnergyTests {
        private static let settings = [
            "energy.interval-s=1", "energy.studies-min=5", "carbon.intensity-g-per-kwh=400",
            "carbon.pue=1.5", "carbon.embodied-kg=1000", "carbon.zone=DE",
        ]

        @Test(
            "studies and idle sum to what was measured, window by window and over a whole run",
            arguments: [1, 5])
        func conservation(studiesMin: Int) throws {
            let scene = try Scene(anyBroker)
            let messages = Load.make(80, badEvery: 9)
            let audit = try scene.audit()
            try scene.send(messages)
            let worker = try scene.startWorker(
                settings: Self.settings + ["energy.studies-min=\(studiesMin)"])
            try audit.await(messages.count, within: .seconds(120), worker: worker)
            try audit.await(within: .seconds(30)) { $0.intervals.count >= 3 }
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            let accounts = try Accounts(audit)
            accounts.checkWindows()
            accounts.checkOrder(worker: "slot-1")
            #expect(accounts.uncovered == 0)
            #expect(accounts.intervals.reduce(0) { $0 + $1.studies } == audit.findings.count)
            // A last window of too few studies does not say what was measured over it.
            guard studiesMin == 1 else { return }
            let (spent, measured) = (accounts.spent, accounts.measured)
            #expect(abs(spent - measured) <= 0.01 * measured, "\(spent) J of \(measured) J")
        }

        @Test("a worker whose window waits for more studies rests meanwhile")
        func rest() throws {
            let scene = try Scene(anyBroker)
            let messages = Load.make(3, badEvery: 1000)
            let audit = try scene.audit()
            let worker = try scene.startWorker(settings: Self.settings)
            try scene.send(messages)
            try audit.await(3, within: .seconds(120), worker: worker)
            // Past the window's end, with fewer studies than it has to have.
            Thread.sleep(forTimeInterval: 2)
            let before = try worker.processorSeconds()
            Thread.sleep(forTimeInterval: 3)
            #expect(try worker.processorSeconds() - before < 1)
            try worker.stop()
        }

        @Test("a stat study between two layers takes no energy twice")
        func preemption() throws {
            let scene = try Scene(anyBroker)
            let routine = (0..<8).map {
                StudyMessage("r\($0)", files: [Images.path("RG1_J2KR.dcm")], priority: "routine")
            }
            let audit = try scene.audit()
            let worker = try scene.startWorker(
                settings: Self.settings + ["energy.studies-min=1"])
            try scene.send(routine)
            try audit.await(1, within: .seconds(120), worker: worker)
            let stat = (0..<2).map {
                StudyMessage("s\($0)", files: [Images.path("RG1_J2KR.dcm")], priority: "stat")
            }
            try scene.send(stat)
            try audit.await(10, within: .seconds(90), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(routine + stat) == [])
            let accounts = try Accounts(audit)
            accounts.checkWindows()
            #expect(abs(accounts.spent - accounts.measured) <= 0.01 * accounts.measured)
        }

        @Test("after a kill, every window that was published still sums up")
        func crash() throws {
            let scene = try Scene(anyBroker)
            let messages = Load.make(200, badEvery: 1000)
            let audit = try scene.audit()
            try scene.send(messages)
            let kills = 2
            for _ in 0..<kills {
                let worker = try scene.startWorker(settings: Self.settings)
                try audit.await(audit.count + 40, within: .seconds(120), worker: worker)
                worker.kill()
                #expect(try worker.exit(within: .seconds(30)) == .signal(9))
            }
            let worker = try scene.startWorker(settings: Self.settings)
            try audit.await(messages.count, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            let accounts = try Accounts(audit)
            accounts.checkWindows()
            // A window is published with the transaction that fills it, so a crash can only keep
            // back the record of fewer studies than a window has.
            #expect(accounts.uncovered <= kills * 4, "\(accounts.uncovered) studies")
        }
    }
}

/// The energy records of a run, held against each other.
private struct Accounts {
    let intervals: [EnergyRecord.Interval]
    private let records: [EnergyRecord]
    private var studies: [String: [EnergyRecord]] = [:]

    init(_ audit: OutcomeAudit) throws {
        records = try audit.intervals.map { try EnergyDecoder.decode($0) }
        intervals = records.compactMap { record in
            guard case .interval(let interval) = record.subject else { return nil }
            return interval
        }
        #expect(intervals.count == records.count)
        for (id, found) in audit.energy {
            let record = try EnergyDecoder.decode(try #require(found.first))
            let finding = try audit.finding(id)
            guard case .study(let share) = record.subject else {
                Issue.record("the energy record of \(id) is of no study")
                continue
            }
            #expect(share.cause.id == id)
            #expect(share.findingID == finding.findingID)
            #expect(finding.run.energy == record.reading)
            #expect(finding.run.carbon == record.carbon)
            #expect(record.reading.low <= record.reading.joules)
            #expect(record.reading.joules <= record.reading.high)
            #expect(record.reading.method != .none)
            #expect(record.machine == nil, "a batch's energy tells of too few studies")
            Self.checkCarbon(record)
            studies[try #require(record.window), default: []].append(record)
        }
    }

    /// Grams are joules × PUE × intensity, and SCI adds the machine's making.
    private static func checkCarbon(_ record: EnergyRecord) {
        guard let carbon = record.carbon else {
            Issue.record("a record without carbon")
            return
        }
        let grams = record.reading.joules.value / 3_600_000 * 1.5 * 400
        #expect(abs(carbon.grams - grams) <= 1e-9 * grams)
        #expect(carbon.source == "static" && carbon.zone == "DE" && !carbon.isStale)
        if let sci = carbon.sci, case .study = record.subject {
            #expect(abs(sci - carbon.grams - carbon.embodied) < 1e-12)
            #expect(carbon.embodied > 0)
        }
    }

    /// In each window the studies sum to its active energy, and that and idle to all of it.
    func checkWindows() {
        for record in records {
            guard case .interval(let interval) = record.subject, let window = record.window,
                let active = interval.active?.value
            else {
                Issue.record("an interval without window")
                continue
            }
            let members = studies[window] ?? []
            #expect(members.count == interval.studies, "\(window)")
            let sum = members.reduce(0) { $0 + $1.reading.joules.value }
            #expect(abs(sum - active) <= 1e-9 * max(active, 1), "\(window): \(sum) \(active)")
            let stages = record.stages.map { $0.decode + $0.inference + $0.publish } ?? .zero
            #expect(abs(stages.value - active) <= 1e-9 * max(active, 1))
            #expect(record.reading.joules.value >= active)
            Self.checkCarbon(record)
        }
    }

    /// The intervals follow each other without gaps.
    func checkOrder(worker: String) {
        var last: Timestamp?
        for interval in intervals.sorted(by: { $0.from < $1.from }) {
            #expect(interval.worker == worker)
            #expect(interval.from < interval.to)
            #expect(last == nil || last == interval.from)
            last = interval.to
        }
    }

    /// Studies whose window was never published.
    var uncovered: Int {
        let published = Set(records.compactMap(\.window))
        return studies.filter { !published.contains($0.key) }.values.reduce(0) { $0 + $1.count }
    }

    /// Studies and idle, of the windows that say what was measured.
    var spent: Double {
        records.filter { $0.measured != nil }.reduce(0) { $0 + $1.reading.joules.value }
    }

    /// What was measured over them.
    var measured: Double { records.reduce(0) { $0 + ($1.measured?.value ?? 0) } }
}
