import Foundation
import SimulationKit
import Testing

@Suite("Studies that come in parts, under simulated faults")
struct StudySimulationTests {
    private static var seeds: ClosedRange<UInt64> {
        only.map { $0...$0 } ?? SimulationSeeds.range(of: 60)
    }

    /// `VIGIL_SIMULATION_SEED`: the one seed that is run, of which all that happens is told.
    private static var only: UInt64? {
        ProcessInfo.processInfo.environment["VIGIL_SIMULATION_SEED"].flatMap { UInt64($0) }
    }

    /// Prints what happens, where one seed is run.
    private static func trace(_ name: String) -> FakeCluster.Trace? {
        guard only != nil else { return nil }
        return { line in print("\(name): \(line)") }
    }

    @Test(
        "every event has one outcome, revisions follow each other, and the last says what is left")
    func exactlyOnce() throws {
        var (revisions, checkpoints) = (0, 0)
        for seed in Self.seeds {
            var simulation = try StudySimulation(seed: seed, trace: Self.trace("parts"))
            try simulation.run(stepsMax: 200_000)
            #expect(simulation.brokenPromises == [], "seed \(seed)")
            revisions += simulation.revisions
            checkpoints += simulation.audited.checkpoints
        }
        #expect(checkpoints > Self.seeds.count, "hardly any checkpoint was signed")
        #expect(Self.only != nil || revisions > Self.seeds.count, "hardly anything came late")
    }

    @Test("the same of studies whose events came by several topics to one owner")
    func severalTopics() throws {
        var joined = 0
        for seed in Self.seeds {
            var simulation = try StudySimulation(
                seed: seed, topics: [TransportBench.input, TransportBench.urgent],
                trace: Self.trace("topics"))
            try simulation.run(stepsMax: 400_000)
            #expect(simulation.brokenPromises == [], "seed \(seed)")
            joined += simulation.joined
        }
        #expect(
            Self.only != nil || joined > Self.seeds.count, "hardly any study came by two topics")
    }

    @Test("the same of studies that are whole, and no order is lowered or forgotten")
    func whole() throws {
        var aborts = 0
        for seed in Self.seeds {
            var simulation = try StudySimulation(
                seed: seed, content: .whole, trace: Self.trace("whole"))
            try simulation.run(stepsMax: 200_000)
            #expect(simulation.brokenPromises == [], "seed \(seed)")
            aborts += simulation.count(of: .abort)
        }
        #expect(Self.only != nil || aborts > Self.seeds.count, "hardly any transaction was aborted")
    }

    @Test(
        "the same of recalls beside parts and whole studies: each takes back what stands, and once",
        arguments: [StudyLog.Content.parts, .whole])
    func recalls(_ content: StudyLog.Content) throws {
        var recalled = 0
        for seed in Self.seeds {
            var simulation = try StudySimulation(
                seed: seed, content: content, hasRecalls: true,
                trace: Self.trace("recalls of \(content)"))
            try simulation.run(stepsMax: 400_000)
            #expect(simulation.brokenPromises == [], "seed \(seed)")
            recalled += simulation.recalled
        }
        #expect(Self.only != nil || recalled > Self.seeds.count, "hardly anything was recalled")
    }

    @Test("the same seed gives the same run")
    func deterministic() throws {
        var first = try StudySimulation(seed: 7)
        var second = try StudySimulation(seed: 7)
        try first.run(stepsMax: 2000)
        try second.run(stepsMax: 2000)
        #expect(first.count(of: .commit) == second.count(of: .commit))
        #expect(first.revisions == second.revisions)
    }
}
