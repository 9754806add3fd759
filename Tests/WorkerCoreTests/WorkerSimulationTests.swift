import SimulationKit
import Testing
import VigilCore
import WorkerCore

@Suite("The worker under simulated faults")
struct WorkerSimulationTests {
    @Test("every record has exactly one outcome, whatever crashes, moves, aborts or comes twice")
    func exactlyOnce() {
        for seed in SimulationSeeds.range(of: 400) {
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
