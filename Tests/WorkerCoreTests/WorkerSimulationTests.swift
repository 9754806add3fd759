import Foundation
import SimulationKit
import Testing
import VigilCore
import WorkerCore

@Suite("The worker under simulated faults")
struct WorkerSimulationTests {
    /// How many seeds: `VIGIL_SIMULATION_SEEDS` for a long run (`Deploy/bench/simulation`).
    private static var seeds: ClosedRange<UInt64> {
        let given = ProcessInfo.processInfo.environment["VIGIL_SIMULATION_SEEDS"]
        return 1...(given.flatMap { UInt64($0) } ?? 400)
    }

    @Test("every record has exactly one outcome, whatever crashes, moves, aborts or comes twice")
    func exactlyOnce() {
        for seed in Self.seeds {
            var simulation = WorkerSimulation(seed: seed)
            simulation.run(stepsMax: 200_000)
            #expect(simulation.brokenPromises == [], "seed \(seed)")
        }
    }

    @Test("the same seed gives the same run")
    func deterministic() {
        var first = WorkerSimulation(seed: 7)
        var second = WorkerSimulation(seed: 7)
        first.run(stepsMax: 2000)
        second.run(stepsMax: 2000)
        #expect(first.broker.published == second.broker.published)
        #expect(first.clock == second.clock)
    }
}
